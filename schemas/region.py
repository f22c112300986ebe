"""A region: where something is, on a record, in a named frame, and who drew it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.base import Model
from schemas.concept import Concept
from schemas.record import SourceFile


class LabelShape(Model):
    """The voxels of a label map, on the record's own grid, that equal `value`.

    `decoder` names the file of `transforms/media/decoders/` that reads the map. With `instances`, each value above
    zero is one instance of the concept and `value` is 0. With `at_least` the file is a probability or intensity map:
    the region is where its values, scaling applied, are at or above it, and `value` is 0.
    """

    kind: Literal["label"] = "label"
    source: SourceFile
    decoder: str
    value: int
    instances: bool = False
    at_least: float | None = None


class ContourShape(Model):
    """Closed rings of (i, j) voxel centres on planes k of the record's grid. A ring with `holes[n]` cuts out."""

    kind: Literal["contour"] = "contour"
    planes: tuple[int, ...]
    rings: tuple[tuple[tuple[float, float], ...], ...]
    holes: tuple[bool, ...]
    includes_edge: bool = True


class BoxShape(Model):
    """x0, y0, x1, y1 in pixels of the frame, half-open, origin top left."""

    kind: Literal["box"] = "box"
    xyxy: tuple[float, float, float, float]


class SpanShape(Model):
    """A time span in seconds of a signal (`unit` s), or a character span of a document (`unit` char), half-open."""

    kind: Literal["span"] = "span"
    start: float
    end: float
    unit: Literal["s", "char"]


class RleShape(Model):
    """A binary mask: run lengths of the array flattened in C order, zeros first, as zlib + base64 of uint32."""

    kind: Literal["rle"] = "rle"
    shape: tuple[int, ...]
    runs: str


Shape = Annotated[LabelShape | ContourShape | BoxShape | SpanShape | RleShape, Field(discriminator="kind")]


class MadeBy(Model):
    """Who drew or wrote it."""

    kind: Literal["human", "model", "rule"]
    name: str
    version: str | None = None
    score: float | None = None


class Region(Model):
    """A region row. `frame` is "voxel" for the record's own grid, else a view such as "axial:88"."""

    key: str
    dataset: str
    record: str
    frame: str
    concept: Concept
    source_label: str
    shape: Shape
    made_by: MadeBy
    parent: str | None = None
    meta: dict[str, Any] = {}
