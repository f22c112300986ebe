"""What annotations say, before it is bound to a record and to concepts: the words between formats and the assembler."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from schemas import LabelShape, MadeBy, Notice
from schemas.level import Level
from schemas.region import Shape


class ExaminedDraft(NamedTuple):
    """The source annotated this image, whatever it found: only then can a concept be absent. `file` says where;
    `unsaid`: labels of which it says nothing all the same."""

    file: str
    unsaid: tuple[str, ...] = ()


class RegionDraft(NamedTuple):
    """A region under the source's own label. `void`: of pixels that nobody labelled, whatever the card says of it."""

    label: str
    shape: Shape
    frame: str = "voxel"
    made_by: MadeBy | None = None
    meta: Mapping[str, Any] = MappingProxyType({})
    void: bool = False


class MapDraft(NamedTuple):
    """A map of values that is looked through, even where no label asks for a value of it. `part`: what it is of its
    file ("channel 3"), where no label speaks of it at all. `known`: values of it that are left out on purpose;
    None: all of them."""

    shape: LabelShape
    part: str | None = None
    known: tuple[int, ...] | None = ()


class LabelDraft(NamedTuple):
    """What the source says of the whole image, or of what `level` names, which it is a part of. "uncertain" is neither
    present nor absent, and is kept as said."""

    label: str
    state: Literal["present", "absent", "uncertain"] = "present"
    level: Level | None = None


class AttributeDraft(NamedTuple):
    """A value beside the image (age, patient id, view): a field for templates, and kept in the record's `meta`.

    `many`: further values of the same name are collected in a list (questions, captions).
    """

    name: str
    value: Any
    many: bool = False
    hidden: bool = False  # a field for templates only: an identifier that must not be kept


class TextDraft(NamedTuple):
    """The text that belongs to the image: a report, a caption. `level`: what it is of; None: what such texts are
    of as a rule."""

    text: str
    kind: Literal["caption", "report"] = "report"
    level: Level | None = None


class ProblemDraft(NamedTuple):
    """An entry of an annotation that could not be read, or that is in doubt. `labels`: what it may have spoken of, none
    of which can be absent from the image then; None for any label of the annotation, () for none."""

    notice: Notice
    labels: tuple[str, ...] | None = None


Draft = ProblemDraft | ExaminedDraft | RegionDraft | MapDraft | LabelDraft | AttributeDraft | TextDraft
