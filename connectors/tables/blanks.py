"""What is to be told once of a table's columns: blank cells, which nothing else tells of, and numbers spelt in several
ways."""

from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from connectors.base import Unreadable
from connectors.tables import lookup
from connectors.tables.nested import FAULT
from connectors.tables.row import COLUMN
from connectors.tables.source import tidy
from connectors.tables.strings import LINE
from schemas import Notice


def blanks(
    root: Path, table: lookup.Table, columns: Collection[str], classes: Collection[str], values: Collection[str]
) -> Iterator[Notice]:  # fmt: skip
    """A notice for each column that is blank in some rows of a file, with their number and the first of them. Columns
    that are blank for the most part, taken together, say only what is there (the findings that a report names): their
    blanks are nothing to tell. So is each of `values` and of `classes` for itself; but one of `classes` that is blank
    throughout is told. A table of one image alone is not looked through, nor one whose rows may lack cells; one that
    cannot be read is told by the images that need it."""
    if table.key is None or table.ragged:
        return
    for path, index in _files(root, table):
        whole = index.table.filter(pl.col(FAULT) == "")
        empty = {
            name: whole.filter(pl.col(tidy(name)) == "")
            for name in dict.fromkeys((*columns, *values, *classes)) if tidy(name) in whole.columns
        }  # fmt: skip
        for group in (columns, *((name,) for name in values), tuple(classes)):
            own = [name for name in group if name in empty]
            count = sum(empty[name].height for name in own)
            if 2 * count >= len(own) * whole.height and not (count == whole.height and group == tuple(classes)):
                empty = {name: rows for name, rows in empty.items() if name not in own}
        for column, rows in empty.items():
            if rows.height:
                yield _blank(path, rows, whole.height, table, column)


def spelt(root: Path, table: lookup.Table, columns: Collection[str]) -> Iterator[Notice]:
    """A notice for each column of identifiers that writes one number in several ways: one identifier is read of it."""
    if table.key is None:
        return
    for path, index in _files(root, table):
        for column in columns:
            ways: dict[str, list[str]] = {}
            for cell, number in sorted(index.spellings(column).items()):
                ways.setdefault(number, []).append(cell)
            many = {number: cells for number, cells in ways.items() if len(cells) > 1}
            for number, cells in list(many.items())[:1]:
                said = " and ".join(map(repr, cells))
                reason = f"column {column!r} writes {said}; {len(many):,} of its numbers are spelt so: one id each"
                yield Notice(kind="file", uri=path, item=number, reason=reason)


def _files(root: Path, table: lookup.Table) -> list[tuple[str, lookup.Index]]:
    """The files of a table; none where one cannot be read."""
    try:
        return list(lookup.each_file(root, table))
    except Unreadable:
        return []


def _blank(path: str, empty: pl.DataFrame, count: int, table: lookup.Table, column: str) -> Notice:
    first = empty.row(0, named=True)
    key = table.key if isinstance(table.key, str) else (table.key or ("",))[0]
    names = [key] if tidy(key) in empty.columns else COLUMN.findall(key)
    item = " ".join(first[tidy(name)] for name in names if first.get(tidy(name)))
    reason = f"column {column!r} is blank in {empty.height:,} of {count:,} rows, of which this is the first: "
    return Notice(kind="file", uri=path, line=first[LINE], item=item or None, reason=f"{reason}it says nothing there")
