"""The scene of a clip by some of its frames: which are shown, and what is drawn on each."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Media, Record, SampleRegion, SpanShape
from schemas.recipe import ViewSpec
from schemas.sample import RegionBox, RegionMask
from transforms.media.render import Rendered
from transforms.regions import placing
from transforms.regions.layers import layers
from transforms.regions.marks import Mark
from transforms.regions.patch import Patch
from transforms.regions.resolve import Resolved
from transforms.regions.scene import drawn_on
from transforms.regions.solid import Solid
from transforms.regions.views import spread
from transforms.regions.whole import CLIP, Whole, region_of, row_of, scene_of
from transforms.shards.encode import pixels_sha256

FRAMES = 8  # of a clip, where the recipe does not say how many
MIN_PIXELS = 4  # as of a view: fewer are no outline


def frames_of(record: Record, items: Sequence[Resolved], spec: ViewSpec) -> list[int]:
    """Which frames of a clip are shown: those on which something is drawn, evenly spread where they are more than
    `spec.frames`, then others evenly spread; in order."""
    count, length = spec.frames or FRAMES, record.geometry.shape[0]
    drawn = {item.offset[0] + int(n) for item in items if item.mask is not None for n in _reached(item.mask)}
    marks = (item.region for item in items if item.mask is None and placing.is_mark(item.region))
    marked = sorted(drawn.union(*(placing.slices(record, region, 0) for region in marks)))
    chosen = {marked[n] for n in spread(0, len(marked), count)} if marked else set()
    others = [n for n in range(length) if n not in chosen]
    free = min(count - len(chosen), len(others))
    return sorted({*chosen, *(others[n] for n in (spread(0, len(others), free) if free > 0 else ()))})


def _reached(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    return np.flatnonzero(mask.any(axis=tuple(range(1, mask.ndim))))


def clip(record: Record, frames: Sequence[int], pictures: Sequence[Rendered], items: Sequence[Resolved]) -> Whole:
    """The scene of a clip by these frames of it, as pictures 0.png, 1.png, ... A region is what is drawn on one of
    them, with a mask or without, or a span of time in which at least one of them lies."""
    shape = (len(frames), *record.geometry.shape[1:3])
    solids = {item.region.key: solid for item in items if (solid := _chosen(item, frames, shape)) is not None}
    parts = sorted(_parts(items, solids), key=_place)
    spans = [item for item in items if _spans(record, item, frames)]
    regions: list[SampleRegion] = []
    for n, (at, item, patch) in enumerate(parts, 1):
        box = RegionBox(media=f"{at}.png", xyxy=patch.box)
        regions.append(region_of(item, {item.region.key: f"r{n}"}, None, None).model_copy(update={"box": box}))
    where = _sheets(parts)
    regions = [one.model_copy(update={"mask": where[one.id]}) for one in regions]
    marked, covered = _marked(record, pictures, items, parts)
    for n, (at, item, mark) in enumerate(marked, len(regions) + 1):
        on = drawn_on(f"{at}.png", mark)
        regions.append(region_of(item, {item.region.key: f"r{n}"}, None, None).model_copy(update=on))
    for n, item in enumerate(sorted(spans, key=lambda item: item.region.key), len(regions) + 1):
        assert isinstance(item.region.shape, SpanShape)
        span = {"span": (item.region.shape.start, item.region.shape.end), "span_unit": "s"}
        regions.append(region_of(item, {item.region.key: f"r{n}"}, None, None).model_copy(update=span))
    masks = {one.id: solids[one.region].packed() for one in regions if one.region in solids}
    rows = [row_of(item.region, CLIP, solids[item.region.key].packed()) for item in items if item.region.key in solids]
    media = _pictures(record, pictures, {mask.media for mask in where.values()})
    scene = scene_of(record, CLIP, (CLIP, list(frames)), media, tuple(regions), {})
    return Whole(scene, masks, tuple(rows), covered)


def frame_masks(
    regions: Sequence[SampleRegion], solids: Mapping[str, Solid], first: int = 0
) -> dict[int, dict[str, Patch]]:
    """Place of a frame in a clip -> region id -> its mask there. `first`: which number its first picture has."""
    found: dict[int, dict[str, Patch]] = {}
    for region in regions:
        if region.mask is None:
            continue
        at = int(region.mask.media.partition(".")[0]) - first
        patch = solids[region.id].frame(at)
        if patch is None:
            raise ValueError(f"region {region.id} has no mask on frame {at}")
        found.setdefault(at, {})[region.id] = patch
    return found


Part = tuple[int, Resolved, Patch]


def _parts(items: Sequence[Resolved], solids: Mapping[str, Solid]) -> Iterator[Part]:
    """What is drawn on each frame."""
    for item in items:
        solid = solids.get(item.region.key)
        for at in range(solid.shape[0]) if solid is not None else ():
            patch = solid.frame(at) if solid is not None else None
            if patch is not None and patch.size >= MIN_PIXELS:
                yield at, item, patch


def _marked(
    record: Record, pictures: Sequence[Rendered], items: Sequence[Resolved], parts: Sequence[Part]
) -> tuple[list[tuple[int, Resolved, Mark]], frozenset[str]]:
    """What is drawn on each frame without a mask; and keys of that which a mask of its concept is shown for there."""
    masks: dict[tuple[int, str], list[Patch]] = {}
    for at, item, patch in parts:
        masks.setdefault((at, item.region.concept.label), []).append(patch)
    found, covered = [], set()
    for item in sorted(items, key=lambda item: (item.region.concept.label, item.region.key)):
        if item.mask is not None or not placing.is_mark(item.region):
            continue
        for at, picture in enumerate(pictures):
            height, width = picture.image.shape[:2]
            if picture.geometry is None or picture.geometry.voxel is None:
                continue
            mark = placing.placed(record, item.region, picture.geometry, (height, width), whole=True)
            if mark is not None and any(map(mark.shown_by, masks.get((at, item.region.concept.label), ()))):
                covered.add(item.region.key)
            elif mark is not None:
                found.append((at, item, mark))
    return sorted(found, key=lambda one: one[0]), frozenset(covered)


def _place(part: Part) -> tuple[int, str, int, int, str]:
    at, item, patch = part
    return at, item.region.concept.label, patch.box[1], patch.box[0], item.region.key


def _sheets(parts: Sequence[Part]) -> dict[str, RegionMask]:
    """Region id -> the index image of its frame that holds it: "0.mask.png", "0.mask1.png", ..."""
    by_frame: dict[int, dict[str, Patch]] = {}
    for n, (at, _, patch) in enumerate(parts, 1):
        by_frame.setdefault(at, {})[f"r{n}"] = patch
    return {
        rid: RegionMask(media=f"{at}.{name}", value=value)
        for at, patches in by_frame.items()
        for rid, (name, value) in layers(patches).items()
    }


def _pictures(record: Record, pictures: Sequence[Rendered], masks: set[str]) -> tuple[Media, ...]:
    media: list[Media] = []
    hertz = record.geometry.sampling_hz
    for n, picture in enumerate(pictures):
        height, width = picture.image.shape[:2]
        index = picture.geometry.slice_index if picture.geometry else None
        time = None if hertz is None or index is None else round(index / hertz, 6)
        media.append(Media(
            name=f"{n}.png", kind="image", width=width, height=height, channels=3 if picture.image.ndim == 3 else 1,
            time_s=time, window=picture.window, geometry=picture.geometry, pixels_sha256=pixels_sha256(picture.image),
        ))  # fmt: skip
    height, width = pictures[0].image.shape[:2]
    media += [Media(name=name, kind="mask", width=width, height=height, channels=1) for name in sorted(masks)]
    return tuple(media)


def _spans(record: Record, item: Resolved, frames: Sequence[int]) -> bool:
    """Whether one of the frames lies in a span of time."""
    shape, hertz = item.region.shape, record.geometry.sampling_hz
    if not isinstance(shape, SpanShape) or shape.unit != "s" or not hertz:
        return False
    return any(shape.start <= n / hertz < shape.end for n in frames)


def _chosen(item: Resolved, frames: Sequence[int], shape: tuple[int, ...]) -> Solid | None:
    """A region on the frames that are shown."""
    if item.mask is None:
        return None
    part = np.zeros((len(frames), *item.mask.shape[1:]), bool)
    for n, frame in enumerate(frames):
        at = frame - item.offset[0]
        if 0 <= at < item.mask.shape[0]:
            part[n] = item.mask[at]
    return Solid.at(part, (0, *item.offset[1:]), shape)
