"""What annotations say, before it is bound to a record and to concepts: the words between formats and the assembler."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from schemas import MadeBy
from schemas.region import Shape


@dataclass(frozen=True)
class Looked:
    """The source annotated this image, whatever it found: only then can a concept be absent. `file` says where."""

    file: str


@dataclass(frozen=True)
class Drawn:
    """A region under the source's own label."""

    label: str
    shape: Shape
    frame: str = "voxel"
    made_by: MadeBy | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What the source says of the whole image. "uncertain" is neither present nor absent, and is kept as said."""

    label: str
    state: Literal["present", "absent", "uncertain"] = "present"


@dataclass(frozen=True)
class Told:
    """A value beside the image (age, patient id, view): a field for templates, and kept in the record's `meta`.

    `many`: further values of the same name are collected in a list (questions, captions).
    """

    name: str
    value: Any
    many: bool = False
    hidden: bool = False  # a field for templates only: an identifier that must not be kept


@dataclass(frozen=True)
class Written:
    """The text that belongs to the image: a report, a caption."""

    text: str


Draft = Looked | Drawn | Seen | Told | Written
