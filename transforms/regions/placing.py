"""Where boxes, points, lines and ellipses lie on a record's grid, and where on a view of it."""

import numpy as np
from numpy.typing import NDArray

from schemas import (
    BallShape,
    Box3dShape,
    BoxShape,
    EllipseShape,
    LineShape,
    MediaGeometry,
    PointShape,
    PolygonShape,
    Record,
    Region,
    SlicesShape,
    TurnedBoxShape,
)
from transforms.regions import polygons
from transforms.regions.ellipses import Ellipse, made
from transforms.regions.marks import Mark

SLACK = 1e-6  # pixels by which changes of frame may miss a whole number
DECIMALS = 3  # of a point's x and y: finer than anybody draws
Sized = tuple[int, int]  # height, width
FLAT = (BoxShape, TurnedBoxShape, PointShape, PolygonShape, LineShape, EllipseShape)
SOLID = (Box3dShape, BallShape, SlicesShape)
"""Shapes that lie in a volume, and not on one of its slices."""


def corners(record: Record, region: Region) -> NDArray[np.float64]:
    """(n, axes) indices in the record's array, whole numbers being centres: of two corners of a box, of each point of
    points and of a line, of the four of a turned box, of an ellipse's centre and the ends of its half axes. An outline
    stands for the smallest box that holds it. Raises ValueError where its frame is none of the record's."""
    shape = region.shape
    if isinstance(shape, BallShape):
        return np.array([shape.centre], np.float64)
    if isinstance(shape, Box3dShape):
        return np.array(shape.ijk, np.float64).reshape(2, 3) - 0.5
    if isinstance(shape, PointShape) and len(shape.points[0]) == 3:
        return np.array(shape.points, np.float64)
    part = polygons.frame_slice(record, region.frame)
    flat = np.c_[_flat(shape), np.ones(len(_flat(shape)))] @ part.matrix.T
    return flat if part.axis is None else np.insert(flat, part.axis, part.index, axis=1)


def _flat(shape: object) -> NDArray[np.float64]:
    """(n, 2) x, y in pixels of the frame."""
    if isinstance(shape, BoxShape):
        return np.array(shape.xyxy, np.float64).reshape(2, 2)
    if isinstance(shape, PointShape | LineShape):
        return np.array(shape.points, np.float64)
    if isinstance(shape, TurnedBoxShape):
        return np.array(shape.corners, np.float64)
    if isinstance(shape, EllipseShape):
        (a, b), turn = shape.axes, shape.angle
        ends = [(0.0, 0.0), (a * np.cos(turn), a * np.sin(turn)), (-b * np.sin(turn), b * np.cos(turn))]
        return np.array(ends, np.float64) + shape.centre
    if isinstance(shape, PolygonShape):
        every = np.concatenate([np.asarray(ring, np.float64) for ring in shape.rings])
        return np.stack([every.min(0), every.max(0)])
    raise ValueError(f"a {type(shape).__name__} is no box, point, line or ellipse")


def nowhere(record: Record, region: Region) -> str | None:
    """Why a shape without a mask has no place on the record; None where it has one. It costs no other region."""
    shape, size = region.shape, record.geometry.shape
    if isinstance(shape, SOLID) and len(size) != 3:
        return f"a {shape.kind} lies in a volume, and this record is {record.kind} of {size}"
    if isinstance(shape, SlicesShape):
        inside = 0 <= shape.start < shape.stop <= size[shape.axis]
        return None if inside else f"slices {shape.start} to {shape.stop} are none of {size[shape.axis]}"
    if not is_mark(region) or isinstance(shape, PolygonShape):
        return None
    try:
        found = corners(record, region)
    except ValueError as error:
        return str(error)
    return None if np.isfinite(found).all() else "it has a coordinate that is no number"


def is_mark(region: Region) -> bool:
    """Whether a region without a mask has a place on a picture or in a volume."""
    return isinstance(region.shape, (*FLAT, Box3dShape, BallShape))


def on_slices(region: Region) -> bool:
    """Whether a region without a mask says on which slices or frames it is."""
    return is_mark(region) or isinstance(region.shape, SlicesShape)


def slices(record: Record, region: Region, axis: int) -> list[int]:
    """The slices across an axis that show it, each to the nearest: within half a slice of its plane. None shows a flat
    shape from its edge; a ball is shown on that of its centre, where it has the diameter that the source gives."""
    shape = region.shape
    if isinstance(shape, SlicesShape):
        return list(range(shape.start, shape.stop)) if shape.axis == axis else []
    solid = isinstance(shape, SOLID) or (isinstance(shape, PointShape) and len(shape.points[0]) == 3)
    if not solid and not isinstance(shape, PointShape) and polygons.frame_slice(record, region.frame).axis != axis:
        return []
    along = corners(record, region)[:, axis]
    found = np.floor(along + 0.5).astype(int)
    if isinstance(shape, Box3dShape):
        found = np.arange(int(np.ceil(along.min() - SLACK)), int(np.floor(along.max() + SLACK)) + 1)
        found = found if len(found) else np.floor(along[:1] + 0.5).astype(int)
    return sorted({int(n) for n in np.clip(found, 0, record.geometry.shape[axis] - 1)})


