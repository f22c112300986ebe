"""Assertions on two regions: inside, adjacent, larger, at a distance."""

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import agrees, nearest, number_of, open_to, same_unit

NEAR_PX = 4
"""Boxes further apart than this are not adjacent: the facts call 2 pixels near."""


def inclusion(claim: Parsed, known: Evidence) -> Ruling:
    """ "a lies in b": by an `inside` fact, or by one that puts a where b is not."""
    a, b = known.of(claim.subject), known.of(claim.object)
    held = known.pair("inside", a, b)
    if held:
        return yes(held[0], "lies inside it")
    inner = known.about_regions("inside", a)
    if inner and claim.object is not None:
        return _elsewhere(inner, claim.object, known)
    turned = known.pair("inside", b, a) or known.pair("larger", a, b)
    if turned:
        return no(turned[0], "it is the other way round")
    touching = known.pair("adjacent", a, b) + known.pair("adjacent", b, a)
    if touching and len(a) == len(b) == 1:
        return no(touching[0], "they lie side by side")
    if a and b and known.apart(a, b):
        return no(known.present(known.slugs[a[0]]), "their boxes do not meet")
    return unknown("whether it lies inside is not measured")


def _elsewhere(inner: list[Fact], place: Mention, known: Evidence) -> Ruling:
    """a is inside something: does that settle whether it is inside `place`?"""
    for fact in inner:
        holder = known.slugs[fact.regions[1]]
        if any(known.is_a(holder, slug) for slug in place.slugs):
            return yes(fact, f"lies inside the {holder.replace('_', ' ')}")
    related = any(known.kin(known.slugs[f.regions[1]], slug) for f in inner for slug in place.slugs)
    of_body = any(known.is_a(known.slug(f.concept), slug) for f in known.facts["body_part"] for slug in place.slugs)
    if related or of_body:
        return unknown("it lies inside something around or within it")
    holder = known.slugs[inner[0].regions[1]]
    return no(inner[0], f"lies inside the {holder.replace('_', ' ')}")


def adjacency(claim: Parsed, known: Evidence) -> Ruling:
    a, b = known.of(claim.subject), known.of(claim.object)
    near = known.pair("adjacent", a, b) + known.pair("adjacent", b, a)
    if near:
        return yes(near[0], "the outlines meet")
    within = known.pair("inside", a, b) + known.pair("inside", b, a)
    if within:
        return no(within[0], "one lies inside the other")
    if a and b and known.apart(a, b, NEAR_PX):
        return no(known.present(known.slugs[a[0]]), "their boxes lie apart")
    return unknown("whether they meet is not measured")


def comparison(claim: Parsed, known: Evidence) -> Ruling:
    """ "a is larger than b", by how many times where said. Areas alone can deny it, not the lack of a fact."""
    a, b = known.of(claim.subject), known.of(claim.object)
    if claim.measure:
        return unknown("only areas are compared")
    if len(a) > 1 or len(b) > 1:
        return unknown("which ones are compared cannot be told")
    larger, smaller = known.pair("larger", a, b), known.pair("larger", b, a)
    if smaller:
        return no(smaller[0], "it is the other way round")
    if larger:
        return _ratio(claim, larger[0])
    return _areas(known.about_regions("area", a), known.about_regions("area", b))


def _ratio(claim: Parsed, fact: Fact) -> Ruling:
    if claim.quantity is None:
        return yes(fact, "larger")
    if agrees(fact, claim.quantity):
        return yes(fact, "as many times as large")
    if open_to(fact, claim.quantity):
        return unknown("the edge cuts one of them")
    return no(fact, f"{number_of(fact):.2f} times as large")


def _areas(a: list[Fact], b: list[Fact]) -> Ruling:
    if len(a) == len(b) == 1 and a[0].bound is None and a[0].unit == b[0].unit and number_of(a[0]) < number_of(b[0]):
        return no(a[0], "its area is smaller")
    return unknown("the two are not compared")


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
