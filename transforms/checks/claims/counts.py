"""Assertions that compare how many there are of two things, or how long two intervals last."""

from collections import Counter
from collections.abc import Iterable

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.sizes import SAME
from transforms.checks.claims.stated import numeric
from transforms.checks.claims.values import fits, number_of
from transforms.facts import statement


def comparison(claim: Parsed, known: Evidence) -> Ruling:
    """ "More neutrophils than lymphocytes", "the most frequent cells", "the PR interval is longer than the QRS"."""
    first = _value(claim.subject, known)
    kinds = {one.facet == "attribute" for one in (claim.subject, claim.object) if one is not None}
    if first is None or len(kinds) > 1:
        return unknown("how many there are is not known")
    if claim.value in ("most", "least", "2", "3", "4", "5"):
        return _place(claim, first, known)
    second = _value(claim.object, known)
    if second is None or first[0].unit != second[0].unit:
        return unknown("the two are not compared")
    (fact, a), (_, b) = first, second
    if claim.value == "equal":
        return (yes if a == b else no)(fact, f"{a:g} against {b:g}")
    if claim.value == "differs" and claim.quantity is not None:
        return _differing(claim.quantity, first, second)
    right = a > b
    if claim.value == "ratio" and claim.quantity is None:
        return unknown("what share of it cannot be told")
    if claim.quantity is not None and b > 0:
        right = fits(a / b, claim.quantity, 0.05 * a / b)
    return (yes if right else no)(fact, f"{a:g} against {b:g}")


def _differing(said: Quantity, first: tuple[Fact, float], second: tuple[Fact, float]) -> Ruling:
    """By how much the one is more than the other, in the unit of what is said."""
    values = [numeric(fact, said) if fact.predicate in statement.STATED else value for fact, value in (first, second)]
    if values[0] is None or values[1] is None:
        return unknown("the two are not compared so")
    away = values[0] - values[1]
    allowed = (first[0].tolerance or 0.0) + (second[0].tolerance or 0.0)
    return (yes if fits(away, said, allowed) else no)(first[0], f"{away:g} more")


def _value(mention: Mention | None, known: Evidence) -> tuple[Fact, float] | None:
    """The fact that says how many there are of what a mention names, or how long it lasts."""
    if mention is None:
        return None
    if mention.slugs[0].startswith("=#"):
        facts = known.facts[mention.slugs[0][2:]]
    elif mention.slugs[0].startswith("="):
        stated = statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate])
        facts = [
            f for f in stated if str(f.name).lower() == mention.slugs[0][1:] and not isinstance(f.value, str | bool)
        ]
    elif mention.facet == "attribute":
        slugs = {SAME.get(slug, slug) for slug in mention.slugs}
        facts = [f for f in known.facts["interval"] if known.slug(f.concept) in slugs]
    else:
        facts = [f for f in known.every["count"] if known.slug(f.concept) in mention.slugs]
        kinds = [
            f for f in known.every["count"] if any(known.is_a(known.slug(f.concept), one) for one in mention.slugs)
        ]
        several = kinds if not facts else facts if len(mention.slugs) > 1 else facts[:1]
        return (several[0], sum(map(number_of, several))) if several else None
    return (facts[0], number_of(facts[0])) if facts else None


def _uncounted(own: float, known: Evidence) -> bool:
    """Whether as many regions, or more, are of a kind that was not counted."""
    counted = {known.slug(fact.concept) for fact in known.every["count"]}
    drawn = Counter(slug for slug in known.slugs.values() if slug and slug not in counted)
    return any(times > 1 and times >= own for times in drawn.values())


def _place(claim: Parsed, own: tuple[Fact, float], known: Evidence) -> Ruling:
    others: Iterable[Fact] = [fact for fact in known.every["count"] if fact.id != own[0].id]
    same = claim.object is None or claim.subject is None or claim.object.start == claim.subject.start
    if not same and claim.object is not None and not claim.object.slugs[0].startswith("*"):
        others = [f for f in others if any(known.is_a(known.slug(f.concept), slug) for slug in claim.object.slugs)]
    values = [number_of(fact) for fact in others]
    if not values:
        return unknown("nothing else is counted")
    if claim.value in ("2", "3", "4", "5"):
        place = 1 + sum(value > own[1] for value in values)
        return (yes if place == int(claim.value) else no)(own[0], f"it is number {place}")
    right = own[1] > max(values) if claim.value == "most" else own[1] < min(values)
    if right and _uncounted(own[1], known):
        return unknown("not all are counted")
    return (yes if right else no)(own[0], f"{own[1]:g} against {max(values):g}")