def placed(record: Record, region: Region, geometry: MediaGeometry, size: Sized, whole: bool) -> Mark | None:
    """The mark on a view of `size` (height, width) that `geometry` places; None where it lies elsewhere. Unless the
    view shows a `whole` slice or picture, also where its edge cuts the mark: what is left would be no one's box."""
    shape = region.shape
    if isinstance(shape, SlicesShape):
        return None
    source = corners(record, region)
    on_plane = np.ones(len(source), bool)
    if geometry.slice_axis is not None:
        axis = geometry.slice_axis
        nearest = np.clip(np.floor(source[:, axis] + 0.5), 0, record.geometry.shape[axis] - 1)
        on_plane = nearest == geometry.slice_index
    full = np.zeros((4, len(source)))
    full[3], full[: source.shape[1]] = 1.0, source.T
    xy = (np.linalg.inv(np.asarray(geometry.voxel, np.float64)) @ full)[:2].T + 0.5
    if isinstance(shape, PointShape):
        return _points(shape, xy, on_plane, size)
    if isinstance(shape, BallShape):
        return _ball(shape, xy[0], geometry, size, whole) if on_plane.all() else None
    if isinstance(shape, Box3dShape):
        shown = geometry.slice_axis is not None and geometry.slice_index in slices(record, region, geometry.slice_axis)
        return _box(xy, size, whole) if shown else None
    across = polygons.frame_slice(record, region.frame).axis
    if not on_plane.all() or across != geometry.slice_axis:
        return None
    if isinstance(shape, LineShape):
        return _line(xy, size)
    if isinstance(shape, TurnedBoxShape):
        return _turned(xy, size, whole)
    if isinstance(shape, EllipseShape):
        return _ellipse(xy[0], (xy[1:] - xy[0]).T, size, whole)
    return _box(xy, size, whole)


def _points(shape: PointShape, xy: NDArray[np.float64], on_plane: NDArray[np.bool_], size: Sized) -> Mark | None:
    """The points of this plane; none where the view's edge parts them."""
    kept = np.flatnonzero(on_plane)
    if not len(kept) or not _inside(own := _rounded(xy[kept]), size):
        return None
    return Mark(size, None, _pairs(own), tuple(shape.names[n] for n in kept) if shape.names else ())


def _line(xy: NDArray[np.float64], size: Sized) -> Mark | None:
    """A line that lies on the view from end to end."""
    own = _rounded(xy)
    return Mark(size, line=_pairs(own)) if _inside(own, size) else None


def _turned(xy: NDArray[np.float64], size: Sized, whole: bool) -> Mark | None:
    """A turned box whose centre lies on the view, and all of which does unless that is `whole`."""
    own = _rounded(xy)
    if not _inside(own.mean(0, keepdims=True), size) or not (whole or _inside(own, size)):
        return None
    return Mark(size, corners=_pairs(own))


def _ellipse(centre: NDArray[np.float64], half: NDArray[np.float64], size: Sized, whole: bool) -> Mark | None:
    """An ellipse whose centre lies on the view, and all of which does unless that is `whole`."""
    own = _rounded(centre[None])
    if not _inside(own, size):
        return None
    found = made(_pairs(own)[0], half)
    x0, y0, x1, y1 = found.bounds
    if not whole and (min(x0, y0) < -SLACK or x1 > size[1] + SLACK or y1 > size[0] + SLACK):
        return None
    a, b = (round(length, DECIMALS) for length in found.axes)
    return Mark(size, ellipse=Ellipse(found.centre, (a, b), round(found.angle, DECIMALS) % 180.0)) if b > 0 else None


def _ball(
    shape: BallShape, centre: NDArray[np.float64], geometry: MediaGeometry, size: Sized, whole: bool
) -> Mark | None:
    """The circle of the given diameter; where nobody knows how large a pixel is, the point that it is about."""
    if geometry.spacing_mm is None:
        own = _rounded(centre[None])
        return Mark(size, None, _pairs(own)) if _inside(own, size) else None
    return _ellipse(centre, np.diag(shape.diameter_mm / 2 / np.asarray(geometry.spacing_mm)), size, whole)


def _rounded(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(xy.round(DECIMALS) + 0.0)


def _pairs(xy: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in xy)


def _inside(xy: NDArray[np.float64], size: Sized) -> bool:
    height, width = size
    return bool((xy >= 0).all() and (xy <= (width, height)).all())


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
