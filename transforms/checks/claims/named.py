"""What a clause says by naming things: that they are there, are not there, how many they are."""

from collections.abc import Iterator

from transforms.checks.claims.extent import all_along
from transforms.checks.claims.model import Item, Mention, Parsed, Quantity
from transforms.checks.claims.pictured import pictured
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.tokens import DETERMINERS, JOINS, Clause, finite
from transforms.checks.claims.words import IMAGES, NEUTRAL, SHOWN, word_set


def seen_nothing(reading: Reading) -> list[Item]:
    """A "is visible" that says it of nothing that can be seen."""
    clause = reading.clause
    if clause.groups or (reading.it and reading.it[0].facet != "attribute"):
        return []
    items = clause.items[clause.first : clause.last]
    if any(item.kind == "value" for item in items):
        return []  # "the left eye is shown"
    return [item for item in items if item.tag == "pos:post"][:1]


def presupposed(reading: Reading, named: Iterator[Parsed], claims: list[Parsed]) -> Iterator[Parsed]:
    """Marks the organs named for what else the clause says of them, or as a heading ("HEART: not enlarged")."""
    items = reading.clause.items
    spoken = {id(one) for claim in claims for one in (claim.subject, claim.object)}
    holders = {id(reading.holder(g)) for g in reading.no.groups}
    topic = any(item.tag == "topic" for item in items[reading.clause.first : reading.clause.last])
    for claim in named:
        one = claim.subject
        if topic and claim.kind == "presence":
            continue  # "as for pleural fluid, there is none"
        if claim.kind == "presence" and one is not None and one.facet == "anatomy":
            heading = one.last + 1 < len(items) and items[one.last + 1].tag == ":"
            aside = bool(claims) and claim.value is None and not _of(items, one.first) and one.count is None
            if heading or aside or id(one) in spoken or id(one) in holders:
                claim = claim._replace(presupposed=True)
        yield claim


def _of(items: list[Item], i: int) -> bool:
    """Whether an organ is what a picture, or the like, is said to be of."""
    before = [item.tag for item in items[max(i - 2, 0) : i] if item.tag not in DETERMINERS]
    return before[-1:] == ["rel:of"]


def named(reading: Reading) -> Iterator[Parsed]:
    """A claim for each noun phrase: what is named is said to be there, or not to be."""
    groups = reading.clause.groups
    parts = {relation.object for relation in reading.frame.relations if relation.kind == "body_part"}
    for g, group in enumerate(groups):
        for one in group:
            span = (one.start, one.end)
            denied = g in reading.no.groups
            if one.facet == "modality":
                yield Parsed(span, "modality", one, negated=denied or reading.negated(one.first))
            elif one.facet == "attribute" and one.slugs[0][1:] in PLAIN:
                continue  # "a mammographic view" names no value of the view
            elif one.facet == "attribute":
                graded = one.slugs[0].startswith("=") and any(
                    other.facet == "attribute" and not other.slugs[0].startswith("=") for it in groups for other in it
                )
                if one.first not in reading.attributes and not graded:
                    yield from _other_value(reading, g, one)
                    yield Parsed(span, "uncheckable", one, value="seen" if _seen(reading.clause) else None)
            elif one.slugs[0].startswith("*"):
                yield from _generic(reading, g, one, denied)
            elif reading.frame.root(g) in reading.no.groups and not denied:
                continue  # "cells in apoptosis are not seen": what is not there has nothing
            elif denied:
                place = None if _accompanied(reading.clause, one) else reading.holder(g)
                yield Parsed(span, "absence", one, place, located=place is not None)
            else:
                yield _shown(reading, one, g in parts)
                yield from _counted(reading, g, one)
                if one.facet == "finding" and all_along(reading.clause):
                    yield Parsed(span, "span", one, value="all")
                if one.only:
                    yield Parsed(span, "only", one)
    if reading.no.it:
        at = next(i for i, role in reading.clause.phrases("neg") if role == "post")
        item = reading.clause.items[at]
        for one in reading.it or [None]:  # type: ignore[list-item]
            yield Parsed((item.start, item.end), "absence", one)


def _shown(reading: Reading, one: Mention, part: bool) -> Parsed:
    """That a thing is there; an organ may be what the picture is said to be of."""
    topic = pictured(reading.clause, one)
    return Parsed(
        (one.start, one.end),
        "body_part" if part else "presence",
        one,
        value="seen" if _seen(reading.clause) or topic else None,
        measure="topic" if topic else None,
        negated=part and reading.negated(one.first),
    )


def _accompanied(clause: Clause, one: Mention) -> bool:
    """ "The tumors are not accompanied by edema": what is not there is not said to be missing in them alone."""
    before = [item for _, item in clause.between(clause.first - 1, one.first) if item.tag.startswith("neg:")]
    return bool(before) and any("ccompanied" in name or name == "associated" for name in before[-1].names)


def _other_value(reading: Reading, g: int, one: Mention) -> Iterator[Parsed]:
    """ "Histology: adenocarcinoma": the finding named right after what the source states a word for."""
    after = reading.clause.groups[g + 1] if g + 1 < len(reading.clause.groups) else None
    between = reading.clause.between(one.last, after[0].first) if after is not None else []
    if len(between) > 2 or any(
        (item.kind == "word" and not finite(item) and item.tag not in ("a", "an")) or item.tag == "rel:of"
        for _, item in between
    ):
        return
    if one.slugs[0].startswith("=") and after is not None and after[0].facet == "finding":
        said = reading.clause.items[after[0].last]
        yield Parsed(
            (after[0].start, after[0].end), "stated", value=" ".join(said.names), measure=f"{one.slugs[0][1:]}|"
        )


