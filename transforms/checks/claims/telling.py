"""Numbers and words for what a source states."""

from collections.abc import Iterator

from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import run_of, span_of, tag_of
from transforms.checks.claims.words import ADVERB, NEUTRAL, word_set

THEN = word_set("then baseline initially originally first previously before earlier formerly prior previous initial")
NOW = word_set("now currently current today latest present")
COURSE = word_set(
    "increased decreased grown grew rose risen fell fallen grow grows shrunk shrank gained lost changed went gone up"
    " down reduced enlarged expanded dropped climbed swelled"
)
DOWN = word_set("decreased fell fallen shrunk shrank lost loss decrease drop dropped reduced down shrinkage")
BY_HOW_MUCH = word_set("growth gain gained rise increase decrease change difference loss lost drop")


def visit_of(reading: Reading, i: int, item: Item) -> str | None:
    """Which visit a quantity is of, where the clause says: "then" (4.2 mL at baseline), "by" (it grew by 2.2 mL),
    "course" (from 4.2 to 6.4 mL). None: of the one at hand."""
    items = reading.clause.items[reading.clause.first : reading.clause.last]
    words = {word for one in items if one.kind != "mention" for word in (one.tag, *one.names)}
    if words & COURSE and item.tag == "range" and not words & BY_HOW_MUCH:
        return "course"
    if words & BY_HOW_MUCH or (words & COURSE and tag_of(reading, i - 1) == "by"):
        return "by-" if words & DOWN else "by"
    return "then" if _when(reading, i) == "then" else None


def _when(reading: Reading, i: int) -> str | None:
    """Which time a number is of: the word before it that no other number stands between, else the one right after."""
    clause = reading.clause
    right = clause.items[i + 1] if i + 1 < clause.last else None
    if right is not None and THEN & {right.tag, *right.names}:
        return "then"
    back = reversed(clause.between(clause.first - 1, i))
    for side in (back, clause.between(i, clause.last)):
        for _, one in side:
            if one.kind == "quantity" or (one.tag == "," and side is not back):
                break
            if one.kind != "mention":
                said = {one.tag, *one.names}
                visit = one.tag[6:] if one.tag.startswith("visit:") else None
                name = visit or ("then" if THEN & said else "now" if NOW & said else None)
                if name is not None:
                    return name
    return None


