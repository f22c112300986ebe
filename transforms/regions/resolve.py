"""Source annotations to masks on the record's own grid."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from schemas import (
    ContourShape,
    LabelMap,
    LabelShape,
    Notice,
    PolygonShape,
    Record,
    Region,
    RleShape,
    content_key,
    rle,
)
from transforms.media.decoders import DecodeError, labels, lossy
from transforms.media.geometry import across
from transforms.regions import placing, polygons
from transforms.regions.binary import inside
from transforms.regions.blends import without_rims
from transforms.regions.empty import empty_ones, refuse_drawn, to_be_blank
from transforms.regions.softened import softened
from transforms.regions.unknown import (
    Unknown,
    has_void,
    held,
    is_of,
    map_of,
    packed,
    place,
    probe,
    refuse_foreign,
    unknown_of,
    unnamed_channels,
)
from transforms.regions.values import Found, objects


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
    """The regions that show something, and those that do not; what else their maps hold or leave in doubt; and the
    labels of concepts that are not absent for that."""

    kept: list[Resolved]
    dropped: list[Dropped]
    notices: list[Notice]
    doubtful: frozenset[str]


@dataclass
class _Sums:
    """What comes of the maps of a record, one after another."""

    kept: list[Resolved] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)

    def looked(
        self, root: Path, known: LabelMap | None, shape: LabelShape, array: NDArray[Any], found: Found
    ) -> list[Unknown]:
        """Books what an array holds beside its regions, and gives back what of it is unknown."""
        if known is None:
            return []
        unknown = unknown_of(known, shape, array, found)
        if has_void(known, array):
            self.doubtful.update(known.concepts)
        if unknown and (told := softened(root, shape, unknown)) is not None:
            self.notices += told
            return []
        self.unknown += unknown
        return unknown


def resolve(root: Path, record: Record, regions: Iterable[Region]) -> tuple[list[Resolved], list[Dropped]]:
    """Masks for the source regions of a record, in a stable order; see `resolution`."""
    found = resolution(root, record, regions)
    return found.kept, found.dropped


def resolution(root: Path, record: Record, regions: Iterable[Region]) -> Resolution:
    """Masks for the source regions of a record, in a stable order, and what their maps hold beside them.

    A label value that the map does not hold is dropped with its reason (the caller may conclude absence where the
    source is exhaustive). Raises DecodeError when a map cannot be read or lies on another grid, ValueError when maps
    hold values and the card knows none of them, when a binary mask is none, or one that must be blank is not.
    """
    sums = _Sums()
    by_map: dict[tuple[object, ...], list[Region]] = {}
    for region in regions:
        if isinstance(region.shape, LabelShape):
            by_map.setdefault(_map_of(region.shape), []).append(region)
        elif (why := placing.nowhere(record, region)) is not None:
            sums.dropped.append(Dropped(region, why))
            sums.doubtful.add(region.concept.label)
        else:
            sums.kept.append(_from_shape(record, region))
    for group in by_map.values():
        _from_labels(root, record, group, sums)
    _look_through(root, record, by_map, sums)
    empty = [item for item in sums.kept if item.mask is not None and not item.mask.any()]
    dropped = [*sums.dropped, *(Dropped(item.region, "the mask is empty") for item in empty)]
    kept = [item for item in sums.kept if item.mask is None or item.mask.any()]
    refuse_drawn(kept)
    dropped = [drop for drop in dropped if not to_be_blank(drop.region)]
    if not any(isinstance(item.region.shape, LabelShape) for item in kept):
        refuse_foreign(sums.unknown)
    notices, doubtful = empty_ones(record, kept, dropped)
    told = [*(value.notice() for value in sums.unknown), *sums.notices, *notices]
    return Resolution(
        sorted(kept, key=lambda r: r.region.key), sorted(dropped, key=lambda d: d.region.key),
        list({notice.text(): notice for notice in told}.values()),
        frozenset({*sums.doubtful, *doubtful, *(label for one in sums.unknown for label in one.map.concepts)}),
    )  # fmt: skip


def _look_through(root: Path, record: Record, read: Mapping[tuple[object, ...], list[Region]], sums: _Sums) -> None:
    """The maps of which no region is read, and the channels of maps that no label speaks of."""
    for known in [*record.label_maps, *unnamed_channels(root, record)]:
        shape = probe(known)
        if shape is None or any(is_of(known, cast(LabelShape, own[0].shape)) for own in read.values()):
            continue
        array = labels(root, shape, record)
        if known.part is None or not _repeats(root, record, known, array):
            sums.looked(root, known, shape, array, {} if shape.by_intensity or shape.colour else objects(array))


def _repeats(root: Path, record: Record, known: LabelMap, array: NDArray[Any]) -> bool:
    """Whether a channel is one that a label speaks of once more, as in a grey stored as colours."""
    others = [one for one in record.label_maps if (one.source, one.decoder) == (known.source, known.decoder)]
    shapes = [probe(one.model_copy(update={"part": ""})) for one in others if one.channel not in (None, known.channel)]
    return any(np.array_equal(array, labels(root, shape, record)) for shape in shapes if shape is not None)


def _map_of(shape: LabelShape) -> tuple[object, ...]:
    """What two shapes share when one reading of the map serves both. Which colour, value or threshold is asked of the
    array that was read; whether it is colours, values or intensities decides how it is read."""
    source = shape.source
    where = (source.uri, source.member, source.select, shape.decoder, shape.channel)
    return (*where, shape.colour is not None, shape.by_intensity, shape.binary)


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


def _from_labels(root: Path, record: Record, group: list[Region], sums: _Sums) -> None:
    first = group[0].shape
    assert isinstance(first, LabelShape)
    array: NDArray[Any] = labels(root, first, record)
    known = map_of(record, first)
    if first.binary:
        array = _binary(root, record, group[0], array, sums)
    values = first.colour is None and not first.by_intensity
    found = objects(array) if values else {}
    if sums.looked(root, known, first, array, found) and known is not None and not first.by_intensity:
        array, told = without_rims(known, group, array)
        sums.notices += told
        found = objects(array) if values and told else found
    for region in group:
        shape = region.shape
        assert isinstance(shape, LabelShape)
        if not values and shape.instances:
            raise ValueError(f"region {region.key}: instances are told apart by value, not by colour or intensity")
        if not values:
            sums.kept.append(cropped(region, _held(array, shape)))
        elif shape.instances:
            sums.kept.extend(_instances(region, array, found))
        elif shape.value in found:
            crop = found[shape.value]
            sums.kept.append(Resolved(region, tuple(s.start for s in crop), array[crop] == shape.value))
        else:
            sums.dropped.append(Dropped(region, f"label value {shape.value} is not in {shape.source.uri}"))


def _binary(root: Path, record: Record, region: Region, array: NDArray[Any], sums: _Sums) -> NDArray[np.bool_]:
    """What a binary mask shows by its own values. Raises ValueError that names the file."""
    shape = cast(LabelShape, region.shape)
    uri = place(shape.source)
    try:
        mask, doubt = inside(array, lambda: lossy(root, shape))
    except ValueError as error:
        raise DecodeError(uri, str(error)) from error
    if doubt is not None:
        sums.notices.append(Notice(kind="value", uri=uri, item=region.source_label, reason=doubt))
    return mask


def _held(array: NDArray[Any], shape: LabelShape) -> NDArray[np.bool_]:
    if shape.binary:
        return array
    if shape.colour is not None:
        return np.asarray(array == packed(shape.colour))
    return held(array, shape.at_least, shape.at_most)


def _instances(region: Region, array: NDArray[Any], found: Found) -> Iterator[Resolved]:
    for value, crop in found.items():
        if value < 0:
            continue  # no instance: it is named as unknown
        key = content_key("instance", region.key, value)
        own = region.model_copy(update={"key": key, "meta": {**region.meta, "instance": value}})
        yield Resolved(own, tuple(s.start for s in crop), array[crop] == value)


def _from_contour(record: Record, region: Region, shape: ContourShape) -> Resolved:
    depth = record.geometry.shape[2]
    if not all(0 <= k < depth for k in shape.planes):
        raise ValueError(f"region {region.key}: a plane of {shape.planes} is outside 0..{depth - 1}")
    first, volume = polygons.stacked(shape, record.geometry.shape)
    return replace(found := cropped(region, volume), offset=(*found.offset[:2], found.offset[2] + first))


def cropped(region: Region, mask: NDArray[np.bool_]) -> Resolved:
    """A region with its mask on the whole grid, cut to what it covers."""
    return Resolved(region, *cut(mask))


def cut(mask: NDArray[np.bool_]) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    """Where the part of a mask that it covers begins, and that part; all of it where it covers nothing."""
    from scipy import ndimage

    crop = ndimage.find_objects(mask.view(np.uint8), max_label=1)[0]
    if crop is None:
        return (0,) * mask.ndim, mask
    return tuple(s.start for s in crop), mask[crop].copy()
