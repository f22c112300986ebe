"""The scene of a whole volume: what is drawn on it, and what it leaves as; and what whole scenes share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Media, MediaGeometry, Record, Region, RleShape, SampleRegion, Scene, View, content_key
from schemas.recipe import ViewSpec
from schemas.sample import RegionMask
from transforms.regions import places
from transforms.regions.layers import layers
from transforms.regions.resolve import Resolved
from transforms.regions.scene import segmentation
from transforms.regions.solid import Solid, Solids
from transforms.regions.viewdata import ViewData
from transforms.shards.encode import pixels_sha256
from transforms.shards.nifti import ENDING, narrow

VOLUME, CLIP = "volume", "clip"
WHOLES = frozenset({VOLUME, CLIP})
"""Frames of scenes that show all of a record of more than one picture."""
IDENTITY: Any = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))


@dataclass(frozen=True)
class Whole:
    """`masks`: region id -> the whole mask of what it is a part of, on the emitted grid. `rows`: those masks, a row of
    the table each. `covered`: keys of points and boxes that a mask of the same concept is shown for."""

    scene: Scene
    masks: Mapping[str, RleShape]
    rows: tuple[Region, ...]
    covered: frozenset[str] = frozenset()


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
    """The scene of a volume (i, j, k) with every region that has a mask or a place in it. Raises ValueError for values
    or axes that no NIfTI volume holds."""
    if array.ndim != 3:
        raise ValueError(f"a volume of shape {array.shape} has no three axes: it is not emitted whole")
    found = [(item, _solid(item, record.geometry.shape)) for item in items]
    pairs = [(item, solid) for item, solid in found if solid is not None]
    pairs.sort(key=lambda pair: (pair[0].region.concept.label, pair[1].box, pair[0].region.key))
    names = {item.region.key: f"r{n}" for n, (item, _) in enumerate(pairs, 1)}
    where = layers({names[item.region.key]: solid for item, solid in pairs}, ENDING)
    regions = tuple(region_of(item, names, RegionMask(media=where[name][0], value=where[name][1]), solid.box)
                    for item, solid in pairs for name in [names[item.region.key]])  # fmt: skip
    marked, covered = _marked(record, items, pairs)
    regions += tuple(
        region_of(item, {item.region.key: f"r{n}"}, None, None).model_copy(update=found)
        for n, (item, found) in enumerate(marked, len(regions) + 1)
    )
    emitted = narrow(array)
    picture = Media(
        name=ENDING, kind="volume", shape=_three(array.shape), window=window, unit=unit, geometry=_geometry(record),
        pixels_sha256=pixels_sha256(emitted),
    )  # fmt: skip
    sheets = (
        Media(name=name, kind="mask", shape=picture.shape) for name in sorted({name for name, _ in where.values()})
    )
    scene = scene_of(record, VOLUME, (VOLUME,), (picture, *sheets), regions, names)
    shapes = {names[item.region.key]: solid.packed() for item, solid in pairs}
    rows = tuple(row_of(item.region, VOLUME, shapes[names[item.region.key]]) for item, _ in pairs)
    return Whole(scene, shapes, rows, covered)


def _marked(
    record: Record, items: Sequence[Resolved], pairs: Sequence[tuple[Resolved, Solid]]
) -> tuple[list[tuple[Resolved, dict[str, Any]]], frozenset[str]]:
    """The regions without a mask that lie in a volume, each with where; and keys of those that a mask is shown for."""
    solids: dict[str, list[Solid]] = {}
    for item, solid in pairs:
        solids.setdefault(item.region.concept.label, []).append(solid)
    marked, covered = [], set()
    for item in sorted(items, key=lambda item: (item.region.concept.label, item.region.key)):
        found = places.fields(record, item.region) if item.mask is None else None
        if found is not None and places.shown_by(found, solids.get(item.region.concept.label, ())):
            covered.add(item.region.key)
        elif found is not None:
            marked.append((item, found))
    return marked, frozenset(covered)


def view_data(scene: Scene, masks: Mapping[str, RleShape], array: NDArray[Any] | None = None) -> ViewData:
    """What facts of a whole scene are measured on: the solids of a volume, and its values (i, j, k) where these are
    given; of a clip, nothing, for nobody says that one of its pictures shows what the others do."""
    if scene.view.frame != VOLUME:
        return ViewData(scene, {})
    return ViewData(scene, {}, solids=Solids(masks), volume=array)


def _solid(item: Resolved, shape: Sequence[int]) -> Solid | None:
    return None if item.mask is None else Solid.at(item.mask, item.offset, shape)


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


def region_of(
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


def scene_of(
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


def row_of(region: Region, frame: str, shape: RleShape) -> Region:
    key = content_key("view-region", region.key, frame)
    return region.model_copy(update={"key": key, "frame": frame, "shape": shape, "parent": region.key})
