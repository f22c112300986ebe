"""Assertions on the angle at one thing between two others, and on how far two are apart."""

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import agrees, nearest, number_of, same_unit


def angle(claim: Parsed, known: Evidence) -> Ruling:
    """At the subject between the other two, in either order."""
    if claim.object is None or claim.third is None or claim.quantity is None:
        return unknown("between what cannot be told")
    apex, a, b = (set(known.of(one)) for one in (claim.subject, claim.object, claim.third))
    facts = [
        fact
        for fact in known.facts["angle"]
        if fact.regions[1] in apex
        and ((fact.regions[0] in a and fact.regions[2] in b) or (fact.regions[0] in b and fact.regions[2] in a))
    ]
    if not facts:
        return unknown("not measured")
    found = next((fact for fact in facts if agrees(fact, claim.quantity)), None)
    return (
        yes(found, "agrees with the measurement")
        if found
        else no(facts[0], f"measured {number_of(facts[0]):g} degrees")
    )


def distance(claim: Parsed, known: Evidence) -> Ruling:
    """Between two regions, in either order; the gap between outlines where `measure` is "adjacent"."""
    if claim.object is None or claim.quantity is None:
        return unknown("between what cannot be told")
    a, b = known.of(claim.subject), known.of(claim.object)
    if set(a) == set(b) and len(a) != 2:
        return unknown("between what cannot be told")
    measure = claim.measure or "distance"
    facts = [f for f in known.pair(measure, a, b) + known.pair(measure, b, a) if same_unit(f, claim.quantity)]
    if not facts:
        return unknown("not measured")
    found = next((fact for fact in facts if agrees(fact, claim.quantity)), None)
    if found:
        return yes(found, "agrees with the measurement")
    fact = nearest(facts, claim.quantity)
    return no(fact, f"measured {number_of(fact):g} {fact.unit or ''}".rstrip())
