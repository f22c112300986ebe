"""What one part of a sentence settles about another: a list that "none" denies, labels that are 0 or 1."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.checks.claims.alternating import alternating
from transforms.checks.claims.model import Item, Mention, Parsed

SIZES = frozenset({"size", "area", "volume"})
NAMING = frozenset({"presence", "inclusion", "adjacency", "readers"})
"""What is said of a thing by naming it."""


def settled(claims: Sequence[Parsed]) -> list[Parsed]:
    """The claims of a sentence without those that it takes back: "was checked for fractures, and none was found",
    "pneumonia 0"."""
    zero = [one for one in claims if _zero(one)]
    denied = {_key(one.subject) for one in (*zero, *claims) if one.kind == "absence" or one in zero}
    claims = alternating(_sized(_described(claims)))
    kept = [one for one in claims if one not in zero and not (one.kind in NAMING and _key(one.subject) in denied)]
    absent = [Parsed(one.span, "absence", replace(one.subject, count=None)) for one in zero if one.subject is not None]
    labelled = bool(zero)
    return [_labelled(one) if labelled else one for one in kept] + absent


def _sized(claims: Sequence[Parsed]) -> list[Parsed]:
    """ "No nodule larger than 3 mm" denies those so large: the size is of what is denied, not of one that is there."""
    absent = {_key(one.subject) for one in claims if one.kind == "absence"} - {_key(None)}
    sizes = [one for one in claims if one.kind in SIZES and one.quantity is not None and _key(one.subject) in absent]
    of = {_key(one.subject): one for one in reversed(sizes)}
    found = []
    for one in claims:
        size = of.get(_key(one.subject)) if one.kind == "absence" else None
        if size is not None:
            one = one._replace(span=(min(one.span[0], size.span[0]), max(one.span[1], size.span[1])),
                               quantity=size.quantity, measure=size.measure, value=size.kind)  # fmt: skip
        if one not in sizes:
            found.append(one)
    return found


def _described(claims: Sequence[Parsed]) -> list[Parsed]:
    """ "No fractured vertebra" denies that one is fractured, not the vertebra."""
    said = {_key(one.subject) for one in claims if one.kind == "property"} - {_key(None)}
    bare = [one for one in claims if one.kind == "absence" and one.object is None and _key(one.subject) in said]
    of = {_key(one.subject) for one in bare}
    turned = (
        one._replace(negated=True) if one.kind == "property" and _key(one.subject) in of else one for one in claims
    )
    return [one for one in turned if one not in bare]


def _zero(one: Parsed) -> bool:
    """ "Effusion 0": a label, or a number of which there is none."""
    said = one.quantity
    return one.kind == "count" and said is not None and said.values == (0.0,) and said.bound == "eq" and not one.located


def _labelled(one: Parsed) -> Parsed:
    """Among labels, "bronchitis 1" says that it is there, not how often."""
    if one.kind == "count" and one.quantity is not None and one.quantity.values == (1.0,):
        return one._replace(kind="presence", quantity=None)
    return one


def _key(one: Mention | None) -> tuple[int, int, tuple[str, ...]]:
    return (one.start, one.end, one.slugs) if one is not None and one.start >= 0 else (-1, -1, ())


def narrowed(items: list[Item]) -> list[Item]:
    """ "Lytic lesions", "kidney tissue": of two names side by side that share a meaning, one."""
    found: list[Item] = []
    for b in items:
        a = found[-1] if found else None
        if a is not None and a.tag == "rel:of" and len(found) > 1 and b.kind == found[-2].kind == "mention":
            both = tuple(slug for slug in found[-2].slugs if slug in b.slugs)
            if both and b.tag == "finding":  # "an AV block of first degree"
                found[-2:] = [found[-2]._replace(slugs=both, end=b.end)]
                continue
        if a is None or a.kind != "mention" or b.kind != "mention":
            found.append(b)
            continue
        both = tuple(slug for slug in b.slugs if slug in a.slugs)
        if both:
            found[-1] = b._replace(slugs=both, start=a.start, names=(*a.names, *b.names))
        elif a.tag == "anatomy" and b.slugs == ("tissue",):
            found[-1] = a._replace(end=b.end)
        else:
            found.append(b)
    return found
