"""How unlike the two sides of a paired organ are, and what they come to together: by the volumes measured over the
whole scan."""

from collections.abc import Iterable, Iterator

from schemas import Fact, LabelSpace
from transforms.facts.base import UNCOMPARED, Draft, by_concept, named_side
from transforms.regions.viewdata import ViewData

NAME = "pairs"
VERSION = "2"
PREDICATES = ("asymmetry", "joint_volume")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`asymmetry`: the difference of the two volumes as a share of their mean, in %, of pairs neither of which the scan
    cuts: 200 |L - R| / (L + R). `joint_volume`: L + R, in mL. Their tolerances follow from those of the two."""
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


def asymmetry(left: float, right: float) -> float:
    """In %; 0 where both are as large."""
    return 200 * abs(left - right) / (left + right)


def _volume(view: ViewData, rid: str) -> Fact | None:
    return next((f for f in view.volume_facts.get(rid, ()) if f.predicate == "volume" and f.bound is None), None)


def problem(fact: Fact, facts: Iterable[Fact]) -> str | None:
    """What is wrong with a joint volume, by the volumes that the sample tells of the two; None where it stands."""
    told = {one.regions: one for one in facts if one.predicate == "volume" and one.bound is None}
    both = [told.get((rid,)) for rid in fact.regions]
    if len(both) != 2 or both[0] is None or both[1] is None:
        return "there are no volumes of two regions that it is the sum of"
    total = float(both[0].value) + float(both[1].value)
    return None if abs(total - float(fact.value)) <= (fact.tolerance or 0.0) else f"says {fact.value}, not {total:g}"
