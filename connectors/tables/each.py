"""Entries one by one: one at fault costs itself, and what it may have spoken of is not absent."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from connectors.base import RowFault
from connectors.drafts import Draft, ProblemDraft

Entry = TypeVar("Entry")


def each(
    entries: Iterable[Entry], make: Callable[[Entry], Iterable[Draft]],
    labels: Callable[[Entry], Iterable[str] | None] | None = None,
) -> Iterator[Draft]:  # fmt: skip
    """What `make` says of each row or other entry, or the ProblemDraft of one at fault. `labels`: what an entry speaks
    of, as far as it can still be told; without it, or where that fails too, it may be anything."""
    for entry in entries:
        try:
            found = list(make(entry))
        except RowFault as fault:
            yield ProblemDraft(fault.notice(), _labels(entry, labels))
            continue
        yield from found


def _labels(entry: Entry, labels: Callable[[Entry], Iterable[str] | None] | None) -> tuple[str, ...] | None:
    try:
        found = labels(entry) if labels is not None else None
        return None if found is None else tuple(found)
    except RowFault:
        return None
