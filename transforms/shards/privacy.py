"""What a published sample still tells of a person: in its texts and in the addresses of its sources."""

from collections.abc import Iterator
from typing import Any

from schemas import Sample
from transforms.shards.addresses import personal
from transforms.text.scrub import scrub

TEXTS = frozenset({"text", "answer", "choices", "document", "value", "phrase", "heading", "source_label", "rejected"})
"""Under these names of a sample's JSON lie words that people or tables wrote, or that were made of them."""


def left_in_texts(sample: Sample, dates_moved: bool) -> Iterator[tuple[int, str]]:
    """(1 for a text that was looked at, what is wrong with it or ""). Where something is, and of which kind, is told;
    what it is, is not. `dates_moved`: whole dates were moved and stand for others."""
    for where, text in _texts(sample.model_dump(mode="json"), "", False):
        kinds = {kind for start, end, kind in scrub(text).found if not (dates_moved and _whole(text[start:end], kind))}
        yield 1, f"{where}: holds {', '.join(sorted(kinds))}" if kinds else ""


def left_in_addresses(sample: Sample) -> Iterator[tuple[int, str]]:
    """The same of the parts of its sources' addresses, and of the names of its subjects."""
    paths = [("subject", sample.subject.partition("/")[2])]
    whose = [one.subject for one in sample.group.members if one.subject] if sample.group is not None else []
    paths += [("group.members", who.partition("/")[2]) for who in whose]
    for n, source in enumerate(sample.provenance.sources):
        paths += [(f"provenance.sources.{n}", path) for path in (source.uri, source.member or "")]
    for where, path in paths:
        yield 1, f"{where}: names a person" if any(map(personal, path.split("/"))) else ""


def _whole(words: str, kind: str) -> bool:
    return kind == "DATE" and scrub(words, 1).put[:1] not in ((), ("[DATE]",))


def _texts(value: Any, where: str, wanted: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if wanted:
            yield where, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, f"{where}.{name}".lstrip("."), name in TEXTS)
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from _texts(part, f"{where}.{n}", wanted)
