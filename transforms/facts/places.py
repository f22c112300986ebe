"""What is measured on points, boxes and ranges of slices of a volume that have no mask: on which slices they are, how
long a box is, how far apart landmarks are and at which angle; and the diameter that the source gives."""

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

import numpy as np

from schemas import LabelSpace
from transforms.facts.angles import named_triples, off
from transforms.facts.base import MAX_INSTANCES, Draft, by_concept
from transforms.facts.relation import MAX_LANDMARKS
from transforms.facts.whole import acquired, grid_of
from transforms.regions.places import Place, angle, apart, of_volume
from transforms.regions.viewdata import ViewData

NAME = "places"
VERSION = "1"
PREDICATES = ("marked_slice", "first_slice", "last_slice", "extent_1", "extent_2", "extent_3", "given_diameter")

ROUNDED = 2.0  # voxels, as of a box on a picture
SHORTEST = 16.0
"""Voxels along the longest step: as of angles on a picture."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Slices are counted from 0 across the axis of acquisition. On a slice of a volume: that something shows there."""
    concepts = {region.id: region.concept for region in view.scene.regions}
    ranges: dict[str, list[str]] = {}
    for region in view.scene.regions:
        if region.slices is not None:
            ranges.setdefault(region.concept.label, []).append(region.id)
    outlined = by_concept(view.scene)
    for label, rids in ranges.items():
        if label not in outlined:
            yield Draft("present", True, tuple(rids), concept=concepts[rids[0]])
    places = of_volume(view.scene)
    if not places:
        return
    axis = acquired(grid_of(view.scene.media[0]))
    for rid in list(places)[: 2 * MAX_INSTANCES]:
        yield from _of_one(rid, places[rid], axis)
    once = {rids[0] for rids in outlined.values() if len(rids) == 1}
    named = {
        space.of(concepts[rid]).slug: rid
        for rid, place in places.items()
        if place.point is not None and place.step is not None and rid in once
        and space.of(concepts[rid]).facet == "anatomy"
    }  # fmt: skip
    yield from _between(named, places)


def _of_one(rid: str, place: Place, axis: int) -> Iterator[Draft]:
    reach = place.range(axis)
    if reach is not None and reach[0] == reach[1]:
        yield Draft("marked_slice", reach[0], (rid,))
    elif reach is not None:
        yield Draft("first_slice", reach[0], (rid,))
        yield Draft("last_slice", reach[1], (rid,))
    if place.diameter_mm is not None:
        yield Draft("given_diameter", place.diameter_mm, (rid,), "mm", 0.05)
    if place.box is not None and place.step is not None:
        for n in range(3):
            if not place.flat(n):
                yield Draft(f"extent_{n + 1}", place.extent(n), (rid,), "mm",
                            ROUNDED * float(np.linalg.norm(place.step[:, n])))  # fmt: skip


def _between(named: Mapping[str, str], places: Mapping[str, Place]) -> Iterator[Draft]:
    """Of a few landmarks all distances, of many each with the next; the angles that have a name, or those of a few."""
    rids = list(named.values())
    for a, b in combinations(rids, 2) if len(rids) <= MAX_LANDMARKS else pairwise(rids):
        yield Draft("distance", apart(places[a], places[b]), (a, b), "mm", _step(places[a]))
    for a, apex, b in named_triples(named, lambda a, apex, b: angle(places[a], places[apex], places[b])):
        step = _step(places[apex])
        arms = [apart(places[end], places[apex]) / step for end in (a, b)]
        if min(arms) >= SHORTEST:
            value = angle(places[a], places[apex], places[b])
            yield Draft("angle", value, (a, apex, b), "degrees", sum(off(arm) for arm in arms))


def _step(place: Place) -> float:
    """The longest side of a voxel in mm."""
    assert place.step is not None
    return float(np.linalg.norm(place.step, axis=0).max())
