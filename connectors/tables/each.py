"""Entries one by one: one at fault costs itself, and what it may have spoken of is not absent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from connectors.base import RowFault
from connectors.drafts import Draft, ProblemDraft
from connectors.tables.row import Row
from schemas import Notice

SHOWN = 4  # lines in a reason
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


def distinct(rows: Sequence[Row]) -> tuple[list[Row], list[ProblemDraft]]:
    """Rows without those that repeat an earlier one in every cell, and how many say the same."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault((row.fault, *row.cells.values()), []).append(row)
    return [same[0] for same in found.values()], [_repeated(same) for same in found.values() if len(same) > 1]


def _repeated(same: Sequence[Row]) -> ProblemDraft:
    reason = f"{len(same)} rows say the same (lines {', '.join(str(row.line) for row in same[:SHOWN])}): counted once"
    notice = Notice(kind="file", uri=same[0].file, line=same[0].line, item=same[0].key or None, reason=reason)
    return ProblemDraft(notice, ())


def _labels(entry: Entry, labels: Callable[[Entry], Iterable[str] | None] | None) -> tuple[str, ...] | None:
    try:
        found = labels(entry) if labels is not None else None
        return None if found is None else tuple(found)
    except RowFault:
        return None
