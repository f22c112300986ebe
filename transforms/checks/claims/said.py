"""What a clause says of two things: how they lie to each other, which is the larger, which the largest."""

from collections.abc import Iterator
from dataclasses import replace

from transforms.checks.claims.exceeding import exceeding
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import DIRECTIONS, TURNED, Frame, Relation
from transforms.checks.claims.tokens import Clause, finite
from transforms.checks.claims.words import word_set


def related(reading: Reading) -> Iterator[Parsed]:
    """What the relations of a clause say, each subject with each object, and what is said of two that are one list."""
    found, no = reading.frame, reading.no
    for relation in [*found.relations, *fronted(found)]:
        denied = {relation.subject, relation.object} & no.groups
        if relation.at in reading.taken or relation.kind == "body_part" or denied:
            continue
        negated = reading.negated(relation.at)
        if relation.kind == "box":
            for one in found.clause.groups[relation.object]:
                yield Parsed((one.start, one.end), "box", one, value="it", negated=negated)
            continue
        for a, b in pairs(found, relation, reading.it):
            if relation.kind == "inside" and a is not None and _placed_apart(reading, relation.subject, a):
                continue
            yield _of_two(reading, relation, a, b, negated)
    yield from reading.each_other()
    yield from _differing(reading)


def _of_two(reading: Reading, relation: Relation, a: Mention | None, b: Mention, negated: bool) -> Parsed:
    """What a relation says of one subject and one object."""
    said = reading.clause.items[relation.at]
    start = said.start if a is None or relation.subject is None else a.start  # "it" was said elsewhere
    span = (min(start, b.start), max(b.end, said.end))
    first, second = (b, a) if relation.kind in TURNED else (a, b)
    if relation.kind == "rank":
        return _most(reading, span, first, second, negated)
    if relation.kind == "identity":
        return Parsed(span, "identity", first, second, negated=negated)
    if relation.kind in DIRECTIONS:
        return Parsed(span, "direction", first, second, value=relation.kind, negated=negated)
    if relation.kind in ("inside", "contains"):
        if said.tag == "rel:only" and first is not None:
            first = replace(first, every=True, plural=True, rank=None)  # all that there is of it
        return Parsed(span, "inclusion", first, second, negated=negated)
    if relation.kind == "outside":
        return Parsed(span, "inclusion", first, second, negated=not negated)
    if relation.kind == "adjacent":
        near = "near" if said.tag == "rel:near" else None
        return Parsed(span, "adjacency", first, second, value=near, negated=negated)
    _attributes(reading, first, second)
    measure = _measure_of(reading, relation)
    value = {"equal": "equal", "ratio": "ratio", "many": "ratio"}.get(relation.kind, "larger")
    by, value = (relation.ratio, value) if relation.ratio else exceeding(reading, relation, value)
    return Parsed(span, "comparison", first, second, by, value, measure, negated)


def _measure_of(reading: Reading, relation: Relation) -> str | None:
    """What is compared, where it is told: by a measure that is named, by the verb, by the adjective."""
    items, at = reading.clause.items, relation.at
    if items[at].names[:1] in WIDTHS:
        return "width"  # which is measured of what a source states alone
    measure = COMPARED.get(relation.kind) or _compared(reading.frame)
    taken = range(reading.clause.first, at - 1) if items[at].tag == "cmp:times" else ()
    takes_up = any(items[k].tag in ("take", "takes") and items[k + 1].tag == "up" for k in taken)
    high = items[at].names[:1] in (("higher",), ("lower",))  # nothing else is said to be high
    return measure or ("mean_intensity" if takes_up or high else None)


DIFFER = word_set("differ differs differed")


def _differing(reading: Reading) -> Iterator[Parsed]:
    """ "The kidneys differ by about 10 %", "do not differ in volume": of two things."""
    clause = reading.clause
    at = next((i for i in range(clause.first, clause.last) if clause.items[i].tag in DIFFER), None)
    subjects = reading.listed(at) if at is not None else []
    amounts = [i for i, item in clause.between(at or 0, clause.last) if item.kind == "quantity"]
    pair = subjects if len(subjects) == 2 else subjects * 2 if len(subjects) == 1 and _two(subjects[0]) else []
    if at is None or len(pair) != 2 or len(amounts) > 1 or (not amounts and not reading.negated(at)):
        return
    clause.used.update((at, *amounts, *(i for i, item in clause.between(at, clause.last) if item.tag == "by")))
    reading.taken.update(amounts)
    span = (pair[0].start, clause.items[amounts[0] if amounts else at].end)
    quantity = clause.items[amounts[0]].quantity if amounts else None
    measure = _compared(reading.frame)
    yield Parsed(
        span,
        "comparison",
        pair[0],
        pair[1],
        quantity,
        "apart" if amounts else "equal",
        measure,
        bool(amounts) and reading.negated(at),
    )


