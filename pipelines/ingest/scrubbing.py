"""Personal data out of what was read, before anything of it is stored: texts, questions, captions, notices."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from connectors.base import Found
from schemas import Notice, Record, Region, SpanShape
from transforms.text.scrub import Scrubbed, scrub
from transforms.text.scrub import scrubbed as values

FILES = "annotations"  # where labels lie: paths, which have to be found again
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


def scrubbed(found: Iterable[Found]) -> Iterator[Found]:
    """What was read of a unit, without personal data in its free texts. Spans of characters move with their text."""
    texts: dict[str, Scrubbed] = {}
    for thing in found:
        if isinstance(thing, Record):
            record = _record(thing, texts)
            yield record
        elif isinstance(thing, Region):
            yield _region(thing, texts.get(thing.record))
        else:
            yield _notice(thing) if isinstance(thing, Notice) else thing


def _record(record: Record, texts: dict[str, Scrubbed]) -> Record:
    changed: dict[str, Any] = {}
    if record.text is not None:
        done = texts[record.key] = scrub(record.text)
        if done.found:
            changed["text"] = done.text
            if record.kind == "document":
                changed["geometry"] = record.geometry.model_copy(update={"shape": (len(done.text),)})
    meta = {name: value if name == FILES else values({name: value})[name] for name, value in record.meta.items()}
    if meta != record.meta:
        changed["meta"] = meta
    return record.model_copy(update=changed) if changed else record


def _region(region: Region, text: Scrubbed | None) -> Region:
    changed: dict[str, Any] = {}
    shape = region.shape
    if text is not None and text.found and isinstance(shape, SpanShape) and shape.unit == "char":
        start, end = text.moved(shape.start, shape.end)
        changed["shape"] = shape.model_copy(update={"start": start, "end": end})
    meta = values(region.meta)
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
