"""Facts of the record: what tables, headers and labels state beside the picture, as the card declares it."""

import math
import re
from collections.abc import Iterator
from typing import Any, cast

from schemas import Concept, DatasetCard, Entry, Fact, LabelSpace, Notice, Record, Region, Stated
from schemas.level import LARGER
from schemas.stated import OWN, told

UNKNOWN = frozenset(
    (
        "", "-", "?", "nan", "none", "null", "n/a", "na", "nd", "unknown", "unk", "unspecified", "missing",
        "not available", "not applicable", "not reported", "not known", "not given",
    )
)  # fmt: skip
"""In lower case: what sources write where they know nothing."""
LONGEST = 80  # characters: what is longer is free text
FREE = re.compile(r"[.!?;]\s|[\n\r\t]|https?:|@|\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{4}")
"""Sentences, addresses and exact dates are never told, whatever column they stand in."""
WORDS = re.compile(r"[a-z]+(?:_[a-z]+)+")  # words that a code joins
AGE = re.compile(r"(?P<number>\d{1,3}(?:\.\d+)?)\s*(?P<unit>[ymwd]?)(?:ears?|r|o)?", re.IGNORECASE)
AGE_RANGE = re.compile(r"(?P<low>\d+)(?:\s*(?:-|to)\s*(?P<high>\d+)|(?P<open>\s*or (?:more|over|above)|\+))")
AGE_OVER = re.compile(r"(?:>|over\s)\s*(\d+)", re.IGNORECASE)
AGE_UNITS = {"y": "years", "m": "months", "w": "weeks", "d": "days"}
OLDEST_TOLD = 89  # years: above, an age points at a person (HIPAA, 45 CFR 164.514(b)(2)(i)(C))
CLOSED = ("attribute", "outcome", "treatment")  # where a card lists values, there are no others
Value = int | float | str


class UnsaidError(ValueError):
    """A value of which no fact can be made; the message says why."""


def with_facts(card: DatasetCard, space: LabelSpace, record: Record) -> tuple[Record, list[Notice]]:
    """The record with what its source states beside the picture, and a notice for each value that says nothing."""
    facts: list[Fact] = list(record.facts)
    notices: list[Notice] = []
    known = {_said(fact) for fact in facts}
    for name, declared, values in _values(card, record):
        for value in values:
            try:
                found = _fact(card, space, record, name, declared, value)
            except UnsaidError as error:
                notices.append(_notice(record, name, value, error))
                continue
            if found is not None and _said(found) not in known:
                known.add(_said(found))
                facts.append(found)
    for found in _labelled(card, space, record):
        if _said(found) not in known:
            known.add(_said(found))
            facts.append(found)
    numbered = tuple(fact.model_copy(update={"id": f"f{n}"}) for n, fact in enumerate(facts, 1))
    return (record.model_copy(update={"facts": numbered}) if numbered != record.facts else record), notices


def of_region(
    card: DatasetCard, space: LabelSpace, record: Record, region: Region
) -> tuple[Region, list[Notice]]:  # fmt: skip
    """The region with what its source states of it alone (`meta["stated"]`: facts), and a notice as above."""
    facts: list[Fact] = []
    notices: list[Notice] = []
    for name in sorted(region.meta):
        declared = card.layout.facts.get(name)
        if declared is None or declared.kind is None:
            continue
        try:
            found = _fact(card, space, record, name, declared, region.meta[name])
        except UnsaidError as error:
            notices.append(_notice(record, name, region.meta[name], error))
            continue
        if found is not None:
            facts.append(found.model_copy(update={"level": None}))
    if not facts:
        return region, notices
    rows = [fact.model_dump(mode="json", exclude_defaults=True) for fact in facts]
    return region.model_copy(update={"meta": {**region.meta, "stated": rows}}), notices


def _said(fact: Fact) -> tuple[Any, ...]:
    return fact.predicate, fact.name or fact.concept, fact.value, fact.regions, fact.unit


def _values(card: DatasetCard, record: Record) -> Iterator[tuple[str, Stated, list[Any]]]:
    """The values of a record's `meta` that the card makes facts of, in the order of their names."""
    for name in sorted(record.meta):
        declared = card.layout.facts.get(name)
        if name not in OWN and declared is not None and declared.kind not in (None, "phrase"):
            value = record.meta[name]
            yield name, declared, value if isinstance(value, list) else [value]


def _notice(record: Record, name: str, value: Any, error: UnsaidError) -> Notice:
    reason = f"{name} is {str(value)[:LONGEST]!r}: {error}; no fact is made of it"
    return Notice(kind="value", uri=record.sources[0].uri, item=name, reason=reason, record=record.key)


def _fact(
    card: DatasetCard, space: LabelSpace, record: Record, name: str, declared: Stated, raw: Any
) -> Fact | None:  # fmt: skip
    """The fact that a value states; None where it means nothing. Raises UnsaidError."""
    text = " ".join(str(raw).split())
    meaning = _meaning(text, declared)
    if meaning == "":
        return None
    if meaning is None and (text.casefold() in UNKNOWN or text in declared.unknown):
        raise UnsaidError("the source does not know it")
    if meaning is None and declared.values and declared.kind in CLOSED:
        raise UnsaidError("the card does not know this value: say under layout.facts what it means")
    text = meaning or text
    value, unit = _value(text, declared)
    label = declared.label or name.replace("_", " ")
    known = space.concept(declared.concept) if declared.concept is not None else None
    concept = known or Concept(system="TRIPTYCH", code=name.lower(), label=label)
    return _made(card, record, declared, label, concept, value, unit, _told_in(card, name))


