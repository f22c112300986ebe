"""Tables whose rows are the data: questions, reports and captions as documents, or pictures held in Parquet cells.

A row is a record; or all rows with one value in a column (`one_per`), where a set repeats a picture or a passage with
each of its questions. Labels and questions of a row come from the annotation formats, over the same file: with
`number: row`, `key: row` and `match: "{row}"`, or the column of `one_per` in place of the row's number.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import model_validator

from connectors import archives, assemble, base, tables
from connectors.base import Found, Item, RowFault, Unreadable
from connectors.headers import parquet_cells, picture_file
from connectors.tables import Row
from connectors.tables.nested import FAULT
from connectors.tables.source import check, tidy
from connectors.tables.strings import LINE
from schemas import DatasetCard, Geometry, LabelSpace, Record, SourceFile

VERSION = "1"
_PLACE = re.compile(r"(?:(.*)/)?\[(\d+)\]", re.S)


class TextTable(tables.Source):
    """How the table is written; the reader's `files` say where."""

    file: str = ""

    __hash__ = tables.Source.__hash__


class Options(assemble.Common):
    """`table`: how it is written. `image`: Parquet columns with a picture, or a list of them: a record each; of several
    columns some may be blank. `text`: columns of the text, with `headings` before each, blank ones left out; those in
    `lists` hold several passages. `fields`: {field: column} for columns whose name no template can hold. `row` is the
    row's number, from 0."""

    subject: str | tuple[str, ...] = "{stem} {row}"
    table: TextTable = TextTable()
    one_per: str | None = None
    image: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    fields: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _has_something(self) -> "Options":
        if not self.image and not self.text:
            raise ValueError("a row is an `image` or a `text`: name its columns")
        if self.headings and len(self.headings) != len(self.text):
            raise ValueError("give each column of `text` a heading, or none")
        return self


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    """A table that cannot be read is one item: reading it says why."""
    options = base.options(card, Options)
    for path, fields in assemble.paths(root, options):
        uri, member = archives.split(root, path)
        try:
            places = _places(root, path, options)
        except Unreadable:
            yield base.item(root, card.id, uri, member=member, published=(path,))
            continue
        group = assemble.companions(root, card, options, path, fields)
        for place in places:
            row = f"{member}/[{place}]" if member else f"[{place}]"
            yield base.item(root, card.id, uri, group, row, published=(path,))


def _places(root: Path, path: str, options: Options) -> list[int]:
    found = tables.frame(root, path, options.table)
    if set(found.columns) == {LINE, FAULT}:
        raise Unreadable(path, "no column holds text or numbers, which rows are told apart by")
    if options.one_per is None:
        return list(range(found.height))
    check(path, tidy(options.one_per), found.columns)
    firsts = found.with_row_index("\x00n").group_by(tidy(options.one_per), maintain_order=True).agg(pl.first("\x00n"))
    return [int(n) for n in firsts["\x00n"]]


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    member, place = _split(item.member)
    path = assemble.where(item.model_copy(update={"member": member}))
    if place is None:
        _places(root, path, options)  # says what is wrong with the table
        raise Unreadable(path, "the table has changed since it was listed; list it again")
    found, lost = _rows(root, path, options, place)
    first, text = found[0], _text(found, options)
    fields = {**first.cells, **{name: first[column] for name, column in options.fields.items()}, "row": str(place)}
    for media in _media(root, item.uri, member, path, place, options, first, text):
        media = assemble.Media(**{**vars(media), "fields": {**fields, **media.fields}})
        for row in assemble.rows(root, card, space, options, path, media):
            if isinstance(row, Record):
                written = "\n\n".join(part for part in (text, row.text) if part) or None
                kind = row.text_kind or ("caption" if options.image and text else None)
                row = row.model_copy(update={"text": written, "text_kind": kind})
            yield row
    yield from (fault.notice() for fault in lost)


def _split(member: str | None) -> tuple[str | None, int | None]:
    """The archive's member that the table is, and the row."""
    found = _PLACE.fullmatch(member) if member else None
    return (found[1], int(found[2])) if found else (member, None)


def _rows(root: Path, path: str, options: Options, place: int) -> tuple[list[Row], list[RowFault]]:
    """The rows of a record, and what is wrong with those that cannot be read. Raises Unreadable when none can be, or
    when they are no longer there."""
    found = tables.frame(root, path, options.table)
    if place >= found.height:
        raise Unreadable(path, f"row {place} is not there: the table has {found.height}")
    part = found[place : place + 1]
    if options.one_per is not None:
        column = tidy(options.one_per)
        part = found.filter(pl.col(column).eq_missing(pl.lit(part[column][0])))
    rows, lost = [], []
    for cells in part.iter_rows(named=True):
        line, fault = cells.pop(LINE), cells.pop(FAULT)
        row = Row(path, line, {name: value or "" for name, value in cells.items()})
        if fault:
            lost.append(row.bad(fault))
        else:
            rows.append(row)
    if not rows:
        raise lost[0]
    return rows, lost


def _media(
    root: Path, uri: str, member: str | None, path: str, place: int, options: Options, row: Row, text: str
) -> Iterator[assemble.Media]:
    if not options.image:
        if not text:
            raise row.bad(f"columns {', '.join(options.text)} are blank: a document without text")
        source = base.source_file(root, uri, member, f"[{place}]")
        geometry = Geometry(shape=(len(text),))
        yield assemble.Media("document", "text", VERSION, geometry, (source,), source.select)
        return
    several = len(options.image) > 1  # image_1, image_2 ...: not every row fills them all
    cells = (parquet_cells.pictures(root, uri, member, row, column, place, blank=several) for column in options.image)
    found = [picture for cell in cells for picture in cell]
    if not found:
        raise row.bad(f"columns {', '.join(options.image)} hold no picture")
    for name, data in found:
        yield _picture(path, base.source_file(root, uri, member, f"[{place}].{name}"), name, data)


def _picture(path: str, source: SourceFile, name: str, data: bytes) -> assemble.Media:
    rows, columns, pages = picture_file.header(Path(), f"{path}#{source.select}", None, data)
    if pages > 1:
        raise Unreadable(path, f"{source.select}: a picture of {pages} pages")
    geometry = Geometry(shape=(rows, columns))
    turns = picture_file.turns(Path(), f"{path}#{source.select}", None, data)
    return assemble.Media("image", "cell", VERSION, geometry, (source,), source.select, {"column": name}, turns=turns)


def _text(rows: list[Row], options: Options) -> str:
    """The text of a record; what several rows repeat is there once."""
    headings = options.headings or ("",) * len(options.text)
    parts: dict[str, None] = {}
    for row in rows:
        for column, heading in zip(options.text, headings, strict=True):
            cell = row[column]
            if column in options.lists and cell:
                cell = "\n\n".join(str(part) for part in _listed(row, column, cell))
            if cell:
                parts[f"{heading}: {cell}" if heading else cell] = None
    return "\n\n".join(parts)


def _listed(row: Row, column: str, cell: str) -> list[Any]:
    """The parts of a cell that holds a list or a mapping in JSON's or Python's notation. Raises Unreadable."""
    found = tables.literal(row, column, cell)
    if not isinstance(found, list | tuple | dict):
        raise row.bad(f"column {column!r}: {cell[:60]!r} is no list")
    return list(found.values() if isinstance(found, dict) else found)
