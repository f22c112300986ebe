"""By what regions are compared: areas, volumes, the boxes that were drawn, how long something goes on."""

from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.values import number_of

SIZES = ("area", "volume")
"""By what two things are compared where the text does not say."""


def sizes_of(rids: Sequence[str], measure: str | None, scope: str | None, known: Evidence) -> dict[str, Fact]:
    """The fact of the first measure that is known of all the regions; empty where none is."""
    if measure == "box":
        return _boxes(rids, known)
    if measure == "long_axis" and (lasting := _spans(rids, known)):
        return lasting
    order = (measure,) if measure else (SIZES if scope != "record" else SIZES[::-1])
    for predicate in order:
        facts = {fact.regions[0]: fact for fact in known.every[predicate] if fact.regions and fact.regions[0] in rids}
        whole = all(fact.bound is None for fact in facts.values())  # what the edge cuts is not compared
        if whole and len(facts) == len(set(rids)) and len({fact.unit for fact in facts.values()}) == 1:
            return facts
    return {}


def _spans(rids: Sequence[str], known: Evidence) -> dict[str, Fact]:
    """How long each of the regions goes on, in seconds; empty where that is not known of all."""
    found = {}
    for rid in rids:
        start, end = (known.about_regions(predicate, [rid]) for predicate in ("span_start", "span_end"))
        if len(start) == len(end) == 1:
            lasts = float(end[0].value) - float(start[0].value)
            found[rid] = start[0].model_copy(update={"value": lasts, "tolerance": None})
    return found if len(found) == len(set(rids)) else {}


def _boxes(rids: Sequence[str], known: Evidence) -> dict[str, Fact]:
    """The areas of the boxes that were drawn, of all the regions; empty where one has none."""
    found = {}
    for rid in rids:
        sides = [known.about_regions(predicate, [rid]) for predicate in ("box_width", "box_height")]
        if all(sides):
            value = number_of(sides[0][0]) * number_of(sides[1][0])
            found[rid] = sides[0][0].model_copy(update={"value": value, "unit": "px2", "tolerance": None})
    return found if len(found) == len(set(rids)) else {}