def _two(one: Mention) -> bool:
    return one.every or (one.count is not None and one.count.values[0] == 2) or (one.plural and one.count is None)


def _placed_apart(reading: Reading, g: int | None, one: Mention) -> bool:
    """ "Bilateral opacities and a consolidation in the left lung": the place is of the last alone."""
    group = reading.clause.groups[g] if g is not None else []
    if len(group) < 2 or one is group[-1]:
        return False
    verb = any(finite(item) for _, item in reading.clause.between(group[-1].last, reading.clause.last))
    return not verb or ((one.every or one.side is not None) and not group[-1].every)


WIDTHS = tuple((word,) for word in ("wider", "narrower", "thicker", "thinner", "broader"))
COMPARED = {
    "more": "count",
    "many": "count",
    "fewer": "count",
    "longer": "long_axis",
    "shorter": "long_axis",
    "denser": "mean_intensity",
    "lighter": "mean_intensity",
}
COMPARABLE = {"area": "area", "volume": "volume", "intensity": "mean_intensity", "long_axis": "long_axis",
              "short_axis": "short_axis", "diameter": "diameter"}  # fmt: skip


def _attributes(reading: Reading, *names: Mention | None) -> None:
    """Intervals that are compared are understood."""
    reading.attributes.update(one.first for one in names if one is not None and one.facet == "attribute")


def _compared(found: Frame) -> str | None:
    """What is compared where it is not the size: the attenuation of one "exceeds that of" the other."""
    if any(item.tag in ("box", "boxes") for item in found.clause.items[found.clause.first : found.clause.last]):
        return "box"
    return next(
        (COMPARABLE.get(tag, tag) for _, tag in found.clause.phrases("m") if tag not in ("size", "count")), None
    )


RANKED: dict[str, tuple[str, str | None]] = {
    "largest": ("most", None), "smallest": ("least", None), "second": ("2", None), "third": ("3", None),
    "fourth": ("4", None), "fifth": ("5", None),
    "longest": ("most", "long_axis"), "shortest": ("least", "long_axis"), "densest": ("most", "mean_intensity"),
    "lightest": ("least", "mean_intensity"), "commonest": ("most", "count"), "rarest": ("least", "count"),
    "second_common": ("2", "count"), "largest_box": ("most", "box"),
}  # fmt: skip
"""Rank -> which place it is, and of what."""
ALONE = {
    "alone_larger": "largest", "alone_smaller": "smallest", "alone_longer": "longest", "alone_shorter": "shortest",
    "alone_denser": "densest", "alone_lighter": "lightest",
}  # fmt: skip
"""A comparison without its "than" -> the rank that it gives among two."""


def _most(reading: Reading, span: tuple[int, int], a: Mention | None, b: Mention | None, negated: bool) -> Parsed:
    """ "The liver is the largest structure": the one without a rank is the largest of what the other names."""
    subject, among = (a, b) if b is not None and b.rank else (b, a)
    value, measure = RANKED[among.rank or "largest"] if among is not None else ("most", None)
    among = replace(among, rank=None, plural=True) if among is not None else None
    return Parsed(span, "comparison", subject, among, None, value, measure or _compared(reading.frame), negated)


def ranked(reading: Reading) -> Iterator[Parsed]:
    """ "Compared with the liver, the kidney is smaller"; "the left one is the larger of the two"."""
    clause = reading.clause
    for i, role in clause.phrases("cmp"):
        named = i + 1 < clause.last and clause.items[i + 1].kind == "mention"
        if not role.startswith("alone") or (named and clause.items[i].names == ("lower",)):
            continue  # "the lower first molar"
        clause.used.add(i)
        other = [one for g in sorted(reading.frame.compared) for one in clause.groups[g]]
        span = (clause.items[i].start, clause.items[i].end)
        value, measure = RANKED[ALONE[role]]
        after = [one for group in clause.groups for one in group if one.last == i + 1 and one.plural is False]
        for one in after or reading.subjects(i)[:1] or [None]:  # type: ignore[list-item]
            among = other[0] if other else None
            measure = measure or _compared(reading.frame)
            yield Parsed(span, "comparison", one, among, None, value, measure, reading.negated(i))
    for i, role in clause.phrases("cmp"):
        if role == "equal" and i not in clause.used:
            yield from _alike(reading, i)
    yield from _bare_ranks(reading)


