"""Angles between landmarks that one point each marks: those that clinicians measure, and those of a few points."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import numpy as np

from schemas import LabelSpace
from transforms.facts.base import Draft, by_concept, marked
from transforms.facts.ops import Spacing
from transforms.facts.relation import MAX_LANDMARKS
from transforms.regions.viewdata import ViewData

NAME = "angles"
VERSION = "1"
PREDICATES = ("angle",)

ANGLES = (
    ("sella_point", "nasion", "subspinale"),  # SNA
    ("sella_point", "nasion", "supramentale"),  # SNB
    ("subspinale", "nasion", "supramentale"),  # ANB, without its sign
    ("nasion", "sella_point", "articulare"),  # saddle angle
    ("sella_point", "articulare", "gonion"),  # articular angle
    ("articulare", "gonion", "menton"),  # gonial angle
)
"""Slugs of a, the apex and b: the angles between landmarks of Steiner's and of Bjork's analyses (A. Jacobson and R. L.
Jacobson, Radiographic Cephalometry, 2006)."""
SHORTEST = 16.0
"""Pixels: where an arm is shorter, half a pixel at either end turns it by more than anybody would call the same."""

Place = tuple[float, float]


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """In degrees, where the shape of a pixel is known: on pixels that may not be square there is no angle."""
    if view.spacing is None:
        return
    once = {rids[0] for rids in by_concept(view.scene).values() if len(rids) == 1}
    entries = {region.id: space.of(region.concept) for region in view.scene.regions}
    rids = [rid for rid in marked(view) if view.marks[rid].points and rid in once]
    named = {entries[rid].slug: rid for rid in rids if entries[rid].facet == "anatomy"}
    places = {rid: view.marks[rid].centre for rid in named.values()}
    spacing = view.spacing
    triples = named_triples(named, lambda a, apex, b: between(places[a], places[apex], places[b], spacing))
    for a, apex, b in triples:
        arms = [float(np.hypot(*np.subtract(places[end], places[apex]))) for end in (a, b)]
        if min(arms) >= SHORTEST:
            value = between(places[a], places[apex], places[b], spacing)
            yield Draft("angle", value, (a, apex, b), "degrees", sum(off(arm) for arm in arms))


def named_triples(
    named: Mapping[str, str], measured: Callable[[str, str, str], float]
) -> Iterator[tuple[str, str, str]]:
    """The angles that have a name, of regions by slug; of a few landmarks, each three at the one with the largest
    angle."""
    known = [(named[a], named[apex], named[b]) for a, apex, b in ANGLES if named.keys() >= {a, apex, b}]
    yield from known
    if known or len(named) > MAX_LANDMARKS:
        return
    for one, two, other in combinations(named.values(), 3):
        yield max(((one, two, other), (two, other, one), (other, one, two)), key=lambda three: measured(*three))


def off(arm: float) -> float:
    """Degrees by which an arm of so many pixels turns when each of its ends is half a pixel off."""
    return float(np.rad2deg(np.arctan(1 / arm)))


def between(a: Place, apex: Place, b: Place, spacing: Spacing) -> float:
    """The angle a-apex-b in degrees, 0 to 180: of the arms in mm, by atan2(|u x v|, u . v), which is exact also for
    small angles (W. Kahan, How Futile are Mindless Assessments of Roundoff, 2006, section 12). Raises ValueError where
    an arm has no length."""
    scale = np.array(spacing or (1.0, 1.0))
    u, v = (np.subtract(end, apex) * scale for end in (a, b))
    if not u.any() or not v.any():
        raise ValueError("an angle needs three places that differ")
    return float(np.rad2deg(np.arctan2(abs(u[0] * v[1] - u[1] * v[0]), u @ v)))
