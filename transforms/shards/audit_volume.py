"""One published volume against its own members: its grid, its index volumes, and what was measured on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Fact, Geometry, Media, Scene
from transforms.facts import attenuation, levels, space, uptake
from transforms.facts.solids import mesh, regular, sphericity
from transforms.facts.whole import acquired, grid_of, largest_slice, spacing
from transforms.media.geometry import SHEAR, shear
from transforms.regions import places
from transforms.regions.solid import Solid
from transforms.regions.values import objects
from transforms.regions.volume import diameter, millilitres
from transforms.shards.nifti import ENDING, Volume
from transforms.shards.remeasure import agree

SINGLE = 1e-5  # relative: NIfTI-1 keeps affines and steps in 32 bits


def is_volume(name: str) -> bool:
    """Whether a member is a volume, by its name."""
    return name == ENDING or name.endswith(f".{ENDING}")


def header_problems(media: Media, found: Volume) -> Iterator[str]:
    """Where the member's header says another grid than the sample."""
    if media.shape != found.array.shape:
        yield f"{media.name} is {found.array.shape}, json says {media.shape}"
    geometry = media.geometry
    said = None if geometry is None or geometry.affine is None else np.asarray(geometry.affine)
    if (said is None) != (found.affine is None):
        yield f"{media.name}: one of its header and json says where it lies, the other does not"
    elif said is not None and found.affine is not None and not _close(found.affine, said):
        yield f"{media.name}: its header's affine is not that of json"
    steps = geometry.voxel_mm if geometry else None
    if (steps is None) != (found.step_mm is None):
        yield f"{media.name}: one of its header and json knows the voxel's size, the other does not"
    elif steps is not None and found.step_mm is not None and not _close(np.array(found.step_mm), np.array(steps)):
        yield f"{media.name}: its header's voxel is {found.step_mm} mm, json says {steps}"


