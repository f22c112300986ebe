"""Assertions on boxes, points and time spans against the regions that are so marked."""

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import agrees
from transforms.regions.marks import form_of

TENTH = 0.05 + 1e-9  # pixels: points are written to a tenth


def mark(claim: Parsed, known: Evidence) -> Ruling:
    """ "is marked with a box", "is marked by a point": of all the regions that may be meant."""
    ids = known.of(claim.subject)
    forms = {form_of(known.regions[rid]) for rid in ids}
    fact = next((f for f in known.facts["present"] if set(ids) & set(f.regions)), None)
    if forms == {claim.value}:
        return yes(fact, "so it is drawn")
    if ids and claim.value not in forms:
        return no(fact, "it is drawn otherwise")
    return unknown("how it is drawn cannot be told")


def point(claim: Parsed, known: Evidence) -> Ruling:
    """ "is marked at [10.0, 20.5]"."""
    ids = known.of(claim.subject)
    x, y = (float(number) for number in (claim.value or "").split(","))
    points = {rid: found.xy for rid in ids if (found := known.regions[rid].points) is not None}
    fact = next((f for f in known.facts["present"] if points.keys() & set(f.regions)), None)
    if not points:
        return unknown("no point marks it")
    near = any(abs(px - x) <= TENTH and abs(py - y) <= TENTH for found in points.values() for px, py in found)
    return yes(fact, "its point") if near else no(fact, "another point")


def span(claim: Parsed, known: Evidence) -> Ruling:
    """ "from 12 s to 13 s": when a span begins and ends, or either where that alone is known; "at 0.8 s": a moment."""
    if claim.quantity is None or len(claim.quantity.values) not in (1, 2):
        return unknown("when that is cannot be told")
    said = [claim.quantity._replace(values=(value,), bound="eq") for value in claim.quantity.values]
    predicates = ("span_start", "span_end") if len(said) == 2 else ("moment",)
    if len(said) == 1 and not known.about_regions("moment", known.of(claim.subject)):
        predicates = ("span_start",)  # "the snare appears at 31 s"
    found: list[Fact] = []
    for rid in known.of(claim.subject):
        facts = [
            (fact, quantity)
            for predicate, quantity in zip(predicates, said, strict=True)
            for fact in known.about_regions(predicate, [rid])
        ]
        if facts and all(agrees(fact, quantity) for fact, quantity in facts):
            return yes(facts[0][0], "then it is marked")
        found += [fact for fact, _ in facts]
    return no(found[0], "it is marked at another time") if found else unknown("when it is marked is not known")
