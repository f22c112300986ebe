"""Source annotations to masks on the record's own grid."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import polygon

from schemas import BoxShape, ContourShape, LabelShape, Record, Region, RleShape, SpanShape, content_key
from transforms.media.decoders import labels
from transforms.media.geometry import across
from transforms.regions import rle


@dataclass(frozen=True)
class Resolved:
    """A region with its voxels: `mask` is the crop that starts at `offset`; None for boxes and spans."""

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


def resolve(root: Path, record: Record, regions: Iterable[Region]) -> tuple[list[Resolved], list[Dropped]]:
    """Masks for the source regions of a record, in a stable order.

    A label value that the map does not hold is dropped with its reason (the caller may conclude absence where the
    source is exhaustive). Raises DecodeError when a map cannot be read or lies on another grid.
    """
    kept: list[Resolved] = []
    dropped: list[Dropped] = []
    by_map: dict[str, list[Region]] = {}
    for region in regions:
        if isinstance(region.shape, LabelShape):
            by_map.setdefault(region.shape.source.uri, []).append(region)
        elif isinstance(region.shape, ContourShape):
            kept.append(_from_contour(record, region, region.shape))
        elif isinstance(region.shape, RleShape):
            kept.append(cropped(region, rle.decode(region.shape)))
        elif isinstance(region.shape, BoxShape | SpanShape):
            kept.append(Resolved(region))
    for group in by_map.values():
        _from_labels(root, record, group, kept, dropped)
    empty = [item for item in kept if item.mask is not None and not item.mask.any()]
    dropped += [Dropped(item.region, "the mask is empty") for item in empty]
    kept = [item for item in kept if item.mask is None or item.mask.any()]
    return sorted(kept, key=lambda r: r.region.key), sorted(dropped, key=lambda d: d.region.key)


def _from_labels(root: Path, record: Record, group: list[Region], kept: list[Resolved], dropped: list[Dropped]) -> None:
    first = group[0].shape
    assert isinstance(first, LabelShape)
    array = labels(root, first, record)
    by_value = first.at_least is None
    found = ndimage.find_objects(array) if by_value else []  # index v - 1 -> the slices of value v, or None
    for region in group:
        shape = region.shape
        assert isinstance(shape, LabelShape)
        if shape.at_least is not None:
            kept.append(cropped(region, array >= shape.at_least))
        elif shape.instances:
            kept.extend(_instances(region, array, found))
        elif 0 < shape.value <= len(found) and found[shape.value - 1] is not None:
            crop = found[shape.value - 1]
            kept.append(Resolved(region, tuple(s.start for s in crop), array[crop] == shape.value))
        else:
            dropped.append(Dropped(region, f"label value {shape.value} is not in {shape.source.uri}"))


def _instances(region: Region, array: NDArray[Any], found: list[tuple[slice, ...] | None]) -> Iterator[Resolved]:
    for value, crop in enumerate(found, start=1):
        if crop is None:
            continue
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
        inside = np.zeros(volume.shape[:2], np.uint8)
        ii, jj = polygon(points[:, 0], points[:, 1], inside.shape)
        inside[ii, jj] = 1
        if shape.includes_edge is hole:  # the edge belongs to what is not inside this ring
            cv2.polylines(inside, [np.rint(points[:, ::-1]).astype(np.int32)], True, 0)
        else:
            cv2.polylines(inside, [np.rint(points[:, ::-1]).astype(np.int32)], True, 1)
        drawn = volume[..., k - first]
        volume[..., k - first] = drawn & ~(inside > 0) if hole else drawn | (inside > 0)
    return replace(found := cropped(region, volume), offset=(*found.offset[:2], found.offset[2] + first))


def cropped(region: Region, mask: NDArray[np.bool_]) -> Resolved:
    """A region with its mask on the whole grid, cut to what it covers."""
    crop = ndimage.find_objects(mask.view(np.uint8), max_label=1)[0]
    if crop is None:
        return Resolved(region, (0,) * mask.ndim, mask)
    return Resolved(region, tuple(s.start for s in crop), mask[crop].copy())
