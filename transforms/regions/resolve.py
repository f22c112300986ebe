"""Source annotations to masks on the record's own grid."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import polygon

from schemas import ContourShape, LabelShape, PolygonShape, Record, Region, RleShape, content_key, rle
from transforms.media.decoders import labels
from transforms.media.geometry import across
from transforms.regions import polygons
from transforms.regions.unknown import Unknown, refuse_foreign, unknown_of


@dataclass(frozen=True)
class Resolved:
    """A region with its voxels: `mask` is the crop that starts at `offset`; None for boxes, points and spans, and for
    an outline that holds no pixel's centre."""

    region: Region
    offset: tuple[int, ...] = ()
    mask: NDArray[np.bool_] | None = None

    def full(self, shape: Sequence[int]) -> NDArray[np.bool_]:
        """The mask on the whole grid."""
        out = np.zeros(tuple(shape), bool)
        if self.mask is not None:
            out[self.crop] = self.mask
        return out

    @property
    def crop(self) -> tuple[slice, ...]:
        size = self.mask.shape if self.mask is not None else ()
        return tuple(slice(start, start + length) for start, length in zip(self.offset, size, strict=True))

    def plane(self, axis: int, index: int, shape: Sequence[int]) -> NDArray[np.bool_] | None:
        """The slice of the mask across an axis, on the whole plane; None where the region does not reach it."""
        if self.mask is None or not 0 <= index - self.offset[axis] < self.mask.shape[axis]:
            return None
        part = across(self.mask, axis, index - self.offset[axis])
        if not part.any():
            return None
        out = np.zeros([n for a, n in enumerate(shape) if a != axis], bool)
        out[tuple(s for a, s in enumerate(self.crop) if a != axis)] = part
        return out

    @property
    def voxels(self) -> int:
        return 0 if self.mask is None else int(np.count_nonzero(self.mask))


@dataclass(frozen=True)
class Dropped:
    """A source region that shows nothing, and why."""

    region: Region
    reason: str


class Resolution(NamedTuple):
    """The regions that show something, those that do not, and what else their maps hold."""

    kept: list[Resolved]
    dropped: list[Dropped]
    unknown: list[Unknown]


def resolve(root: Path, record: Record, regions: Iterable[Region]) -> tuple[list[Resolved], list[Dropped]]:
    """Masks for the source regions of a record, in a stable order; see `resolution`."""
    found = resolution(root, record, regions)
    return found.kept, found.dropped


def resolution(root: Path, record: Record, regions: Iterable[Region]) -> Resolution:
    """Masks for the source regions of a record, in a stable order, and what their maps hold beside them.

    A label value that the map does not hold is dropped with its reason (the caller may conclude absence where the
    source is exhaustive). Raises DecodeError when a map cannot be read or lies on another grid, ValueError when maps
    hold values and the card knows none of them.
    """
    kept: list[Resolved] = []
    dropped: list[Dropped] = []
    unknown: list[Unknown] = []
    by_map: dict[tuple[object, ...], list[Region]] = {}
    for region in regions:
        if isinstance(region.shape, LabelShape):
            by_map.setdefault(_map_of(region.shape), []).append(region)
        else:
            kept.append(_from_shape(record, region))
    for group in by_map.values():
        _from_labels(root, record, group, kept, dropped, unknown)
    empty = [item for item in kept if item.mask is not None and not item.mask.any()]
    dropped += [Dropped(item.region, "the mask is empty") for item in empty]
    kept = [item for item in kept if item.mask is None or item.mask.any()]
    if not any(isinstance(item.region.shape, LabelShape) for item in kept):
        refuse_foreign(unknown)
    by_key = sorted(kept, key=lambda r: r.region.key), sorted(dropped, key=lambda d: d.region.key)
    return Resolution(*by_key, unknown)


def _map_of(shape: LabelShape) -> tuple[object, ...]:
    """What two shapes share when one reading of the map serves both. Which colour, value or threshold is asked of the
    array that was read; whether it is colours, values or intensities decides how it is read."""
    source = shape.source
    intensity = shape.at_least is not None or shape.at_most is not None
    where = (source.uri, source.member, source.select, shape.decoder, shape.channel)
    return (*where, shape.colour is not None, intensity)


def _from_shape(record: Record, region: Region) -> Resolved:
    shape = region.shape
    if isinstance(shape, ContourShape):
        return _from_contour(record, region, shape)
    if isinstance(shape, RleShape):
        return cropped(region, rle.decode(shape))
    if isinstance(shape, PolygonShape):
        return _from_polygon(record, region, shape)
    return Resolved(region)


def _from_polygon(record: Record, region: Region, shape: PolygonShape) -> Resolved:
    """An outline too small to hold a pixel's centre stays without a mask: it is drawn, so its concept is not absent."""
    offset, mask = polygons.drawn(record, region.frame, shape)
    if mask.size == 0:
        return Resolved(region, offset, mask)  # all of it is outside the image
    if not mask.any():
        return Resolved(region)
    found = cropped(region, mask)
    return replace(found, offset=tuple(a + b for a, b in zip(offset, found.offset, strict=True)))


