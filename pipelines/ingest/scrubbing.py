"""Personal data out of what was read, before anything of it is stored: texts, questions, captions, notices."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from connectors.base import Found, has_own_key, pseudonym
from schemas import Notice, Record, Region, SpanShape
from transforms.text.scrub import Scrubbed, scrub
from transforms.text.scrub import scrubbed as values

MOST_DAYS = 3287  # nine years
FILES = "annotations"  # where labels lie: paths, which have to be found again
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


def scrubbed(found: Iterable[Found]) -> Iterator[Found]:
    """What was read of a unit, without personal data in its free texts. Spans of characters move with their text."""
    texts: dict[str, Scrubbed] = {}
    days: dict[str, int | None] = {}
    for thing in found:
        if isinstance(thing, Record):
            days[thing.key] = days_of(thing.subject)
            record = _record(thing, texts, days[thing.key])
            yield record
            if len(record.facts) < len(thing.facts):
                reason = f"{len(thing.facts) - len(record.facts)} values hold personal data: no fact is made of them"
                yield Notice(kind="value", uri=record.sources[0].uri, reason=reason, record=record.key)
        elif isinstance(thing, Region):
            yield _region(thing, texts.get(thing.record), days.get(thing.record))
        else:
            yield _notice(thing) if isinstance(thing, Notice) else thing


def days_of(subject: str) -> int | None:
    """By how many days the dates of a person are moved, so that intervals stay: one to ten years back, keyed. None
    without a key of one's own, because anybody could work out the move: then dates are taken out."""
    if not has_own_key():
        return None
    return -(365 + int(pseudonym("days", subject), 16) % MOST_DAYS)


def _record(record: Record, texts: dict[str, Scrubbed], days: int | None) -> Record:
    changed: dict[str, Any] = {}
    if record.text is not None:
        done = texts[record.key] = scrub(record.text, days)
        if done.found:
            changed["text"] = done.text
            if record.kind == "document":
                changed["geometry"] = record.geometry.model_copy(update={"shape": (len(done.text),)})
    meta = {name: value if name == FILES else _value(name, value, days) for name, value in record.meta.items()}
    if meta != record.meta:
        changed["meta"] = meta
    facts = [fact for fact in record.facts if not _tells(fact.value)]
    if len(facts) < len(record.facts):
        changed["facts"] = tuple(fact.model_copy(update={"id": f"f{n}"}) for n, fact in enumerate(facts, 1))
    return record.model_copy(update=changed) if changed else record


def _value(name: str, value: Any, days: int | None) -> Any:
    return values({name: value}, days=days)[name]


def _tells(value: Any) -> bool:
    """Whether what a fact states is personal: nothing of it would be left to tell."""
    return isinstance(value, str) and bool(scrub(value).found)


def _region(region: Region, text: Scrubbed | None, days: int | None) -> Region:
    changed: dict[str, Any] = {}
    shape = region.shape
    if text is not None and text.found and isinstance(shape, SpanShape) and shape.unit == "char":
        start, end = text.moved(shape.start, shape.end)
        changed["shape"] = shape.model_copy(update={"start": start, "end": end})
    meta = {name: _value(name, value, days) for name, value in region.meta.items()}
    if "stated" in meta:
        meta["stated"] = [fact for fact in region.meta["stated"] if not _tells(fact.get("value"))]
    if meta != region.meta:
        changed["meta"] = meta
    return region.model_copy(update=changed) if changed else region


def _notice(notice: Notice) -> Notice:
    """A notice quotes what it is about, which may be a question or a cell of prose."""
    item = scrub(notice.item).text if notice.item and " " in notice.item else notice.item
    reason = quoted(notice.reason)
    same = (item, reason) == (notice.item, notice.reason)
    return notice if same else notice.model_copy(update={"item": item, "reason": reason})


def quoted(reason: str) -> str:
    """A reason without personal data in the prose that it quotes. Names of files stay: they say where to look."""
    return _QUOTED.sub(lambda match: scrub(match.group()).text if " " in match.group() else match.group(), reason)
