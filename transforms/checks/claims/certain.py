"""When a contradiction is one: what was said, and of what, must be certain from the rest of the sentence.

A thing has one value of a measure. Where a sentence gives it two and one of them is right, the other is another
thing's: "402 mm2 is the area of L3-L4, 214 mm2 that of L5-S1". An organ that is named beside a finding in
what is denied may be where the finding is not: "neither liver nor bone metastases".
"""

import re
from collections.abc import Sequence

from transforms.checks.claims.model import ClaimVerdict, Parsed, unsure
from transforms.checks.claims.words import word_set

Found = Sequence[tuple[Parsed, ClaimVerdict]]
VALUED = word_set("size area volume intensity stated rating location side distance")
"""Kinds of which a thing has one."""

RANKS = frozenset({"most", "least"})
SHARES = frozenset({"ratio", "larger"})


def certain(found: Found, text: str) -> list[tuple[Parsed, ClaimVerdict]]:
    """The verdicts on a sentence of `text`, uncheckable where the rest of it leaves open what a contradicted assertion
    is of."""
    ends = [at for claim, _ in found for at in claim.span]
    sided = bool(ends) and _SIDED.search(text[max(0, min(ends) - 12) : max(ends) + 12]) is not None
    checked = [(claim, _checked(claim, one, found)) for claim, one in found]
    return [(claim, _unsided(one)) for claim, one in checked] if sided else checked


_SIDED = re.compile(r"(?<!is the )(?<!n't the )(?<!not the )\b(?:left|right) one\s+[a-z]", re.IGNORECASE)
SIDED = word_set("side presence")


def _unsided(one: ClaimVerdict) -> ClaimVerdict:
    """ "The right hip is replaced, the left one is worn": "one" is the organ again, and not what was found in it."""
    return unsure(one, "which one that is cannot be told") if one.kind in SIDED else one


def _checked(claim: Parsed, one: ClaimVerdict, found: Found) -> ClaimVerdict:
    if one.verdict != "contradicted" or one.error in ("unit", "scope"):
        return one
    if claim.kind in VALUED and _twice(claim, found):
        return unsure(one, "another value of it is right: of what this one is cannot be told")
    if claim.kind == "absence" and _site(claim, found):
        return unsure(one, "it may be where something else is not")
    if claim.kind == "comparison" and claim.subject is not None and claim.subject.rank and claim.value in RANKS:
        return unsure(one, "of what else that is said cannot be told")  # "the larger lies ahead, the smaller behind"
    if claim.kind == "comparison" and _otherwise(claim, found):
        return unsure(one, "by what they are compared cannot be told")
    if claim.kind == "count" and _total(claim, found):
        return unsure(one, "it may be the sum of the others")
    unread = any(other.kind == "uncheckable" and other.subject is None for other, _ in found)
    if unread and (claim.kind in ("inclusion", "rating") or one.reason.startswith("the body part is")):
        return unsure(one, "the sentence says more than the facts cover")
    return one


def _twice(claim: Parsed, found: Found) -> bool:
    """Whether another value of the same measure of the same thing is right."""
    rights = [other for other, one in found if one.verdict == "supported" and _key(other) == _key(claim)]
    return any(other.span != claim.span and _said(other) != _said(claim) for other in rights)


def _key(claim: Parsed) -> tuple[object, ...]:
    one = claim.subject
    thing = (one.slugs, one.ids, one.rank, one.side) if one is not None else None
    return claim.kind, claim.measure, thing, claim.scope


def _said(claim: Parsed) -> tuple[object, ...]:
    return (claim.quantity.values if claim.quantity is not None else claim.value), claim.negated


def _site(claim: Parsed, found: Found) -> bool:
    """Whether an organ that is denied stands beside something else that may be what is denied of it."""
    one = claim.subject
    if one is None or one.facet != "anatomy":
        return False
    return any(_beside(other, claim) for other, _ in found if other is not claim)


def _beside(other: Parsed, claim: Parsed) -> bool:
    """Whether another assertion is a finding's, or a word before it that is not read."""
    if other.kind == "uncheckable":
        return other.span < claim.span
    return other.kind in ("absence", "presence") and other.subject is not None and other.subject.facet == "finding"


def _otherwise(claim: Parsed, found: Found) -> bool:
    """Whether a thing is compared with itself, or by what the sentence measures, and not by its size."""
    one, other = claim.subject, claim.object
    if one is not None and other is not None and one.start == other.start >= 0 and claim.value in SHARES:
        return True
    return claim.measure is None and any("intensity" in (it.kind, (it.measure or "")[5:]) for it, _ in found)


def _total(claim: Parsed, found: Found) -> bool:
    """ "26 red dots: 17 microaneurysms and 9 hemorrhages": a number that the others come to, or that counts nothing."""
    if claim.quantity is None or len(claim.quantity.values) != 1:
        return False
    after = [it for it, _ in found if it.kind == "count" and it.quantity is not None and it.span > claim.span]
    others = [it.quantity.values[0] for it in after if it.quantity is not None]
    value = claim.quantity.values[0]
    return value % 1 != 0 or (len(others) > 1 and sum(others) == value)
