"""Bare numbers: counts, ratings, grades, and how many readers marked a thing."""

from collections.abc import Iterator
from dataclasses import replace

from transforms.checks.claims.model import Item, Mention, Parsed, Quantity
from transforms.checks.claims.pointing import READERS, beside, of_those
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import among, run_of, sharing, span_of, tag_of
from transforms.checks.claims.telling import attribute_of, fact_of
from transforms.checks.claims.words import NEUTRAL, NUMBER_WORDS, word_set

SEES = word_set(
    "sees see finds counts observes can may might could recognizes notes looks must has notices would reads"
)


def bare_number(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A bare number: how many, or a rating; anything else is not understood."""
    clause = reading.clause
    clause.used.add(i)
    if (reader := _reader(reading, i)) is not None:
        yield from _drawn_by(reading, i, reader, item)
    elif item.tag == "one" and i + 1 < clause.last and clause.items[i + 1].tag == "m:every":
        for one in reading.subjects(i)[:1]:
            yield Parsed(span_of(item), "side", replace(one, count=None), value="both")  # "one in each lung"
    elif _points(reading, i, item):
        return
    elif (fact := fact_of(reading, i)) is not None:
        for one in (reading.subjects(i) if fact.startswith("#") else []) or [None]:  # type: ignore[list-item]
            yield Parsed(span_of(item), "stated", one, measure=f"{fact}|", quantity=item.quantity,
                         negated=reading.negated(i))  # fmt: skip
    elif rated := [one for group in clause.groups for one in group
                   if one.facet == "attribute" and not one.slugs[0].startswith("=")]:  # fmt: skip
        yield from _rated(reading, i, item, rated)
    else:
        yield from _how_many(reading, i, item)


def _points(reading: Reading, i: int, item: Item) -> bool:
    """Whether the number only points at what was named, or is no number: "the two examinations", "one sees"."""
    after_name = i > reading.clause.first and reading.clause.items[i - 1].kind in ("mention", "fact")
    if item.tag == "one" and after_name and tag_of(reading, i - 1) != "attribute":
        return True  # "the subdural one", "than the lateral one"
    return beside(reading, i) or of_those(reading, i) or (item.tag == "one" and tag_of(reading, i + 1) in SEES)


def _how_many(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """How many there are of the thing named right before, or of each of a list; else an intensity without a unit."""
    clause, negated = reading.clause, reading.negated(i)
    last = i - 1 if tag_of(reading, i - 1) != ":" else i - 2
    named = next((one for group in clause.groups for one in group if one.last == last), None)
    if item.tag == "one" and named is not None and named.last == i - 1:
        return  # "the subdural one"
    if named is not None and named.count is None and not named.rank and named.facet in ("anatomy", "finding"):
        yield Parsed((named.start, item.end), "count", named, None, item.quantity, negated=negated)
        return  # "RBC 42"
    run = run_of(reading, i)
    listed = reading.listed(run[0])
    if len(run) > 1 and len(run) == len(listed):
        yield Parsed(span_of(item), "count", listed[run.index(i)], None, item.quantity, negated=negated)
    elif item.tag == "one" and i + 2 < clause.last and clause.items[i + 1].tag == "rel:of":
        return  # "which has one of 96 mm"
    elif any(tag == "intensity" for _, tag in clause.phrases("m")) and item.tag not in NUMBER_WORDS:
        for one in among(reading, i, sharing(reading, i)) or [None]:  # type: ignore[list-item]
            yield Parsed(span_of(item), "intensity", one, quantity=item.quantity, measure="mean_intensity",
                         negated=negated)  # fmt: skip
    else:
        yield _counted(reading, i, item)


def _counted(reading: Reading, i: int, item: Item) -> Parsed:
    """ "The number of nodules is 3": of the one thing that has no number of its own."""
    clause = reading.clause
    counted = [one for group in clause.groups for one in group if one.count is None and one.facet != "modality"]
    if len(counted) != 1 or all(tag != "count" for _, tag in clause.phrases("m")):
        return Parsed(span_of(item), "uncheckable")
    span = (counted[0].start, max(item.end, counted[0].end))
    return Parsed(span, "count", counted[0], None, item.quantity, negated=reading.negated(i))


def _reader(reading: Reading, i: int) -> int | None:
    """The item that names who the number counts: "four readers", "two of the three radiologists"."""
    for k, item in reading.clause.between(i, min(i + 5, reading.clause.last)):
        if item.tag in READERS or item.tag.endswith(("ologist", "ologists")):
            return k
        if item.kind not in ("word", "number", "phrase") or (item.kind == "word" and item.tag not in BEFORE_READERS):
            return None
    return None


BEFORE_READERS = NEUTRAL - word_set("by and")


def _drawn_by(reading: Reading, i: int, reader: int, item: Item) -> Iterator[Parsed]:
    """How many readers marked what the clause speaks of; a second number on the way is how many there were."""
    reading.clause.used.update(range(i, reader + 1))
    quantity = item.quantity or Quantity((1.0,), "", 0.5)
    span = (item.start, reading.clause.items[reader].end)
    things = [one for group in reading.clause.groups for one in group if one.facet in ("anatomy", "finding")]
    before = [g for g, group in enumerate(reading.clause.groups) if group[0] in things and group[-1].last < i]
    things = reading.clause.groups[reading.frame.root(before[-1])][:1] if before else things[-1:]
    for one in things or reading.it[:1] or [None]:  # type: ignore[list-item]
        yield Parsed(span, "readers", one, quantity=quantity, negated=reading.negated(i))


def read_by(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """ "A single radiologist marked it"."""
    if item.tag != "count:one" or (reader := _reader(reading, i)) is None:
        return
    yield from _drawn_by(reading, i, reader, item)


def _rated(reading: Reading, i: int, item: Item, rated: list[Mention]) -> Iterator[Parsed]:
    """A rating, with the scale that is named beside it."""
    what = attribute_of(reading, i) or rated[0]
    reading.attributes.add(what.first)
    after = reading.clause.between(i, reading.clause.last)
    scale = next((it.tag for _, it in reversed(after) if it.kind == "scale"), None)
    denied = reading.negated(i) and tag_of(reading, i - 1) != "("  # "no spiculation (1 of 5)"
    for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
        yield Parsed(span_of(item), "rating", one, what, item.quantity, scale, "rating", denied)
