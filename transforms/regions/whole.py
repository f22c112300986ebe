"""The scene of a whole volume, or of a clip by some of its frames: what is drawn on it, and what it leaves as."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Media, MediaGeometry, Record, Region, RleShape, SampleRegion, Scene, SpanShape, View, content_key
from schemas.recipe import ViewSpec
from schemas.sample import RegionBox, RegionMask
from transforms.media.render import Rendered
from transforms.regions.layers import layers
from transforms.regions.patch import Patch
from transforms.regions.resolve import Resolved
from transforms.regions.scene import segmentation
from transforms.regions.solid import Solid, Solids
from transforms.regions.viewdata import ViewData
from transforms.regions.views import outlined, spread
from transforms.shards.encode import pixels_sha256
from transforms.shards.nifti import ENDING, narrow

VOLUME, CLIP = "volume", "clip"
WHOLES = frozenset({VOLUME, CLIP})
"""Frames of scenes that show all of a record of more than one picture."""
FRAMES = 8  # of a clip, where the recipe does not say how many
MIN_PIXELS = 4  # as of a view: fewer are no outline
IDENTITY: Any = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))


@dataclass(frozen=True)
class Whole:
    """`masks`: region id -> the whole mask of what it is a part of, on the emitted grid. `rows`: those masks, a row of
    the table each."""

    scene: Scene
    masks: Mapping[str, RleShape]
    rows: tuple[Region, ...]


def refused(record: Record, spec: ViewSpec) -> str | None:
    """Why a volume that a recipe wants whole does not leave so."""
    size = int(np.prod(record.geometry.shape))
    if record.kind != VOLUME or VOLUME not in spec.groups or size <= spec.max_voxels:
        return None
    shape = " x ".join(map(str, record.geometry.shape))
    return f"not emitted as a whole volume: {shape} = {size:,} voxels are more than max_voxels, {spec.max_voxels:,}"


def groups(record: Record, spec: ViewSpec) -> list[str]:
    """The frames of a record's whole scenes."""
    return [record.kind] if record.kind in spec.groups and refused(record, spec) is None else []


def frames_of(record: Record, items: Sequence[Resolved], spec: ViewSpec) -> list[int]:
    """Which frames of a clip are shown: those on which something is drawn, evenly spread where they are more than
    `spec.frames`, then others evenly spread; in order."""
    count, length = spec.frames or FRAMES, record.geometry.shape[0]
    drawn = sorted(outlined(items))
    chosen = {drawn[n] for n in spread(0, len(drawn), count)} if drawn else set()
    others = [n for n in range(length) if n not in chosen]
    free = min(count - len(chosen), len(others))
    return sorted({*chosen, *(others[n] for n in (spread(0, len(others), free) if free > 0 else ()))})


def labels_on(items: Sequence[Resolved]) -> frozenset[str]:
    """All that is drawn anywhere on a record: none of it is absent from the whole."""
    return frozenset(item.region.concept.label for item in items)


def volume(
    record: Record,
    array: NDArray[Any],
    items: Sequence[Resolved],
    window: tuple[float, float] | None,
    unit: str | None,
) -> Whole:
    """The scene of a volume (i, j, k) with every region that has a mask. Raises ValueError for values or axes that no
    NIfTI volume holds."""
    if array.ndim != 3:
        raise ValueError(f"a volume of shape {array.shape} has no three axes: it is not emitted whole")
    found = [(item, _solid(item, record.geometry.shape)) for item in items]
    pairs = [(item, solid) for item, solid in found if solid is not None]
    pairs.sort(key=lambda pair: (pair[0].region.concept.label, pair[1].box, pair[0].region.key))
    names = {item.region.key: f"r{n}" for n, (item, _) in enumerate(pairs, 1)}
    where = layers({names[item.region.key]: solid for item, solid in pairs}, ENDING)
    regions = tuple(_region(item, names, RegionMask(media=where[name][0], value=where[name][1]), solid.box)
                    for item, solid in pairs for name in [names[item.region.key]])  # fmt: skip
    emitted = narrow(array)
    picture = Media(
        name=ENDING, kind="volume", shape=_three(array.shape), window=window, unit=unit, geometry=_geometry(record),
        pixels_sha256=pixels_sha256(emitted),
    )  # fmt: skip
    sheets = (
        Media(name=name, kind="mask", shape=picture.shape) for name in sorted({name for name, _ in where.values()})
    )
    scene = _scene(record, VOLUME, (VOLUME,), (picture, *sheets), regions, names)
    shapes = {names[item.region.key]: solid.packed() for item, solid in pairs}
    rows = tuple(_row(item.region, VOLUME, shapes[names[item.region.key]]) for item, _ in pairs)
    return Whole(scene, shapes, rows)