def finding_said(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """ "The rib is broken", "an enlarged heart": a finding said by an adjective of the organ that has it."""
    reading.clause.used.add(i)
    what = Mention(item.slugs, "finding", item.start, item.end, i, i)
    for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
        denied = reading.negated(i) and item.names[:1] != ("not",)  # "is not displaced" says its own "not"
        yield Parsed(span_of(item), "property", one, what, value=item.tag, negated=denied)


def none_of(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """ "No diabetic retinopathy", of what the source grades: the lowest grade."""
    before = reading.clause.items[i - 1] if i > reading.clause.first else None
    if before is not None and before.tag == "neg:pre" and not item.plural:
        reading.attributes.add(i)
        yield Parsed((before.start, item.end), "stated", value="none", measure=f"{item.tag}|")


BEATS = "heart_rate"
TIMES = word_set("days weeks months years")
HINTS = {
    "interval": word_set("ago earlier previous prior since between apart interval last before visits examinations"),
    "survival": word_set("survival survived lived died outlived"), "age": word_set("old aged age"),
}  # fmt: skip
"""What a span of time is of, by a word of its clause."""


def hint(reading: Reading) -> str | None:
    items = reading.clause.items
    said = {word for item in items for word in (item.tag, *item.names)}
    return next((name for name, words in HINTS.items() if words & said), None)


def fact_of(reading: Reading, i: int) -> str | None:
    """The stated thing that a number is of: the nearest name before it in the clause, else the one right after it."""
    names = [(k, item.tag) for k, item in reading.clause.between(reading.clause.first - 1, reading.clause.last)
             if item.kind == "fact" and not item.plural]  # fmt: skip
    if not names:
        return None
    names = [(k, name) for k, name in names if _may_be_of(reading, i, k)]
    run = run_of(reading, i)
    listed = [(k, name) for k, name in names if k < run[0]]
    if len(run) > 1 and len(listed) == len(run):
        at, name = listed[run.index(i)]
    else:
        free = [(k, name) for k, name in names if k not in reading.attributes] or names
        near = [(abs(k - i), k, name) for k, name in free if _touch(reading, min(k, i), max(k, i)) and
                not (k > i and any(one.tag in (",", "and") for _, one in reading.clause.between(i, k)))]  # fmt: skip
        if not near:
            return None
        _, at, name = min(near)
    again = [k for k, item in reading.clause.between(reading.clause.first - 1, reading.clause.last)
             if item.kind == "fact" and item.tag == name]  # fmt: skip
    reading.clause.used.update(again if at in again and _lone(reading, i) else (at,))
    reading.attributes.update(again if at in again and _lone(reading, i) else (at,))
    return name


def _lone(reading: Reading, i: int) -> bool:
    """Whether number i is the only one of its clause, so that a name said twice is said of it."""
    numbers = [k for k, item in reading.clause.between(reading.clause.first - 1, reading.clause.last) if item.quantity]
    return numbers == [i]


LASTING = word_set("ms days weeks months years")


def _may_be_of(reading: Reading, i: int, k: int) -> bool:
    """Whether what item k names may be what number i is of: by the unit, or because nothing else stands between."""
    items = reading.clause.items
    said, unit = items[i].quantity, "".join(items[k].slugs)
    if said is not None and said.unit == "ms" and unit == "Hz":
        return False  # "10 s, sampled at 500 Hz"
    if said is None or not unit or said.unit in ("", unit) or {said.unit, unit} <= LASTING:
        return True
    return abs(i - k) <= 3 and not any(it.kind == "mention" for _, it in reading.clause.between(min(i, k), max(i, k)))


def _touch(reading: Reading, a: int, b: int) -> bool:
    """Whether no other number stands between two items."""
    between = [item for _, item in reading.clause.between(a, b)]
    attribute = any(item.kind == "mention" and item.tag == "attribute" for item in between)
    return not attribute and not any(item.kind in ("quantity", "number") for item in between) and all(
        item.kind != "word" or item.tag in NEUTRAL or ADVERB.match(item.tag) for item in between
    )  # fmt: skip


def value_said(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A value that a source states, or one that excludes it; of a change with what has changed."""
    reading.clause.used.add(i)
    name, _, value = item.tag.partition("|")
    negated = (reading.negated(i) and tag_of(reading, i - 1) != "(") or _denied_after(reading, i)
    names = reading.clause.between(reading.clause.first - 1, reading.clause.last)
    reading.attributes.update(k for k, other in names if other.kind == "fact" and other.tag == name)
    if name.startswith("change of") or name == "judgement":
        if name == "judgement":
            reading.attributes.update(one.first for group in reading.clause.groups for one in group)
        of = "change|" if name != "judgement" else "judgement|"
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span_of(item), "stated", one, value=value, measure=of, negated=negated)
    else:
        yield Parsed(span_of(item), "stated", value=value, measure=f"{name}|", negated=negated)


def _denied_after(reading: Reading, i: int) -> bool:
    """ "Gadoxetate was not used": a value before a "not" that nothing else is said after."""
    after = reading.no.after
    if after is None or i > after or any(group[0].first > after for group in reading.clause.groups):
        return False
    return all(item.kind in ("word", "punct") for _, item in reading.clause.between(after, reading.clause.last))


def attribute_of(reading: Reading, i: int) -> Mention | None:
    """The attribute that a number is of: the nearest name before item i, else the nearest after it ("heart rate of 72
    bpm", "72 bpm heart rate"); of "PR and QT are 161 and 368 ms" each its own."""
    names = [one for group in reading.clause.groups for one in group
             if one.facet == "attribute" and not one.slugs[0].startswith("=")]  # fmt: skip
    quantity = reading.clause.items[i].quantity
    if quantity is not None and quantity.unit == "bpm":
        names = [one for one in names if any("rate" in slug for slug in one.slugs)]  # no other interval is counted so
    run = run_of(reading, i)
    before = [one for one in names if one.last < run[0]]
    if len(run) > 1 and len(before) == len(run):
        one = before[run.index(i)]
    else:
        before = [one for one in names if one.last < i]
        one = before[-1] if before else next((one for one in names if one.first > i), None)  # type: ignore[assignment]
    if one is not None:
        reading.attributes.add(one.first)
    if one is None and quantity is not None and quantity.unit == "bpm":
        at = reading.clause.items[i]
        return Mention((BEATS,), "attribute", at.start, at.end, -1, -1)
    return one
