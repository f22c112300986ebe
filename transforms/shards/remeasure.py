"""Facts of a view measured again on the masks and marks that were published with it."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Fact, MediaGeometry, Scene
from transforms.facts import (
    circumference,
    combined,
    cutout,
    document,
    judgements,
    levels,
    onset,
    ops,
    pairs,
    picture,
    ratios,
    shape,
    sites,
)
from transforms.facts.angles import between
from transforms.facts.depth import depth
from transforms.facts.marks import in_unit, line_length, sides, turned_sides
from transforms.facts.quadrants import centres, quadrant
from transforms.facts.signal import told
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Patch

ROUNDING = 1e-5  # relative: values are stored with six significant digits

Measure = Callable[[Sequence[AnyMask], ops.Spacing, MediaGeometry | None], float | str | None]

MEASURES: Mapping[str, tuple[int, Measure]] = {
    "area": (1, lambda masks, spacing, _: ops.area(masks[0], spacing)),
    "long_axis": (1, lambda masks, spacing, _: ops.long_axis(masks[0], spacing)),
    "short_axis": (1, lambda masks, spacing, _: ops.short_axis(masks[0], spacing)),
    "pieces": (1, lambda masks, *_: ops.pieces(masks[0])),
    "both_sides": (1, lambda masks, *_: ops.both_sides(masks[0])),
    "zone": (1, lambda masks, _, geometry: ops.zone(masks[0], ops.plane_of(geometry), *masks[1:])),
    "side": (2, lambda masks, _, geometry: ops.side(masks[0], masks[1], geometry)),
    "inside": (2, lambda masks, *_: ops.inside(masks[0], masks[1])),
    "adjacent": (2, lambda masks, spacing, _: ops.gap(masks[0], masks[1], spacing)),
    "larger": (2, lambda masks, *_: ops.area(masks[0], None) / ops.area(masks[1], None)),
    "distance": (2, lambda masks, spacing, _: ops.distance(masks[0], masks[1], spacing)),
    "circularity": (1, lambda masks, *_: shape.circularity(masks[0])),
    "solidity": (1, lambda masks, *_: shape.solidity(masks[0])),
    "elongation": (1, lambda masks, spacing, _: shape.elongation(masks[0], spacing)),
    "circumference": (1, lambda masks, spacing, _: circumference.perimeter(*circumference.axes(masks[0], spacing))),
    "depth": (2, lambda masks, spacing, _: depth(masks[0], masks[1], spacing)),
    "joint_area": (2, lambda masks, spacing, _: combined.joint_area((masks[0], masks[1]), spacing)),
    "area_share": (2, lambda masks, *_: combined.area_share((masks[0], masks[1]))),
    "cup_to_disc": (2, lambda masks, *_: ratios.cup_to_disc(masks)[0]),
    "cardiothoracic": (3, lambda masks, *_: ratios.cardiothoracic(masks)[0]),
}
"""Predicate -> how many regions it is about, and how it is measured."""

NONE: Mapping[str, Mark] = {}
Marked = Callable[[list[Mark], ops.Spacing, MediaGeometry | None], float | str]

MARKS: Mapping[str, tuple[int, Marked]] = {
    "zone": (1, lambda marks, _, geometry: ops.zone(marks[0].pixels, ops.plane_of(geometry))),
    "distance": (2, lambda marks, spacing, _: ops.apart(marks[0].centre, marks[1].centre, spacing)),
    "box_width": (1, lambda marks, spacing, _: _sides(marks[0])[0] * (spacing or (1.0, 1.0))[0]),
    "box_height": (1, lambda marks, spacing, _: _sides(marks[0])[1] * (spacing or (1.0, 1.0))[1]),
    "box_larger": (2, lambda marks, *_: np.prod(_sides(marks[0])) / np.prod(_sides(marks[1]))),
    "line_length": (1, lambda marks, spacing, _: line_length(marks[0], spacing)),
    "circle_diameter": (1, lambda marks, spacing, _: 2 * _axes(marks[0], spacing, "circle")[0]),
    "ellipse_long": (1, lambda marks, spacing, _: 2 * _axes(marks[0], spacing, "ellipse")[0]),
    "ellipse_short": (1, lambda marks, spacing, _: 2 * _axes(marks[0], spacing, "ellipse")[1]),
    "ellipse_angle": (1, lambda marks, spacing, _: in_unit(marks[0], spacing).angle),
    "turned_long": (1, lambda marks, spacing, _: _turned(marks[0], spacing)[0]),
    "turned_short": (1, lambda marks, spacing, _: _turned(marks[0], spacing)[1]),
    "angle": (3, lambda marks, spacing, _: between(marks[0].centre, marks[1].centre, marks[2].centre, spacing)),
}
"""The same of marks: nothing else can be measured on them."""

BESIDE = frozenset({"side", "inside"})
"""Predicates whose first region may be a box or a point, the second being a mask."""

LENGTH = ("mm", "px")
UNITS = {
    "area": ("mm2", "px2"), "long_axis": LENGTH, "short_axis": LENGTH, "adjacent": LENGTH, "distance": LENGTH,
    "box_width": LENGTH, "box_height": LENGTH, "line_length": LENGTH, "circle_diameter": LENGTH, "ellipse_long": LENGTH,
    "ellipse_short": LENGTH, "ellipse_angle": ("degrees", "degrees"), "angle": ("degrees", "no angle"),
    "turned_long": LENGTH, "turned_short": LENGTH, "depth": LENGTH, "pieces": ("pieces", "pieces"),
    "circumference": ("mm", "no circumference"), "joint_area": ("mm2", "px2"), "area_share": ("%", "%"),
}  # fmt: skip
"""Predicate -> its unit where the spacing is known, and where it is not."""


def _sides(mark: Mark) -> tuple[int, int]:
    if mark.box is None:
        raise ValueError("points have no sides")
    return sides(mark.box)


def _turned(mark: Mark, spacing: ops.Spacing) -> tuple[float, float]:
    found = turned_sides(mark, spacing)
    if found is None:
        raise ValueError("its corners are those of no rectangle")
    return found


def _axes(mark: Mark, spacing: ops.Spacing, form: str) -> tuple[float, float]:
    if mark.form != form:
        raise ValueError(f"a {mark.form} is no {form}")
    return in_unit(mark, spacing).axes


def fact_problem(
    fact: Fact, sample: Scene, masks: Mapping[str, AnyMask], marks: Mapping[str, Mark] = NONE,
    image: NDArray[np.uint8] | None = None,
) -> tuple[int, str | None]:  # fmt: skip
    """(1, what is wrong with the fact or None), or (0, None) where masks, marks and the text cannot tell: header facts,
    intensities. `marks`: those of the regions that have no mask; `image`: (height, width[, 3]), where it is at hand."""
    told = _without_masks(fact, sample, image)
    if told is not None:
        return told
    if fact.predicate == "quadrant":
        return _in_quadrant(fact, masks, marks)
    geometry = sample.media[0].geometry if sample.media else None
    spacing = geometry.spacing_mm if geometry else None
    if (fact.predicate in MEASURES or fact.predicate in MARKS) and set(fact.regions) & marks.keys():
        try:
            found = _on_marks(fact, masks, marks, spacing, geometry)
        except (ValueError, KeyError) as error:
            return 1, f"cannot be measured on {', '.join(fact.regions)}: {error}"
    elif fact.predicate in MARKS.keys() - MEASURES.keys() and not _in_volume(sample):
        return 1, f"is of no mark: {', '.join(fact.regions)}"
    else:
        number, measure = MEASURES.get(fact.predicate, (0, None))
        number += fact.predicate == "zone" and len(fact.regions) == 2  # of the body, and not of the image
        if measure is None or len(fact.regions) != number or not all(region in masks for region in fact.regions):
            return 0, None
        found = measure([masks[region] for region in fact.regions], spacing, geometry)
        if problem := _bound(fact, masks):
            return 1, problem
    unit = UNITS.get(fact.predicate, ("", ""))[spacing is None] or None
    if fact.unit != unit:
        return 1, f"is in {fact.unit}, it is measured in {unit}"
    return 1, _again(fact, found, "the masks give")


def _without_masks(fact: Fact, sample: Scene, image: NDArray[np.uint8] | None) -> tuple[int, str | None] | None:
    """The same of what the text, the picture or other facts tell, and no mask; None of any other fact."""
    if fact.predicate in document.PREDICATES and sample.document is not None:
        return 1, _again(fact, document.counted(sample.document).get(fact.predicate), "the text gives")
    if fact.predicate in picture.PREDICATES:
        shades = None if image is None else picture.levels(image)
        return (0, None) if shades is None else (1, _again(fact, shades[fact.predicate], "the picture gives"))
    if fact.predicate in cutout.PREDICATES:
        return (0, None) if image is None else (1, _cut_out(fact, image))
    if fact.predicate in ("present", "count") and fact.regions:
        return 1, _listed(fact, sample)
    if fact.predicate in BY_FACTS:
        return 1, BY_FACTS[fact.predicate](fact, sample)
    if fact.predicate == "altered":
        how = sample.counterfactual.kind if sample.counterfactual else None
        return 1, None if fact.value == how else f"says {fact.value}, the sample says {how}"
    return None


def _in_quadrant(fact: Fact, masks: Mapping[str, AnyMask], marks: Mapping[str, Mark]) -> tuple[int, str | None]:
    """By its own mask, and the middles of the fovea and of the optic disc."""
    rid, *others = fact.regions
    middles = centres(masks, marks)
    if rid not in masks or len(others) != 2 or not set(others) <= middles.keys():
        return 0, None
    return 1, _again(fact, quadrant(masks[rid], *(middles[one] for one in others)), "the masks give")


def _again(fact: Fact, found: float | str | None, what: str) -> str | None:
    return None if agree(fact, found) else f"says {fact.value}, {what} {found}"


def _cut_out(fact: Fact, image: NDArray[np.uint8]) -> str | None:
    numbers = [int(one) for one in re.findall(r"\d+", str(fact.value))]
    return "is no box" if len(numbers) != 4 else cutout.problem((numbers[0], numbers[1], numbers[2], numbers[3]), image)


def _in_volume(sample: Scene) -> bool:
    return bool(sample.media) and sample.media[0].kind == "volume"


BOUNDED = frozenset({"area", "long_axis", "larger"})
"""Of what the edge of the image cuts, these are the least that they may be; what is in `UNKNOWN` is not known."""
UNKNOWN = frozenset(
    {
        "short_axis",
        "distance",
        "circularity",
        "circumference",
        "solidity",
        "elongation",
        "cup_to_disc",
        "cardiothoracic",
        "joint_area",
        "area_share",
    }
)


def _bound(fact: Fact, masks: Mapping[str, AnyMask]) -> str | None:
    """Whether the fact is told as exact though the edge of the image cuts what it is of, or the other way round."""
    cut = [rid for rid in fact.regions if Patch.of(masks[rid]).cut]
    if (fact.predicate in UNKNOWN and cut) or (fact.predicate == "larger" and fact.regions[1] in cut):
        return f"is told of {cut[0]}, which the edge of the image cuts"
    if fact.predicate in BOUNDED and (fact.bound is not None) != bool(cut):
        return f"is told as {fact.bound or 'exact'}, and the edge of the image cuts {', '.join(cut) or 'none of it'}"
    return None


def _on_marks(
    fact: Fact, masks: Mapping[str, AnyMask], marks: Mapping[str, Mark], spacing: ops.Spacing,
    geometry: MediaGeometry | None,
) -> float | str | None:  # fmt: skip
    """Raises ValueError or KeyError where the predicate is none of marks."""
    if fact.predicate in BESIDE or (fact.predicate == "zone" and len(fact.regions) == 2):
        first, second = fact.regions
        return MEASURES[fact.predicate][1]([marks[first].pixels, masks[second]], spacing, geometry)
    number, measure = MARKS[fact.predicate]
    if len(fact.regions) != number:
        raise ValueError(f"it is of {number}")
    return measure([marks[rid] for rid in fact.regions], spacing, geometry)


SPANS = frozenset({"moment", "span_start", "span_end", "duration"})


def _spanned(fact: Fact, sample: Scene) -> str | None:
    span = next((region.span for region in sample.regions if fact.regions == (region.id,)), None)
    if span is None or fact.unit != "s":
        return "is not of one span in seconds"
    found = told(*span).get(fact.predicate)
    return _again(fact, found, "the span gives")


BY_FACTS: Mapping[str, Callable[[Fact, Scene], str | None]] = {
    **dict.fromkeys(SPANS, _spanned), "count_inside": sites.problem, "first_picture": onset.problem,
    "judgement": lambda fact, sample: judgements.problem(fact, sample.facts),
    **dict.fromkeys(("joint_volume", "ratio_of_volumes"), lambda fact, sample: pairs.problem(fact, sample.facts)),
    "slice_level": lambda fact, sample: _again(fact, levels.slice_level(sample), "its vertebrae give"),
}  # fmt: skip
"""What follows from the spans and the other facts of a sample, without a look at its masks."""


def agree(fact: Fact, found: float | str | None) -> bool:
    """Whether a value measured again is the fact's: equal for words, within its tolerance for numbers."""
    if isinstance(found, str) or found is None or isinstance(fact.value, bool | str):
        return found == fact.value
    return abs(found - fact.value) <= (fact.tolerance or 0.0) + ROUNDING * abs(found)


def _listed(fact: Fact, sample: Scene) -> str | None:
    """`present` and `count` name regions of their concept, and as many as they say."""
    labels = {region.id: region.concept.label for region in sample.regions}
    if fact.concept and (wrong := [name for name in fact.regions if labels.get(name) != fact.concept.label]):
        return f"{wrong[0]} is {labels.get(wrong[0], 'no region')!r}, not {fact.concept.label!r}"
    if fact.predicate == "count" and fact.value != len(fact.regions):
        return f"says {fact.value}, but names {len(fact.regions)} regions"
    return None
