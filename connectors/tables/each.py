"""Rows one by one: a row at fault costs itself, and what it may have spoken of is not absent."""

from collections.abc import Callable, Iterable, Iterator

from connectors.base import RowFault
from connectors.drafts import Draft, ProblemDraft
from connectors.tables.lookup import Row


def each(
    rows: Iterable[Row], make: Callable[[Row], Iterable[Draft]],
    labels: Callable[[Row], tuple[str, ...] | None] | None = None,
) -> Iterator[Draft]:  # fmt: skip
    """What `make` says of each row, or the ProblemDraft of a row at fault. `labels`: what a row speaks of, as far as it
    can still be told; without it, or where that fails too, it may be anything."""
    for row in rows:
        try:
            found = list(make(row))
        except RowFault as fault:
            yield ProblemDraft(fault.notice(), _labels(row, labels))
            continue
        yield from found


def _labels(row: Row, labels: Callable[[Row], tuple[str, ...] | None] | None) -> tuple[str, ...] | None:
    try:
        return labels(row) if labels is not None else None
    except RowFault:
        return None
