"""Boxes and points, which have no mask: where they lie on the record's grid, and where on a view."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas import BoxShape, MediaGeometry, PointShape, PolygonShape, Record, Region, SampleRegion, Scene
from transforms.regions import polygons
from transforms.regions.patch import Box, Patch

SLACK = 1e-6  # pixels by which changes of frame may miss a whole number
SAME = 0.5  # of a box that a mask spans: the overlap at which boxes are taken for the same thing (PASCAL VOC 2010, 4.4)
Sized = tuple[int, int]  # height, width
DECIMALS = 3  # of a point's x and y: finer than anybody draws


@dataclass(frozen=True)
class Mark:
    """A box, or points, on an image of `shape` (height, width): in its pixels, x to the right and y down, 0 at the
    outer edge of the first pixel."""

    shape: tuple[int, int]
    box: Box | None = None
    points: tuple[tuple[float, float], ...] = ()
    names: tuple[str, ...] = ()

    @property
    def form(self) -> Literal["box", "point"]:
        return "point" if self.box is None else "box"

    @property
    def single(self) -> bool:
        """Whether it has one place: a box, or one point. The two ends of a line have none."""
        return self.box is not None or len(self.points) == 1

    @cached_property
    def centre(self) -> tuple[float, float]:
        """x, y of its middle, 0 at the centre of the first pixel as in `Patch.centroid`. Raises ValueError where it has
        no single place."""
        if not self.single:
            raise ValueError(f"{len(self.points)} points have no place of their own")
        x0, y0, x1, y1 = self.box or (*self.points[0], *self.points[0])
        return (x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5

    @cached_property
    def pixels(self) -> Patch:
        """The pixels that the box holds, or that the points lie in."""
        if self.box is not None:
            x0, y0, x1, y1 = self.box
            return Patch(np.ones((y1 - y0, x1 - x0), bool), self.box, self.shape)
        height, width = self.shape
        xs = np.array([min(int(x), width - 1) for x, _ in self.points])
        ys = np.array([min(int(y), height - 1) for _, y in self.points])
        x0, y0 = int(xs.min()), int(ys.min())
        mask = np.zeros((int(ys.max()) - y0 + 1, int(xs.max()) - x0 + 1), bool)
        mask[ys - y0, xs - x0] = True
        return Patch(mask, (x0, y0, x0 + mask.shape[1], y0 + mask.shape[0]), self.shape)

    def shown_by(self, mask: Patch) -> bool:
        """Whether what a mask has within the box spans at least half of it, or a point lies on the mask: then the two
        were drawn for one thing. A neighbour's mask that reaches into a box's corner does not."""
        if self.box is None:
            return self.pixels.overlap(mask) > 0
        x0, y0, x1, y1 = self.box
        left, top = max(x0, mask.box[0]), max(y0, mask.box[1])
        right, bottom = min(x1, mask.box[2]), min(y1, mask.box[3])
        if left >= right or top >= bottom or not (part := mask.within((left, top, right, bottom))).any():
            return False
        spans = (np.ptp(np.flatnonzero(part.any(axis=axis))) + 1 for axis in (0, 1))
        return bool(np.prod(list(spans)) >= SAME * (x1 - x0) * (y1 - y0))

    def shaped(self) -> BoxShape | PointShape:
        """The mark as the shape of a region's row in the view's frame."""
        return PointShape(points=self.points, names=self.names) if self.box is None else BoxShape(xyxy=self.box)


def form_of(region: SampleRegion) -> str:
    """What a region is drawn with: "mask", "box", "point"; "" of one that lies in time or in a text."""
    if region.points is not None:
        return "point"
    return "mask" if region.mask is not None else "box" if region.box is not None else ""


def of_region(region: SampleRegion, shape: tuple[int, int]) -> Mark | None:
    """The mark of a region of a sample; None where it has a mask, or lies in time or in a text."""
    if region.points is not None:
        return Mark(shape, None, region.points.xy, region.points.names)
    if region.box is not None and region.mask is None:
        return Mark(shape, region.box.xyxy)
    return None


def of_scene(scene: Scene) -> dict[str, Mark]:
    """Region id -> its mark, of the regions that have one."""
    image = next((media for media in scene.media if media.kind == "image"), None)
    if image is None or image.width is None or image.height is None:
        return {}
    marks = ((region.id, of_region(region, (image.height, image.width))) for region in scene.regions)
    return {rid: mark for rid, mark in marks if mark is not None}


def corners(record: Record, region: Region) -> NDArray[np.float64]:
    """(n, axes) indices in the record's array, whole numbers being centres: of two corners of a box, of each point. An
    outline stands for the smallest box that holds it. Raises ValueError where its frame is none of the record's."""
    shape = region.shape
    if isinstance(shape, PointShape) and len(shape.points[0]) == 3:
        return np.array(shape.points, np.float64)
    part = polygons.frame_slice(record, region.frame)
    flat = np.c_[_flat(shape), np.ones(len(_flat(shape)))] @ part.matrix.T
    return flat if part.axis is None else np.insert(flat, part.axis, part.index, axis=1)