PLAIN = IMAGES | NEUTRAL
SEEING = word_set("visible seen shown depicted displayed imaged pictured")


def _seen(clause: Clause) -> bool:
    """Whether the clause says that something meets the eye: what a source states of a person does not."""
    verbs = [item for item in clause.items[clause.first : clause.last] if item.tag == "pos:post"]
    return any(SEEING & set(item.names) for item in verbs)


def _counted(reading: Reading, g: int, one: Mention) -> Iterator[Parsed]:
    if one.every and one.plural and one.facet == "finding" and one.count is None:
        yield from _both(reading, one)
    if any(item.tag == "m:every" for item in reading.clause.items[one.last :]):
        if one.count is not None and one.count.values != (1.0,):
            yield Parsed((one.start, one.end), "uncheckable")  # "two nodules on each side"
        return  # "one nodule on each side"
    if one.count is not None and one.count.values != (1.0,) and one.rank and not one.partitive:
        yield Parsed((one.start, one.end), "uncheckable")  # "the three largest nodules"
    if one.count is not None and (one.partitive or not one.rank) and not _one_of_several(reading, one):
        place = None if one.partitive else reading.holder(g)
        where = None if one.partitive or place is not None else _restricted(reading, one)
        count = one.count
        if any(item.kind == "prop" for item in reading.clause.items[reading.clause.first : reading.clause.last]):
            yield Parsed((one.start, one.end), "uncheckable")  # "two teeth are impacted": how many of them are
            return
        if not one.partitive and place is None and where is None and _predicated(reading, one):
            where, count = ("such", count) if count.values[0] > 1 else (None, count._replace(bound="gt"))
        yield Parsed((one.start, one.end), "count", one, place, count, where, located=place is not None)


def _both(reading: Reading, one: Mention) -> Iterator[Parsed]:
    """ "Both nodules" are two, "bilateral nodules" lie on both sides."""
    said = {item.tag for item in reading.clause.items[max(one.first, 0) : one.last + 1]}
    span = (one.start, one.end)
    if "both" in said:
        yield Parsed(span, "count", one, None, Quantity((2.0,), "", 0.5))
    elif said & {"bilateral", "bilat"}:
        yield Parsed(span, "side", one, value="both")


def _predicated(reading: Reading, one: Mention) -> bool:
    """ "Two nuclei measure 30 px" says that there are two such, not two at all: the clause says more of them than that
    they are there."""
    items = reading.clause.items
    said = {item.tag for _, item in reading.clause.between(reading.clause.first - 1, one.first)}
    if "there" in said or any(finite(item) for _, item in reading.clause.between(reading.clause.first - 1, one.first)):
        return False
    after = reading.clause.between(one.last, reading.clause.last)
    verb = next((k for k, item in after if finite(item)), None)
    if verb is None and after and after[0][1].kind == "word" and after[0][1].tag not in SHOWN | JOINS:
        return True  # "thirty cells take up the stain"
    if verb is None or items[verb].tag in ("pos:post", "neg:post"):
        return False
    then = items[verb + 1] if verb + 1 < reading.clause.last else None
    return not (then is None or then.kind == "punct" or then.tag in SHOWN or then.tag.startswith("scope:"))


def _restricted(reading: Reading, one: Mention) -> str | None:
    """ "Two nuclei lie in the upper left", "three solid nodules": what those have that are counted."""
    for i in range(reading.clause.first, reading.clause.last):
        item = reading.clause.items[i]
        if i in reading.taken or (i > reading.clause.first and reading.clause.items[i - 1].kind == "quantity"):
            continue  # "(11 mm right, 18 mm left)"
        kind = {"zone": "location", "side": "side"}.get(item.kind) or (
            "rating" if item.tag.startswith("rate:") else None
        )
        if (
            kind is not None
            and one in reading.subjects(i)
            and not (
                item.kind == "side"
                and (
                    item.start < one.start or item.end - item.start == len(item.tag) + 2  # "(right)"
                )
            )
        ):
            return f"{kind}|{item.tag.removeprefix('rate:')}"
    return f"side|{one.side}" if one.side else None


def _one_of_several(reading: Reading, one: Mention) -> bool:
    """ "One tooth has a cavity" does not say how many teeth there are."""
    items = reading.clause.items
    if one.count is None or one.count.values != (1.0,) or items[one.first].kind != "number":
        return False
    said = [item.tag for _, item in reading.clause.between(reading.clause.first - 1, one.first)]
    after = items[one.last + 1] if one.last + 1 < reading.clause.last else None
    return "there" not in said and after is not None and after.tag in ("rel:with", "rel:contains")


def _generic(reading: Reading, g: int, one: Mention, denied: bool) -> Iterator[Parsed]:
    """ "The structure" says nothing of its own but how many there are, or that there are none."""
    if denied:
        yield Parsed((one.start, one.end), "uncheckable", one)
    else:
        yield from _counted(reading, g, one)