def _meaning(text: str, declared: Stated) -> str | None:
    """What the card says that a value means, whatever its case; None where it says nothing of it."""
    if text in declared.values:
        return declared.values[text]
    known = {meaning.casefold(): meaning for meaning in declared.values.values() if meaning}
    known |= {raw.casefold(): meaning for raw, meaning in declared.values.items()}
    return known.get(text.casefold())


def _value(text: str, declared: Stated) -> tuple[Value, str | None]:
    """What a text says, with its unit. Raises UnsaidError."""
    if declared.kind == "phrase":
        return text, None
    if declared.kind == "age":
        return _age(text, declared.unit or "years")
    if declared.scale is not None:
        step = declared.scale.value(text)
        if step is None:
            scale = declared.scale
            raise UnsaidError(f"not on the scale {scale.name} from {scale.lowest} to {scale.highest}")
        return step, declared.unit
    if declared.kind in ("measurement", "score") or declared.unit is not None:
        return _number(text, declared), declared.unit
    if len(text) > LONGEST or FREE.search(text):
        raise UnsaidError("this is free text")
    return (text.replace("_", " ") if WORDS.fullmatch(text) else text), None


def _number(text: str, declared: Stated) -> Value:
    try:
        number = float(text)
    except ValueError as error:
        raise UnsaidError("no number") from error
    low, high = declared.within or (0.0, math.inf)
    if not math.isfinite(number) or not low <= number <= high:
        raise UnsaidError("a number that cannot be, or a code for what is not known")
    return int(number) if number.is_integer() else number


def _age(text: str, unit: str) -> tuple[Value, str]:
    """An age in its unit; what is above 89 years is told as that. Raises UnsaidError."""
    if match := AGE_OVER.fullmatch(text):
        number = min(int(match[1]), OLDEST_TOLD) if unit == "years" else int(match[1])
        return f"over {number}", unit
    if match := AGE_RANGE.fullmatch(text):
        if unit == "years" and int(match["low"]) > OLDEST_TOLD:
            return f"over {OLDEST_TOLD}", unit
        high = int(match["high"] or 0)
        upward = match["open"] or (unit == "years" and high > OLDEST_TOLD)
        return (f"{match['low']} or over" if upward else f"{match['low']} to {high}"), unit
    match = AGE.fullmatch(text)
    if match is None:
        raise UnsaidError("no age")
    years, unit = float(match["number"]), AGE_UNITS.get(match["unit"].lower(), unit)
    if unit == "years" and years > OLDEST_TOLD:
        return f"over {OLDEST_TOLD}", unit
    return (int(years) if years.is_integer() else years), unit


def _labelled(card: DatasetCard, space: LabelSpace, record: Record) -> Iterator[Fact]:
    """What labels of the whole image state that is no thing to be seen: grades, views, conditions of the person."""
    for presence in record.presence:
        if presence.state == "uncertain" or space.seen(presence.concept):
            continue
        slug = space.of(presence.concept).slug
        entry, declared = space.stated(slug) or _undeclared(space, slug)
        label = declared.label or entry.concept.label
        if presence.level in LARGER and declared.level in ("image", "slice"):
            declared = declared.model_copy(update={"level": presence.level})
        if declared.kind == "condition":
            yield _made(card, record, declared, label, entry.concept, presence.state, None, "")
        elif declared.kind is not None and presence.state == "present":
            text = declared.values.get(slug, presence.concept.label)
            value = text if declared.scale is None else declared.scale.value(text)
            if value is not None:
                yield _made(card, record, declared, label, entry.concept, value, None, "")


def _undeclared(space: LabelSpace, slug: str) -> tuple[Entry, Stated]:
    """An attribute of which catalog/attributes.yaml says nothing: as the kind of its parent that it is, or as there."""
    entry = space.get(slug)
    if entry.parents:
        return space.get(entry.parents[0]), Stated(kind="attribute")
    return entry, Stated(kind="attribute", values={slug: "present"})


def _told_in(card: DatasetCard, name: str) -> str:
    """The file that tells a name, by its pattern; "" where that is the image's own path or header."""
    if "told" not in card.memo:
        card.memo["told"] = told(card.layout.reader, card.layout.options)
    return cast("dict[str, str]", card.memo["told"]).get(name, "")


def _made(
    card: DatasetCard, record: Record, declared: Stated, label: str, concept: Concept, value: Value, unit: str | None,
    file: str,
) -> Fact:  # fmt: skip
    """The level of a single image is that of the whole record, where the record is a volume, a clip or a recording."""
    whole = record.kind in ("volume", "clip", "signal") and declared.level in ("image", "slice")
    return Fact(
        id="f0", predicate=str(declared.kind), value=value, unit=unit, concept=concept, scope="record",
        source=f"{card.id}: {file}" if file else card.id, name=label, level="volume" if whole else declared.level,
        scale=declared.scale, horizon=declared.horizon,
    )  # fmt: skip
