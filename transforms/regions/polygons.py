"""Outlines in pixels of a frame to the voxels whose centres they hold."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import ContourShape, PolygonShape, Record
from transforms.media.geometry import AXES, STORED, grid


@dataclass(frozen=True)
class Slice:
    """The part of a record's array that a frame shows: index `index` of axis `axis` (None: all of a picture), and the
    2 x 3 `matrix` from (x, y, 1) in pixels of the frame to its two indices, where n is the centre of voxel n."""

    axis: int | None
    index: int
    shape: tuple[int, int]
    matrix: NDArray[np.float64]


def drawn(record: Record, frame: str, shape: PolygonShape) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    """The mask of an outline, cut to where its rings are, and the offset of that cut on the record's grid. It has no
    cells where none is held and no point of the outline is on the grid.

    Raises ValueError where the frame is none of the record's, or the rings and `holes` do not fit each other.
    """
    holes = shape.holes or (False,) * len(shape.rings)
    if len(holes) != len(shape.rings):
        raise ValueError(f"a polygon of {len(shape.rings)} rings says of {len(holes)} whether they are holes")
    part = frame_slice(record, frame)
    rings = [np.c_[np.asarray(ring, np.float64), np.ones(len(ring))] @ part.matrix.T for ring in shape.rings]
    if not all(np.isfinite(ring).all() for ring in rings):
        raise ValueError("a polygon has a point that is no number")
    every = np.concatenate(rings)
    low = np.clip(np.floor(every.min(0)), 0, part.shape).astype(int)
    high = np.clip(np.ceil(every.max(0)) + 1, low, part.shape).astype(int)
    mask = np.zeros(high - low, bool)
    for ring, hole in zip(rings, holes, strict=True):
        held = inside(ring - low, mask.shape)
        mask = mask & ~held if hole else mask | held
    if not mask.any() and not ((every > -0.5) & (every < np.subtract(part.shape, 0.5))).all(1).any():
        mask = mask[:0]
    offset = [int(n) for n in low]
    if part.axis is not None:
        offset.insert(part.axis, part.index)
        mask = np.expand_dims(mask, part.axis)
    return tuple(offset), mask


def inside(ring: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The cells of a (rows, columns) grid whose centres, at whole numbers, lie in a closed ring of (row, column).

    Even-odd rule along each row (Foley et al., Computer Graphics, 3.6); a centre on the ring belongs to the side of
    higher row and column, so that two outlines that share an edge share no cell.
    """
    rows, columns = shape
    start, end = ring, np.roll(ring, -1, axis=0)
    first = np.clip(np.ceil(np.minimum(start[:, 0], end[:, 0])), 0, rows).astype(int)
    last = np.clip(np.ceil(np.maximum(start[:, 0], end[:, 0])), 0, rows).astype(int)
    count = last - first
    edge = np.repeat(np.arange(len(ring)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    share = (row - start[edge, 0]) / (end[edge, 0] - start[edge, 0])
    crossing = start[edge, 1] + share * (end[edge, 1] - start[edge, 1])
    toggles = np.zeros((rows, columns + 1), np.int32)
    np.add.at(toggles, (row, np.clip(np.ceil(crossing), 0, columns).astype(int)), 1)
    held: NDArray[np.bool_] = np.cumsum(toggles, axis=1)[:, :columns] % 2 == 1
    return held


def with_edge(ring: NDArray[np.float64], shape: tuple[int, ...], edge: bool) -> NDArray[np.bool_]:
    """What a ring of whole (i, j) holds, with or without the voxels that it runs through."""
    inside = np.zeros(shape, np.uint8)
    from skimage.draw import polygon

    ii, jj = polygon(ring[:, 0], ring[:, 1], inside.shape)
    inside[ii, jj] = 1
    cv2.polylines(inside, [np.rint(ring[:, ::-1]).astype(np.int32)], True, int(edge))
    return inside > 0


def frame_slice(record: Record, frame: str) -> Slice:
    """Where the pixels of a frame lie: "voxel" or "full" of a picture or of a volume of one slice (x along i, y along
    j), "frame:t" of a clip, "axial:9" and the like of a volume with a patient frame, "k:9" and the like of any. Raises
    ValueError on another."""
    shape, (kind, _, where) = record.geometry.shape, frame.partition(":")
    if kind in (*AXES, *STORED):
        cut = grid(record.geometry, kind, int(where))  # type: ignore[arg-type]
        kept = [axis for axis in range(3) if axis != cut.axis]
        x, y, origin = cut.voxel[kept, 0], cut.voxel[kept, 1], cut.voxel[kept, 3]
        matrix = np.column_stack([x, y, origin - 0.5 * (x + y)])  # a view's pixel centres are whole numbers
        return Slice(cut.axis, cut.index, (shape[kept[0]], shape[kept[1]]), matrix)
    rows_columns = np.array([[0.0, 1.0, -0.5], [1.0, 0.0, -0.5]])
    if kind in ("voxel", "full") and len(shape) == 2:
        return Slice(None, 0, (shape[0], shape[1]), rows_columns)
    if kind == "voxel" and record.kind == "volume" and shape[2:] == (1,):
        return Slice(2, 0, (shape[0], shape[1]), rows_columns[::-1])
    if kind == "frame" and record.kind == "clip" and 0 <= int(where) < shape[0]:
        return Slice(0, int(where), (shape[1], shape[2]), rows_columns)
    raise ValueError(f"nothing can be drawn in frame {frame!r} of a {record.kind} of {shape}")


def stacked(shape: ContourShape, size: tuple[int, ...]) -> tuple[int, NDArray[np.bool_]]:
    """The first plane that rings reach, and what they hold from there on: pixels whose centres lie within; without
    `includes_edge` the ring's own pixels are outside. `size`: of the record's grid."""
    first = min(shape.planes)  # only the slices that the rings reach are drawn: a CT has 35 million voxels
    volume = np.zeros((*size[:2], max(shape.planes) - first + 1), bool)
    for k, ring, hole in zip(shape.planes, shape.rings, shape.holes, strict=True):
        points = np.asarray(ring, float)
        if shape.includes_edge is None:
            held = inside(points, volume.shape[:2])
        else:
            held = with_edge(points, volume.shape[:2], shape.includes_edge is not hole)
        before = volume[..., k - first]
        volume[..., k - first] = before & ~held if hole else before | held
    return first, volume
