"""Which one is the largest, the second, the smallest of what is named or shown."""

from collections.abc import Callable, Sequence
from math import inf

from schemas import Fact
from transforms.checks.claims.dimensions import sizes_of
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import number_of
from transforms.facts.base import CONTAINERS

EVERYTHING = Mention(("*structure",), "finding", -1, -1, -1, -1, plural=True)
BY = ("area", "volume")
Extent = tuple[Fact, float, float]
"""A fact, and the least and the most that its value may be."""


def most(claim: Parsed, a: list[str], known: Evidence) -> Ruling:
    """The largest, or the smallest, of what is named; of the two sides of an organ where nothing is."""
    others = known.of(claim.object) if claim.object is not None else _counterparts(a, known)
    few = claim.object is None and len({*others, *a}) < _place_of(claim)  # "the third largest", of two kidneys
    if few or all(rid in a for rid in others):
        others = known.of(EVERYTHING)
    others = [rid for rid in others if rid not in a and known.slugs[rid] not in CONTAINERS]
    if len(a) != 1 or not others:
        return unknown("which ones are compared cannot be told")
    others = _so_many(claim, a[0], others, known)
    found = sizes_of((a[0], *others), claim.measure, claim.scope, known)
    if found:
        return _place(claim, *_extents(a[0], others, found), known)
    by = (claim.measure,) if claim.measure else BY[:1] if claim.scope in ("view", "slice") else BY
    measured = [_known_of(one, a[0], others, known) for one in by]
    return next(
        (_place(claim, *one, known) for one in measured if one is not None), _beaten(claim, a[0], others, known)
    )


def _beaten(claim: Parsed, a: str, others: Sequence[str], known: Evidence) -> Ruling:
    """One that was measured with it, and is larger, refutes that it is the largest."""
    for other in others if claim.value in ("most", "least") else ():
        pair = sizes_of((a, other), claim.measure, claim.scope, known)
        first, second = (number_of(pair[rid]) for rid in (a, other)) if pair else (0.0, 0.0)
        if pair and (first < second if claim.value == "most" else first > second):
            return no(pair[a], f"{first:g} against {second:g}")
    return unknown("not all of them are measured")


def _so_many(claim: Parsed, a: str, others: list[str], known: Evidence) -> list[str]:
    """ "The largest of the three": those of its sort, where they are so many and all together are not."""
    said = claim.object.count if claim.object is not None else None
    if said is None or said.bound != "eq" or said.values[0] == len(others) + 1:
        return others
    own = known.slugs[a]
    sorts: tuple[Callable[[str], object], ...] = (
        lambda slug: slug.rpartition("_")[2], lambda slug: known.space.get(slug).parents if slug in known.space else (),
        known.words.facets.get,
    )  # fmt: skip
    alike = ([rid for rid in others if sort(known.slugs[rid]) == sort(own)] for sort in sorts)
    return next((those for those in alike if said.values[0] == len(those) + 1), others)


def _extents(a: str, others: Sequence[str], found: dict[str, Fact]) -> tuple[Extent, list[Extent]]:
    each = {rid: (fact, number_of(fact), inf if fact.bound else number_of(fact)) for rid, fact in found.items()}
    return each[a], [each[rid] for rid in others]


def _known_of(
    measure: str | None, a: str, others: Sequence[str], known: Evidence
) -> tuple[Extent, list[Extent]] | None:  # fmt: skip
    """The extents of one measure, also of what the edge cuts; what was drawn as a box or a point alone has none."""
    drawn = [rid for rid in others if known.regions[rid].mask is not None or known.about_regions(measure or "", [rid])]
    facts = {fact.regions[0]: fact for fact in known.every[measure or ""] if len(fact.regions) == 1}
    if a not in facts or not drawn or any(rid not in facts for rid in drawn):
        return None
    if len({facts[rid].unit for rid in (a, *drawn)}) > 1:
        return None
    return _extents(a, drawn, {rid: facts[rid] for rid in (a, *drawn)})


def _whole(other: str, known: Evidence) -> bool:
    """ "The edema is the largest of the parts", beside the whole tumor."""
    return known.slugs[other].startswith("whole_")


def _place(claim: Parsed, own: Extent, others: list[Extent], known: Evidence) -> Ruling:
    """Which place it takes among the others, as far as that is sure."""
    fact, low, high = own
    larger = sum(least > high for _, least, _ in others)
    smaller = sum(top < low for _, _, top in others)
    equal = sum(least == low and top == high for _, least, top in others)
    if claim.value == "least":
        larger, smaller = smaller, larger
    place = _place_of(claim)
    of = max(others, key=lambda one: one[1] if claim.value != "least" else -one[1])
    beaten = f"{low:g} against {of[1]:g}" if place == 1 else f"it is number {larger + 1}"
    if place == 1 and larger and claim.value == "most" and of[0].regions and _whole(of[0].regions[0], known):
        return unknown("what is larger holds it")
    if place > 1 and any(one[0].regions and _whole(one[0].regions[0], known) for one in others):
        return yes(fact, "it is the one") if larger == place - 1 else unknown("whether the whole counts as one of them")
    if larger > place - 1 or (place == 1 and equal) or len(others) - smaller < place - 1:
        return no(fact, beaten)
    if larger + smaller < len(others) and not (equal and larger + smaller + equal == len(others)):
        return unknown("the edge cuts one of them")
    return yes(fact, "it is the one") if larger == place - 1 else no(fact, beaten)


def _place_of(claim: Parsed) -> int:
    return 1 if claim.value in ("most", "least", None) else int(claim.value)


def _counterparts(a: Sequence[str], known: Evidence) -> list[str]:
    """The other side of an organ, or the others of its kind."""
    slugs = {known.slugs[rid] for rid in a}
    pairs = {known.space.get(slug).pair for slug in slugs if slug in known.space}
    return [rid for rid, slug in known.slugs.items() if slug in pairs or slug in slugs]