def _alike(reading: Reading, i: int) -> Iterator[Parsed]:
    """ "The two boxes are of equal area"."""
    subjects = reading.subjects(i)
    for one in subjects[:1]:
        reading.clause.used.add(i)
        item = reading.clause.items[i]
        other = subjects[1] if len(subjects) == 2 else one
        yield Parsed((item.start, item.end), "comparison", one, other, None, "equal", _compared(reading.frame),
                     reading.negated(i))  # fmt: skip


def _of_these(clause: Clause, i: int) -> bool:
    """ "The largest of the three (structures)": takes the rest of the phrase, which names nothing."""
    near = clause.between(i, min(i + 3, clause.last))
    of = next((k for k, it in near if it.tag == "rel:of" or it.names[-1:] == ("of",)), None)
    if of is None or (of == i + 2 and not clause.items[i + 1].tag.startswith("m:")):
        return False
    for k, item in clause.between(of, min(of + 5, clause.last)):
        if item.kind not in ("number", "word") or finite(item):
            break
        clause.used.add(k)
    return True


def _of_them(clause: Clause, i: int) -> bool:
    """ "The largest of them is in the liver": of what was named before."""
    tags = [item.tag for _, item in clause.between(i, min(i + 3, clause.last))]
    return tags[:1] == ["rel:of"] and tags[1:] in (["them"], ["these"], ["those"]) and all(
        group[0].first > i for group in clause.groups
    )  # fmt: skip


def _after_copula(reading: Reading, i: int) -> list[Mention]:
    """ "Of the teeth outlined, the second largest is the molar": what stands after the verb."""
    clause = reading.clause
    verb = next((k for k, item in clause.between(i, clause.last) if item.tag in ("is", "are", "was", "were")), None)
    if verb is None or any(group[0].first in range(i, verb) for group in clause.groups):
        return []
    after = next((group for group in clause.groups if group[0].first > verb), None)
    near = (
        after is not None and after[0].first - verb <= 2 and not reading.clause.items[verb + 1].tag.startswith("rel:")
    )
    near = near and not any(
        finite(item) for _, item in clause.between(clause.first - 1, i))  # fmt: skip
    return after[:1] if after is not None and near else []


def _bare_ranks(reading: Reading) -> Iterator[Parsed]:
    """ "Of the organs outlined here, the liver is the largest"; "hypodense", of what lies around it."""
    clause = reading.clause
    for i, role in clause.phrases("rank"):
        subjects = _after_copula(reading, i) or reading.subjects(i)
        if i in clause.used or role not in RANKED or len(subjects) != 1 or _of_them(clause, i):
            continue
        clause.used.add(i)
        many = next((it.quantity for _, it in clause.between(i, min(i + 5, clause.last)) if it.kind == "number"), None)
        of_all = _of_these(clause, i)
        value, measure = RANKED[role]
        others = [one for group in clause.groups for one in group if one.plural and one is not subjects[0]]
        others = others or [one for g in sorted(reading.frame.compared) for one in clause.groups[g]]
        others = others or [one for one in reading.it if one.plural and one.slugs != subjects[0].slugs]
        listed = [
            group for group in clause.groups if len(group) > 1 and group[-1].last < i and subjects[0] not in group
        ]
        if listed and not others:  # "of femur, sacrum and prosthesis, the prosthesis is the smallest"
            slugs = tuple(dict.fromkeys(slug for one in listed[0] for slug in one.slugs))
            others = [replace(listed[0][0], slugs=slugs, plural=True, every=False, count=None)]
        every = replace(subjects[0], plural=True, rank=None, side=None, within=(), count=many) if of_all else None
        span, among = (clause.items[i].start, clause.items[i].end), others[0] if others else every
        measure = measure or _compared(reading.frame)
        yield Parsed(span, "comparison", subjects[0], among, None, value, measure, reading.negated(i))
    for i, role in clause.phrases("den"):
        clause.used.add(i)
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed((clause.items[i].start, clause.items[i].end), "comparison", one, None, None,
                         f"denser:{role}", "mean_intensity", reading.negated(i))  # fmt: skip


def fronted(found: Frame) -> list[Relation]:
    """The relations of "In the liver lies a lesion": the first group holds the second."""
    first = found.fronted
    return [Relation(first.kind, first.at, first.object + 1, first.object)] if first else []


def pairs(found: Frame, relation: Relation, it: list[Mention]) -> list[tuple[Mention | None, Mention]]:
    """Each subject of a relation with each object."""
    groups = found.clause.groups
    subjects: list[Mention] = groups[relation.subject] if relation.subject is not None else it
    return [(a, b) for a in (subjects or [None]) for b in groups[relation.object]]  # type: ignore[list-item]