def clip(record: Record, frames: Sequence[int], pictures: Sequence[Rendered], items: Sequence[Resolved]) -> Whole:
    """The scene of a clip by these frames of it, as pictures 0.png, 1.png, ... A region is what is drawn on one of
    them, or a span of time in which at least one of them lies."""
    shape = (len(frames), *record.geometry.shape[1:3])
    solids = {item.region.key: solid for item in items if (solid := _chosen(item, frames, shape)) is not None}
    parts = sorted(_parts(items, solids), key=_place)
    spans = [item for item in items if _spans(record, item, frames)]
    regions: list[SampleRegion] = []
    for n, (at, item, patch) in enumerate(parts, 1):
        box = RegionBox(media=f"{at}.png", xyxy=patch.box)
        regions.append(_region(item, {item.region.key: f"r{n}"}, None, None).model_copy(update={"box": box}))
    where = _sheets(parts)
    regions = [one.model_copy(update={"mask": where[one.id]}) for one in regions]
    for n, item in enumerate(sorted(spans, key=lambda item: item.region.key), len(regions) + 1):
        assert isinstance(item.region.shape, SpanShape)
        span = {"span": (item.region.shape.start, item.region.shape.end), "span_unit": "s"}
        regions.append(_region(item, {item.region.key: f"r{n}"}, None, None).model_copy(update=span))
    masks = {one.id: solids[one.region].packed() for one in regions if one.region in solids}
    rows = [_row(item.region, CLIP, solids[item.region.key].packed()) for item in items if item.region.key in solids]
    media = _pictures(record, pictures, {mask.media for mask in where.values()})
    scene = _scene(record, CLIP, (CLIP, list(frames)), media, tuple(regions), {})
    return Whole(scene, masks, tuple(rows))


def view_data(scene: Scene, masks: Mapping[str, RleShape]) -> ViewData:
    """What facts of a whole scene are measured on: the solids of a volume; of a clip, nothing, for nobody says that one
    of its pictures shows what the others do."""
    return ViewData(scene, {}, solids=Solids(masks) if scene.view.frame == VOLUME else {})


def frame_masks(regions: Sequence[SampleRegion], solids: Mapping[str, Solid]) -> dict[int, dict[str, Patch]]:
    """Place of a frame in a clip -> region id -> its mask there."""
    found: dict[int, dict[str, Patch]] = {}
    for region in regions:
        if region.mask is None:
            continue
        at = int(region.mask.media.partition(".")[0])
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


def _solid(item: Resolved, shape: Sequence[int]) -> Solid | None:
    return None if item.mask is None else Solid.at(item.mask, item.offset, shape)


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


def _geometry(record: Record) -> MediaGeometry:
    found = record.geometry
    return MediaGeometry(
        affine=found.affine, orientation=None if found.affine is None else "LPS", voxel=IDENTITY,
        voxel_mm=None if found.spacing_mm is None else _steps(found.spacing_mm), source_shape=tuple(found.shape),
    )  # fmt: skip


def _three(shape: Sequence[int]) -> tuple[int, int, int]:
    i, j, k = shape
    return int(i), int(j), int(k)


def _steps(spacing: Sequence[float]) -> tuple[float, float, float]:
    i, j, k = spacing
    return float(i), float(j), float(k)


def _region(
    item: Resolved,
    names: Mapping[str, str],
    mask: RegionMask | None,
    box: tuple[int, int, int, int, int, int] | None,
) -> SampleRegion:
    region = item.region
    return SampleRegion(
        id=names[region.key], concept=region.concept, source_label=region.source_label,
        parent=names.get(region.parent) if region.parent else None, mask=mask, box3d=box,
        segmentation=None if item.mask is None else segmentation(region), made_by=region.made_by, region=region.key,
    )  # fmt: skip


def _scene(
    record: Record,
    frame: str,
    what: Sequence[object],
    media: tuple[Media, ...],
    regions: tuple[SampleRegion, ...],
    names: Mapping[str, str],
) -> Scene:
    facts = [fact for fact in record.facts if all(key in names for key in fact.regions)]
    stated = (fact.model_copy(update={"regions": tuple(names[key] for key in fact.regions)}) for fact in facts)
    return Scene(
        key=f"{record.dataset.replace('_', '-')}-{content_key('scene', record.key, *what)}", dataset=record.dataset,
        record=record.key, subject=record.subject, study=record.study, modality=record.modality, anatomy=record.anatomy,
        view=View(frame=frame), media=media, regions=regions, presence=record.presence, facts=tuple(stated),
        document=None,
    )  # fmt: skip


def _row(region: Region, frame: str, shape: RleShape) -> Region:
    key = content_key("view-region", region.key, frame)
    return region.model_copy(update={"key": key, "frame": frame, "shape": shape, "parent": region.key})
