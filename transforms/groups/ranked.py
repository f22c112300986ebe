"""In which of several images there is most of a thing: of cases alone. Of slices in their order it is one in the middle
as a rule, and nobody would have to look.

`largest_in`: the number of the image in which a measure of a concept (`name`: one of `MEASURES`) is largest by
more than its tolerance allows. `ranked_in`: the numbers of all of them, the largest first, where that holds of each and
the next. Only where it is known of every image: what people outlined there, once and whole, and what was measured of
it; the number of what they drew in each; none where it was looked for and is absent. Areas are compared where a pixel
is of one size in all images, or of none that is known and the images are of one size: the larger is then seen larger.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from schemas import Fact, Group, SampleRegion, Scene
from transforms.facts.base import Draft

PREDICATES = ("largest_in", "ranked_in")
PIXELS = "area in pixels"
MEASURES: Mapping[str, tuple[str, str]] = {
    "volume": ("volume", "mL"), "area": ("area", "mm2"), PIXELS: ("area", "px2"), "number": ("count", ""),
}  # fmt: skip
"""Measure -> the predicate and the unit of what is compared."""
Facts = Mapping[str, Sequence[Fact]]
States = Mapping[str, Mapping[str, bool]]
CLEAR = 1.1
"""The larger is so many times the smaller, tolerances aside."""
SAME_SCALE = 0.01
FEWEST = 3
"""Images that are put in order."""


class Size(NamedTuple):
    """How large, or how many: at the least and at the most."""

    low: float
    high: float
    regions: tuple[str, ...]


def rank(scene: Scene, facts: Facts, states: States) -> Iterator[Draft]:
    """`facts`: those of each medium; `states`: medium -> label -> whether it shows that, where that is known."""
    group = scene.group
    if group is None or group.kind != "cases":
        return
    concepts = dict.fromkeys(region.concept for region in scene.regions if region.medium in group.media)
    for measure in MEASURES:
        for concept in concepts if _seen(measure, scene) else ():
            sizes = {}
            for name in group.media:
                drawn = [one for one in scene.regions if one.medium == name and one.concept == concept]
                sizes[name] = _size(measure, drawn, facts.get(name, ()), states.get(name, {}).get(concept.label))
            known = {name: size for name, size in sizes.items() if size is not None}
            regions = tuple(rid for size in known.values() for rid in size.regions)
            for predicate, value in _ordered(known, group) if len(known) == len(group.media) else ():
                yield Draft(predicate, value, regions, concept=concept, media=group.media, name=measure)


def _seen(measure: str, scene: Scene) -> bool:
    """Whether what is shown bears a comparison by it: a volume is that of a scan, of which a slice shows little."""
    if measure == "volume":
        return all(one.kind == "volume" for one in scene.media)
    return measure == "number" or _one_scale(scene)


def _one_scale(scene: Scene) -> bool:
    """Whether a pixel is as large on each picture, or, where nobody knows how large, the pictures are of one size."""
    shown = [one for one in scene.media if one.kind == "image"]
    spacings = [one.geometry.spacing_mm if one.geometry is not None else None for one in shown]
    known = [one for one in spacings if one is not None]
    if not known:
        return len({(one.width, one.height) for one in shown}) == 1
    sides = list(zip(*known, strict=True))
    return len(known) == len(shown) and all(max(side) <= (1 + SAME_SCALE) * min(side) for side in sides)


def _size(measure: str, drawn: Sequence[SampleRegion], facts: Sequence[Fact], there: bool | None) -> Size | None:
    """None where it is not known. `there`: whether the image shows it, as it is known of all concepts."""
    rids = tuple(one.id for one in drawn)
    if any(fact.predicate == "unseen" and {*fact.regions} & {*rids} for fact in facts):
        return None
    if not drawn:
        return Size(0, 0, ()) if there is False else None
    predicate, unit = MEASURES[measure]
    found = [fact for fact in facts if fact.predicate == predicate and {*fact.regions} == {*rids}
             and fact.bound is None and (fact.unit or "") == unit]  # fmt: skip
    by_hand = all(one.made_by.kind == "human" for one in drawn)
    if len(found) != 1 or not by_hand or (predicate != "count" and drawn[0].mask is None):
        return None
    value, within = float(found[0].value), found[0].tolerance or 0.0
    return Size(value - within, value + within, rids)


def _ordered(sizes: Mapping[str, Size], group: Group) -> Iterator[tuple[str, str]]:
    """What can be said of their order. Not of what one image alone shows: which that is says all."""
    order = sorted(sizes, key=lambda name: -sizes[name].low)
    clear = [sizes[a].low > CLEAR * sizes[b].high for a, b in pairwise(order)]
    if sum(bool(size.regions) for size in sizes.values()) < 2 or not clear[0]:
        return
    numbers = [str(group.number(name)) for name in order]
    yield "largest_in", numbers[0]
    if len(order) >= FEWEST and all(clear) and all(size.regions for size in sizes.values()):
        yield "ranked_in", ", ".join(numbers)