def _from_labels(
    root: Path, record: Record, group: list[Region], kept: list[Resolved], dropped: list[Dropped],
    unknown: list[Unknown],
) -> None:  # fmt: skip
    first = group[0].shape
    assert isinstance(first, LabelShape)
    array = labels(root, first, record)
    values = first.colour is None and first.at_least is None and first.at_most is None
    found = _objects(array) if values else {}
    unknown += unknown_of(record, first, array, found)
    for region in group:
        shape = region.shape
        assert isinstance(shape, LabelShape)
        if not values and shape.instances:
            raise ValueError(f"region {region.key}: instances are told apart by value, not by colour or intensity")
        if not values:
            kept.append(cropped(region, _held(array, shape)))
        elif shape.instances:
            kept.extend(_instances(region, array, found))
        elif shape.value in found:
            crop = found[shape.value]
            kept.append(Resolved(region, tuple(s.start for s in crop), array[crop] == shape.value))
        else:
            dropped.append(Dropped(region, f"label value {shape.value} is not in {shape.source.uri}"))


def _held(array: NDArray[Any], shape: LabelShape) -> NDArray[np.bool_]:
    if shape.colour is not None:
        red, green, blue = shape.colour
        return np.asarray(array == (red << 16 | green << 8 | blue))
    mask = np.ones(array.shape, bool) if shape.at_least is None else array >= shape.at_least
    return np.asarray(mask if shape.at_most is None else mask & (array <= shape.at_most))


def _objects(array: NDArray[Any]) -> dict[int, tuple[slice, ...]]:
    """Each value above zero -> the part of the array that it lies in. Looks at the runs of equal values along the last
    axis, which are few: a map is mostly empty, and what it holds hangs together."""
    if array.flags.f_contiguous and not array.flags.c_contiguous:
        return {value: crop[::-1] for value, crop in _objects(array.T).items()}
    lines = np.ascontiguousarray(array).reshape(-1, array.shape[-1])
    begins = np.ones(lines.shape, bool)
    np.not_equal(lines[:, 1:], lines[:, :-1], out=begins[:, 1:])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], lines.size) - 1
    values = lines.ravel()[first]
    held = values > 0
    present, ranks = np.unique(values[held], return_inverse=True)
    corners = zip(*(np.unravel_index(runs[held], array.shape) for runs in (first, last)), strict=True)
    sides = [_extents(ranks, len(present), low, high) for low, high in corners]
    return {int(value): tuple(crop) for value, *crop in zip(present, *sides, strict=True)}


def _extents(ranks: NDArray[Any], number: int, low: NDArray[Any], high: NDArray[Any]) -> list[slice]:
    """Of each of a number of things, from the lowest to the highest place along an axis."""
    start, stop = np.full(number, np.iinfo(np.int64).max), np.zeros(number, np.int64)
    np.minimum.at(start, ranks, low)
    np.maximum.at(stop, ranks, high + 1)
    return [slice(a, b) for a, b in zip(start.tolist(), stop.tolist(), strict=True)]


def _instances(region: Region, array: NDArray[Any], found: Mapping[int, tuple[slice, ...]]) -> Iterator[Resolved]:
    for value, crop in found.items():
        key = content_key("instance", region.key, value)
        own = region.model_copy(update={"key": key, "meta": {**region.meta, "instance": value}})
        yield Resolved(own, tuple(s.start for s in crop), array[crop] == value)


def _from_contour(record: Record, region: Region, shape: ContourShape) -> Resolved:
    """Pixels whose centres lie within the rings; without `includes_edge` the ring's own pixels are outside."""
    depth = record.geometry.shape[2]
    if not all(0 <= k < depth for k in shape.planes):
        raise ValueError(f"region {region.key}: a plane of {shape.planes} is outside 0..{depth - 1}")
    first = min(shape.planes)  # only the slices that the rings reach are drawn: a CT has 35 million voxels
    volume = np.zeros((*record.geometry.shape[:2], max(shape.planes) - first + 1), bool)
    for k, ring, hole in zip(shape.planes, shape.rings, shape.holes, strict=True):
        points = np.asarray(ring, float)
        if shape.includes_edge is None:
            inside = polygons.inside(points, volume.shape[:2])
        else:
            inside = _with_edge(points, volume.shape[:2], shape.includes_edge is not hole)
        drawn = volume[..., k - first]
        volume[..., k - first] = drawn & ~inside if hole else drawn | inside
    return replace(found := cropped(region, volume), offset=(*found.offset[:2], found.offset[2] + first))


def _with_edge(ring: NDArray[np.float64], shape: tuple[int, ...], edge: bool) -> NDArray[np.bool_]:
    """What a ring of whole (i, j) holds, with or without the voxels that it runs through."""
    inside = np.zeros(shape, np.uint8)
    ii, jj = polygon(ring[:, 0], ring[:, 1], inside.shape)
    inside[ii, jj] = 1
    cv2.polylines(inside, [np.rint(ring[:, ::-1]).astype(np.int32)], True, int(edge))
    return inside > 0


def cropped(region: Region, mask: NDArray[np.bool_]) -> Resolved:
    """A region with its mask on the whole grid, cut to what it covers."""
    return Resolved(region, *cut(mask))


def cut(mask: NDArray[np.bool_]) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    """Where the part of a mask that it covers begins, and that part; all of it where it covers nothing."""
    crop = ndimage.find_objects(mask.view(np.uint8), max_label=1)[0]
    if crop is None:
        return (0,) * mask.ndim, mask
    return tuple(s.start for s in crop), mask[crop].copy()
