"""What readers hand on of an image, before annotations are bound to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.headers.picture_file import Turns
from schemas import Geometry, SourceFile
from schemas.record import Kind


@dataclass(frozen=True)
class Media:
    """What a reader found of one image: its kind, decoder, grid and bytes, and the reader's version. `select` tells the
    records of one file apart. `fields`: more than the path tells (a DICOM header's). `turns`: of a picture whose file
    says that it is to be shown turned; its grid is then that of its decoder."""

    kind: Kind
    decoder: str
    version: str
    geometry: Geometry
    sources: tuple[SourceFile, ...]
    select: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    window: tuple[float, float] | None = None
    unit: str | None = None
    turns: Turns | None = None
