"""A region: where something is, on a record, in a named frame, and who drew it."""

from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat

from schemas.base import Model
from schemas.concept import Concept
from schemas.record import SourceFile


class LabelShape(Model):
    """The voxels of a label map, on the record's own grid, that equal `value`.

    `decoder` names the file of `transforms/media/decoders/` that reads the map. With `instances`, each value above
    zero is one instance of the concept and `value` is 0. With `at_least` the file is a probability or intensity map:
    the region is where its values, scaling applied, are at or above it, and `value` is 0. With `colour` the map is a
    picture and the region is where it has exactly this red, green and blue. `at_most`: the region is dark on light, at
    or below this value; with both, each value of the map stands for something, and these are the region's. With
    `binary` the map's own values say what is inside (transforms/regions/binary.py). `channel`: which one of a map with
    several. `listed`: the source says by other means that the region is there, so that an empty one is in doubt.
    """

    kind: Literal["label"] = "label"
    source: SourceFile
    decoder: str
    value: int
    instances: bool = False
    at_least: float | None = None
    at_most: float | None = None
    colour: tuple[int, int, int] | None = None
    channel: int | None = None
    binary: bool = False
    listed: bool = False

    @property
    def by_intensity(self) -> bool:
        """Whether the region is told by how large values are, and not by which they are."""
        return self.binary or self.at_least is not None or self.at_most is not None


class ContourShape(Model):
    """Closed rings of (i, j) voxel centres on planes k of the record's grid. A ring with `holes[n]` cuts out.

    `includes_edge`: whether the voxels that a ring runs through are inside; None for rings drawn finer than voxels:
    a voxel is inside when its centre is.
    """

    kind: Literal["contour"] = "contour"
    planes: tuple[int, ...]
    rings: tuple[tuple[tuple[float, float], ...], ...]
    holes: tuple[bool, ...]
    includes_edge: bool | None = True


class PolygonShape(Model):
    """Closed rings of (x, y) in pixels of the frame, origin at the top left corner of the first pixel, as in COCO: a
    pixel is inside when its centre is. Rings are joined; one with `holes[n]` cuts out of those before it."""

    kind: Literal["polygon"] = "polygon"
    rings: tuple[tuple[tuple[float, float], ...], ...]
    holes: tuple[bool, ...] = ()


class PointShape(Model):
    """Named points: (x, y) in pixels of an image, on the same axes as a box; (i, j, k) in voxels of a volume.
    `names`: what each is, where the source says."""

    kind: Literal["point"] = "point"
    points: tuple[tuple[float, ...], ...]
    names: tuple[str, ...] = ()


class BoxShape(Model):
    """x0, y0, x1, y1 in pixels of the frame, half-open, origin top left."""

    kind: Literal["box"] = "box"
    xyxy: tuple[float, float, float, float]


class LineShape(Model):
    """An open line through points (x, y) in pixels of the frame, on the axes of a box: a caliper from end to end, or a
    course drawn point by point. It encloses nothing."""

    kind: Literal["line"] = "line"
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=2)]


class EllipseShape(Model):
    """An ellipse or a circle that was drawn about something, on the axes of a box: `centre` x, y and half `axes` in
    pixels of the frame, the first being turned by `angle` (radians) from x to y. As a box does, it says where something
    is and not how far it reaches; one that is a thing's own outline is a polygon."""

    kind: Literal["ellipse"] = "ellipse"
    centre: tuple[float, float]
    axes: tuple[PositiveFloat, PositiveFloat]
    angle: float = 0.0


class Box3dShape(Model):
    """i0, j0, k0, i1, j1, k1 in voxels of a volume, half-open: voxel n reaches from n to n + 1."""

    kind: Literal["box3d"] = "box3d"
    ijk: tuple[float, float, float, float, float, float]


class BallShape(Model):
    """A place in a volume and the diameter that the source gives for what lies there: `centre` i, j, k in voxels, their
    centres whole numbers."""

    kind: Literal["ball"] = "ball"
    centre: tuple[float, float, float]
    diameter_mm: PositiveFloat


class SlicesShape(Model):
    """The slices `start` to `stop`, half-open, of a volume across an axis of its array on which the source says that
    something shows, and not where on them."""

    kind: Literal["slices"] = "slices"
    axis: Literal[0, 1, 2]
    start: int
    stop: int


class TurnedBoxShape(Model):
    """A box that does not stand upright: its four corners (x, y) in order, in pixels of the frame. As any box does, it
    says where something is and not how far it reaches."""

    kind: Literal["turned_box"] = "turned_box"
    corners: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


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


Shape = Annotated[
    LabelShape | ContourShape | PolygonShape | PointShape | BoxShape | TurnedBoxShape | LineShape | EllipseShape
    | Box3dShape | BallShape | SlicesShape | SpanShape | RleShape,
    Field(discriminator="kind"),
]  # fmt: skip


class MadeBy(Model):
    """Who drew or wrote it. Of a trained model, `revision` is the sha256 of its weights, and `reliability` the mean
    Dice of what it drew with what it draws on the same picture slightly changed."""

    kind: Literal["human", "model", "rule"]
    name: str
    version: str | None = None
    score: float | None = None
    revision: str | None = None
    reliability: float | None = None


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
