"""How unlike the two sides of a paired organ are, what they come to together, and how many times as large one structure
is as another: by the volumes measured over the whole scan."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from schemas import Fact, LabelSpace
from transforms.facts.base import CONTAINERS, MAX_INSTANCES, UNCOMPARED, Draft, by_concept, named_side
from transforms.facts.relation import COMPARED, LARGER, MAX_ORGANS
from transforms.regions.viewdata import ViewData

NAME = "pairs"
VERSION = "3"
PREDICATES = ("asymmetry", "joint_volume", "ratio_of_volumes")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`asymmetry`: the difference of the two volumes as a share of their mean, in %, of pairs neither of which the scan
    cuts: 200 |L - R| / (L + R). `joint_volume`: L + R, in mL. `ratio_of_volumes`, where the whole scan is the sample:
    of the largest of several findings to each other, and of organs that a reader would compare, the larger to the
    smaller. Tolerances follow from those of the two."""
    alone = ((label, rids[0]) for label, rids in by_concept(view.scene).items() if len(rids) == 1)
    single = {space.labelled(label).slug: rid for label, rid in alone}
    for slug, rid in single.items():
        entry = space.get(slug)
        if named_side(entry) != "left" or entry.pair not in single or not UNCOMPARED.isdisjoint(space.ancestors(slug)):
            continue
        left, right = _volume(view, rid), _volume(view, single[entry.pair])
        if left is not None and right is not None:
            a, b = float(left.value), float(right.value)
            within = 400 * max(a, b) * max(left.tolerance or 0, right.tolerance or 0) / (a + b) ** 2
            value = asymmetry(a, b)
            both = (rid, single[entry.pair])
            yield Draft("asymmetry", value, both, "%", max(0.1, within), scope="record")
            within = (left.tolerance or 0) + (right.tolerance or 0)
            yield Draft("joint_volume", a + b, both, left.unit, within, scope="record")
    if view.scene.view.frame == "volume":
        yield from _ratios(view, space, single)


def _ratios(view: ViewData, space: LabelSpace, single: dict[str, str]) -> Iterator[Draft]:
    """Of several findings of a kind all are looked at, or none: which is the largest hangs on each."""
    told: dict[str, Fact] = {}
    for label, rids in by_concept(view.scene).items():
        facts = [fact for rid in rids if (fact := _volume(view, rid)) is not None]
        if space.labelled(label).facet == "finding" and 1 < len(facts) == len(rids) <= MAX_INSTANCES:
            first, *others = sorted(facts, key=lambda fact: -float(fact.value))
            drafts = [_ratio(first, other) for other in others]
            yield from (draft for draft in drafts if all(float(one.value) >= LARGER for one in drafts))
    for slug, rid in single.items():
        entry, fact = space.get(slug), _volume(view, rid)
        plain = {slug, *space.ancestors(slug)}.isdisjoint(UNCOMPARED) and slug not in CONTAINERS
        if entry.facet == "anatomy" and fact is not None and plain:
            told[slug] = fact
    order = sorted(told, key=lambda slug: (-float(told[slug].value), slug))[:MAX_ORGANS]
    for a, b in pairwise(order):
        draft = _ratio(told[a], told[b])
        kin = a in space.ancestors(b) or b in space.ancestors(a)
        if LARGER <= float(draft.value) <= COMPARED and not kin:
            yield draft


def _ratio(a: Fact, b: Fact) -> Draft:
    first, second = float(a.value), float(b.value)
    within = first / second * ((a.tolerance or 0) / first + (b.tolerance or 0) / second)
    return Draft("ratio_of_volumes", first / second, (*a.regions, *b.regions), None, within, scope="record")


def asymmetry(left: float, right: float) -> float:
    """In %; 0 where both are as large."""
    return 200 * abs(left - right) / (left + right)


def _volume(view: ViewData, rid: str) -> Fact | None:
    return next((f for f in view.volume_facts.get(rid, ()) if f.predicate == "volume" and f.bound is None), None)


def problem(fact: Fact, facts: Iterable[Fact]) -> str | None:
    """What is wrong with a joint volume, or a ratio of volumes, by those that the sample tells of the two; None where
    it stands."""
    told = {one.regions: one for one in facts if one.predicate == "volume" and one.bound is None}
    both = [told.get((rid,)) for rid in fact.regions]
    if len(both) != 2 or both[0] is None or both[1] is None:
        return "there are no volumes of two regions that it follows from"
    a, b = float(both[0].value), float(both[1].value)
    found = a / b if fact.predicate == "ratio_of_volumes" else a + b
    return None if abs(found - float(fact.value)) <= (fact.tolerance or 0.0) else f"says {fact.value}, not {found:g}"