def _flat(shape: object) -> NDArray[np.float64]:
    """(n, 2) x, y in pixels of the frame."""
    if isinstance(shape, BoxShape):
        return np.array(shape.xyxy, np.float64).reshape(2, 2)
    if isinstance(shape, PointShape):
        return np.array(shape.points, np.float64)
    if isinstance(shape, PolygonShape):
        every = np.concatenate([np.asarray(ring, np.float64) for ring in shape.rings])
        return np.stack([every.min(0), every.max(0)])
    raise ValueError(f"a {type(shape).__name__} is no box and no point")


def nowhere(record: Record, region: Region) -> str | None:
    """Why a box or a point has no place on the record; None where it has one. It costs no other region."""
    if not isinstance(region.shape, BoxShape | PointShape):
        return None
    try:
        corners(record, region)
    except ValueError as error:
        return str(error)
    return None


def is_mark(region: Region) -> bool:
    """Whether a region without a mask has a place on a picture."""
    return isinstance(region.shape, BoxShape | PointShape | PolygonShape)


def slices(record: Record, region: Region, axis: int) -> list[int]:
    """The slices across an axis that show it, each to the nearest: within half a slice of its plane. None shows a box
    from its edge."""
    if not isinstance(region.shape, PointShape) and polygons.frame_slice(record, region.frame).axis != axis:
        return []
    found = np.floor(corners(record, region)[:, axis] + 0.5).astype(int)
    return sorted({int(n) for n in np.clip(found, 0, record.geometry.shape[axis] - 1)})


def placed(record: Record, region: Region, geometry: MediaGeometry, size: Sized, whole: bool) -> Mark | None:
    """The mark on a view of `size` (height, width) that `geometry` places; None where it lies elsewhere. Unless the
    view shows a `whole` slice or picture, also where its edge cuts the mark: what is left would be no one's box."""
    source = corners(record, region)
    on_plane = np.ones(len(source), bool)
    if geometry.slice_axis is not None:
        axis = geometry.slice_axis
        nearest = np.clip(np.floor(source[:, axis] + 0.5), 0, record.geometry.shape[axis] - 1)
        on_plane = nearest == geometry.slice_index
    full = np.zeros((4, len(source)))
    full[3], full[: source.shape[1]] = 1.0, source.T
    xy = (np.linalg.inv(np.asarray(geometry.voxel, np.float64)) @ full)[:2].T + 0.5
    if isinstance(region.shape, PointShape):
        return _points(region.shape, xy, on_plane, size)
    across = polygons.frame_slice(record, region.frame).axis
    if not on_plane.all() or across != geometry.slice_axis:
        return None
    return _box(xy, size, whole)


def _points(shape: PointShape, xy: NDArray[np.float64], on_plane: NDArray[np.bool_], size: Sized) -> Mark | None:
    """The points of this plane; none where the view's edge parts them."""
    height, width = size
    xy = xy.round(DECIMALS) + 0.0
    kept = np.flatnonzero(on_plane)
    own = xy[kept]
    if not len(kept) or (own < 0).any() or (own > (width, height)).any():
        return None
    points = tuple((float(xy[n, 0]), float(xy[n, 1])) for n in kept)
    return Mark((height, width), None, points, tuple(shape.names[n] for n in kept) if shape.names else ())


def _box(xy: NDArray[np.float64], size: Sized, whole: bool) -> Mark | None:
    """Edges moved outward to whole pixels."""
    height, width = size
    low, high = xy.min(0), xy.max(0)
    start, end = np.clip(low, 0, (width, height)), np.clip(high, 0, (width, height))
    cut = max(np.abs(start - low).max(), np.abs(end - high).max()) > SLACK
    if (high <= 0).any() or (low >= (width, height)).any() or (cut and not whole):
        return None
    x0, y0 = (int(n) for n in np.floor(start + SLACK))
    x1, y1 = (int(n) for n in np.ceil(end - SLACK))
    x0, y0 = min(x0, width - 1), min(y0, height - 1)
    return Mark((height, width), (x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)))
