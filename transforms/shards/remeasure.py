"""Facts of a view measured again on the masks that were published with it."""

from collections.abc import Callable, Mapping

from schemas import Fact, MediaGeometry, Sample
from transforms.facts import ops
from transforms.shards.encode import Mask

ROUNDING = 1e-5  # relative: values are stored with six significant digits

Measure = Callable[[list[Mask], ops.Spacing, MediaGeometry | None], float | str | None]

MEASURES: Mapping[str, tuple[int, Measure]] = {
    "area": (1, lambda masks, spacing, _: ops.area(masks[0], spacing)),
    "long_axis": (1, lambda masks, spacing, _: ops.long_axis(masks[0], spacing)),
    "short_axis": (1, lambda masks, spacing, _: ops.short_axis(masks[0], spacing)),
    "pieces": (1, lambda masks, *_: ops.pieces(masks[0])),
    "zone": (1, lambda masks, _, geometry: ops.zone(masks[0], ops.plane_of(geometry))),
    "side": (2, lambda masks, _, geometry: ops.side(masks[0], masks[1], geometry)),
    "inside": (2, lambda masks, *_: ops.inside(masks[0], masks[1])),
    "adjacent": (2, lambda masks, spacing, _: ops.gap(masks[0], masks[1], spacing)),
    "larger": (2, lambda masks, *_: ops.area(masks[0], None) / ops.area(masks[1], None)),
    "distance": (2, lambda masks, spacing, _: ops.distance(masks[0], masks[1], spacing)),
}
"""Predicate -> how many regions it is about, and how it is measured."""

LENGTH = ("mm", "px")
UNITS = {"area": ("mm2", "px2"), "long_axis": LENGTH, "short_axis": LENGTH, "adjacent": LENGTH, "distance": LENGTH,
         "pieces": ("pieces", "pieces")}  # fmt: skip
"""Predicate -> its unit where the spacing is known, and where it is not."""


def fact_problem(fact: Fact, sample: Sample, masks: Mapping[str, Mask]) -> tuple[int, str | None]:
    """(1, what is wrong with the fact or None), or (0, None) where masks alone cannot tell: header facts, intensities,
    regions without a mask."""
    if fact.predicate in ("present", "count") and fact.regions:
        return 1, _listed(fact, sample)
    number, measure = MEASURES.get(fact.predicate, (0, None))
    if measure is None or len(fact.regions) != number or not all(region in masks for region in fact.regions):
        return 0, None
    geometry = sample.media[0].geometry if sample.media else None
    spacing = geometry.spacing_mm if geometry else None
    unit = UNITS.get(fact.predicate, ("", ""))[spacing is None] or None
    if fact.unit != unit:
        return 1, f"is in {fact.unit}, it is measured in {unit}"
    found = measure([masks[region] for region in fact.regions], spacing, geometry)
    return 1, None if agree(fact, found) else f"says {fact.value}, the masks give {found}"


def agree(fact: Fact, found: float | str | None) -> bool:
    """Whether a value measured again is the fact's: equal for words, within its tolerance for numbers."""
    if isinstance(found, str) or found is None or isinstance(fact.value, bool | str):
        return found == fact.value
    return abs(found - fact.value) <= (fact.tolerance or 0.0) + ROUNDING * abs(found)


def _listed(fact: Fact, sample: Sample) -> str | None:
    """`present` and `count` name regions of their concept, and as many as they say."""
    labels = {region.id: region.concept.label for region in sample.regions}
    if fact.concept and (wrong := [name for name in fact.regions if labels.get(name) != fact.concept.label]):
        return f"{wrong[0]} is {labels.get(wrong[0], 'no region')!r}, not {fact.concept.label!r}"
    if fact.predicate == "count" and fact.value != len(fact.regions):
        return f"says {fact.value}, but names {len(fact.regions)} regions"
    return None