def _close(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    return bool(np.allclose(a, b, rtol=SINGLE, atol=SINGLE * float(np.abs(b).max())))


def solids_of(sample: Scene, arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, Solid]:
    """Region id -> what the index volumes hold of it; regions of which they hold nothing are left out."""
    sheets = {(region.mask.media, str(region.medium)) for region in sample.regions if region.mask}
    gone = {media.name: media.shape for media in sample.media if media.withheld}  # a volume that stayed behind
    grids = {**gone, **{name: array.shape for name, array in arrays.items() if is_volume(name)}}
    found = {sheet: objects(arrays[sheet]) for sheet, medium in sheets
             if sheet in grids and grids[sheet] == grids.get(medium)}  # fmt: skip
    solids: dict[str, Solid] = {}
    for region in sample.regions:
        at = None if region.mask is None else found.get(region.mask.media, {}).get(region.mask.value)
        if region.mask is None or at is None:
            continue
        array = arrays[region.mask.media]
        part = np.asarray(array[at] == region.mask.value)
        solids[region.id] = Solid(part, tuple(side.start for side in at), array.shape)
    return solids


def box_problems(sample: Scene, solids: Mapping[str, Solid]) -> Iterator[str]:
    """Boxes of three axes hold exactly their mask, and what has none lies in the volume."""
    first = sample.media[0] if sample.media else None
    if first is not None and first.kind == "volume" and first.shape is not None:
        yield from places.problems(sample, first.shape)
    elif any(region.places or (region.mask is None and region.box3d) for region in sample.regions):
        yield "places in a volume, and there is none"
    for region in sample.regions:
        if region.box3d is None or region.mask is None:
            continue
        if region.id not in solids:
            yield f"{region.id}: a box in a volume that does not show the region"
        elif solids[region.id].box != region.box3d:
            yield f"{region.id}: box is {region.box3d}, its mask's is {solids[region.id].box}"


PLACES = {"marked_slice": "", "first_slice": "", "last_slice": "", "given_diameter": "mm", "extent_1": "mm",
          "extent_2": "mm", "extent_3": "mm"}  # fmt: skip
BETWEEN = {"distance": "mm", "angle": "degrees"}
"""Predicates of places in a volume, of one and of several, and their units."""


def _of_places(fact: Fact, marked: Mapping[str, places.Place], axis: int) -> str | None:
    """What is wrong with a fact about regions of a volume that have no mask; None where nothing is."""
    unit = ({**PLACES, **BETWEEN}[fact.predicate]) or None
    try:
        found = _measured(fact.predicate, [marked[rid] for rid in fact.regions], axis)
    except (KeyError, ValueError, TypeError) as error:
        return f"cannot be measured on {', '.join(fact.regions)}: {error}"
    if fact.unit != unit:
        return f"is in {fact.unit}, it is measured in {unit}"
    return None if agree(fact, found) else f"says {fact.value}, the volume gives {found}"


def _measured(predicate: str, marked: Sequence[places.Place], axis: int) -> float | None:
    """Raises ValueError or TypeError where places do not carry it, or are not as many as it is about."""
    if predicate == "distance":
        return places.apart(*marked)
    if predicate == "angle":
        return places.angle(*marked)
    (place,) = marked
    if predicate == "given_diameter":
        return place.diameter_mm
    if predicate.startswith("extent_"):
        return place.extent(int(predicate[-1]) - 1)
    reach = place.range(axis)
    if reach is None or (reach[0] == reach[1]) != (predicate == "marked_slice"):
        raise ValueError(f"slices {reach}")
    return reach[predicate == "last_slice"]


CUT = frozenset({"volume", "diameter", "suv_max"})
"""Of what the faces of the volume cut, these are the least that they may be."""
Measure = Callable[[Solid], float | str | None]


def fact_problems(
    sample: Scene, solids: Mapping[str, Solid], arrays: Mapping[str, NDArray[np.generic]]
) -> Iterator[tuple[Fact, str | None]]:
    """Each fact that the volume's grid, masks or values can tell, with what is wrong with it. `arrays`: by member."""
    first = sample.media[0] if sample.media else None
    if first is None or first.kind != "volume" or first.shape is None:
        return
    geometry = grid_of(first)
    axis = acquired(geometry)
    marked = places.of_volume(sample)
    measures = _measures(sample, solids, geometry, arrays.get(first.name))
    for fact in sample.facts:
        if fact.predicate in PLACES or (fact.predicate in BETWEEN and not solids.keys() & set(fact.regions)):
            yield fact, _of_places(fact, marked, axis)
        elif fact.predicate in ("slices", "slice_spacing"):
            yield fact, _differs(fact, geometry.shape[axis] if fact.predicate == "slices" else spacing(geometry, axis))
        elif fact.predicate in space.OF_TWO and len(fact.regions) == 2 and set(fact.regions) <= solids.keys():
            a, b = (solids[rid] for rid in fact.regions)
            yield from _of_two(fact, a, b, geometry, arrays.get(first.name))
        elif len(fact.regions) == 1 and fact.regions[0] in solids and fact.predicate in measures:
            solid = solids[fact.regions[0]]
            cut = fact.predicate in CUT and solid.cut
            if cut != (fact.bound is not None):
                how = "cut it" if cut else "do not cut it"
                yield fact, f"is told as {fact.bound or 'exact'}, and the volume's faces {how}"
            else:
                yield fact, _differs(fact, measures[fact.predicate](solid))


def _of_two(
    fact: Fact, a: Solid, b: Solid, geometry: Geometry, values: NDArray[np.generic] | None
) -> Iterator[tuple[Fact, str | None]]:
    """The same of a fact about a finding and a structure; nothing of values that are not at hand."""
    if fact.predicate == "inside":
        yield fact, _differs(fact, space.inside(a, b))
    elif fact.predicate == "portion":
        yield fact, "is told of what the volume's faces cut" if b.cut else _differs(fact, space.portion(a, b))
    elif a.cut or b.cut:
        yield fact, "is told of what the volume's faces cut"
    elif fact.predicate == "clearance":
        found = space.clearance(a, b, geometry.spacing_mm) if geometry.spacing_mm and regular(geometry) else None
        yield fact, _differs(fact, found)
    elif fact.predicate == "burden":
        yield fact, _differs(fact, space.burden(a, b))
    elif values is not None:
        yield fact, _differs(fact, space.contrast(a, b, values))


def _differs(fact: Fact, found: float | str | None) -> str | None:
    return None if agree(fact, found) else f"says {fact.value}, the volume gives {found}"


def _measures(
    sample: Scene, solids: Mapping[str, Solid], geometry: Geometry, values: NDArray[np.generic] | None
) -> dict[str, Measure]:
    """Predicate of one region -> how it is measured, of what this volume can tell."""
    axis, up = acquired(geometry), levels.upright(geometry)
    found: dict[str, Measure] = {"largest_slice": lambda solid: largest_slice(solid, axis)}
    if geometry.affine is not None:
        found["volume"] = lambda solid: millilitres(solid.size, geometry)
        if shear(geometry, axis) <= SHEAR:
            found["diameter"] = lambda solid: diameter(solid.mask, geometry, axis)
    if regular(geometry):
        found["surface"] = lambda solid: mesh(solid, geometry)[0]
        found["sphericity"] = lambda solid: sphericity(*mesh(solid, geometry))
    if values is not None:
        found["suv_max"] = lambda solid: (uptake.hottest(solid, values, axis) or (None,))[0]
        found["hottest_slice"] = lambda solid: (uptake.hottest(solid, values, axis) or (None, None))[1]
        found["whole_attenuation"] = lambda solid: attenuation.mean(solid, values)
    if up is not None:
        spine = levels.spine(sample, solids, up)
        for n, name in enumerate(levels.BODIES):
            found[name] = lambda solid, n=n: _slice(levels.body(solid.mask, solid.offset[up.axis], up), n)  # type: ignore[misc]
        for end in levels.ENDS:
            found[end] = lambda solid, end=end: levels.level_on(spine, levels.slice_of(solid, up, end))  # type: ignore[misc]
    return found


def _slice(run: levels.Run | None, end: int) -> int | None:
    return None if run is None else run[end]
