"""Rows of a delimited text with quotes (RFC 4180), where a quote that is not closed must not swallow other rows.

A quoted cell may run over lines, as reports do. It is taken for broken where the quotes do not add up, or where a line
inside it is by itself a row of this table: it has the table's number of cells, which begin as the other rows' do, and
those of codes and numbers look like the others'. The row that opens such a quote is at fault, and the rows after it are
read on their own.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

WORDY = 0.2  # the share of cells with blanks in them from which a column holds text, which has no form
FORMS = 0.1  # a column whose cells have more forms than this share of its rows has no form either
STRAY = 0.01  # the share of rows whose form may be that of lines of a broken cell
BROKEN = "a quote in it is not closed, or closes amid a cell: its text cannot be told"
DOUBLE = 0.05  # the share of cells that may be there twice in a column of keys
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")

Row = tuple[int, list[str], str]  # the line that it begins on, counted from 0; its cells; what is wrong with it


def rows(lines: Sequence[str], dialect: dict[str, Any], width: int | None = None) -> Iterator[Row]:
    """The rows of a text's lines. `dialect`: csv.reader's `delimiter` and `quotechar`. `width`: how many cells a row
    has; without it, as many as the first."""
    if not any(dialect["quotechar"] in line for line in lines):
        yield from ((n, cells, "") for n, cells in enumerate(csv.reader(lines, **dialect)))
        return
    form: Form | None = None
    at = 0
    while at < len(lines):
        for row, end, sound in _taken(lines, at, dialect):
            if sound and end == at + 1:
                yield at, row, ""
                at = end
                continue
            form = form or Form.of(lines, dialect, width)
            found, after = _several(lines, at, end, row, sound, form)
            yield from found
            at = after
            if after != end or not sound:
                break  # the lines from there on are read anew


def _taken(lines: Sequence[str], at: int, dialect: dict[str, Any]) -> Iterator[tuple[list[str], int, bool]]:
    """The rows from a line on: the cells of each, where it ends, and whether its quotes add up, which ends it."""
    reader = csv.reader(islice(lines, at, None), strict=True, **dialect)
    try:
        for cells in reader:
            yield cells, at + reader.line_num, True
    except csv.Error:
        yield [], at + reader.line_num, False


def _several(
    lines: Sequence[str], at: int, end: int, cells: list[str], sound: bool, form: "Form"
) -> tuple[list[Row], int]:  # fmt: skip
    """What is made of a row over several lines or with quotes that do not add up, and where the next one begins."""
    if end == at + 1 and not form.is_open(lines[at]):
        return [(at, form.alone(lines[at]), "")], end
    if not sound:
        after = (n for n in range(at + 1, len(lines)) if form.fits(lines[n]) or form.begins(lines, n))
        return [_broken(at, form, lines)], next(after, len(lines) if form.columns else at + 1)
    within = [n for n in range(at + 1, end) if lines[n].strip()]
    alone = [n for n in within if form.fits(lines[n], new=True)]
    if not alone:
        return [(at, cells, "")], end
    if len(alone) == len(within):
        return [_broken(at, form, lines)], at + 1
    fault = f"lies within a quote that line {at + 1} opens"  # which lines are the cell's own cannot be told
    return [_broken(at, form, lines), *((n, form.alone(lines[n]), fault) for n in alone)], end


def _broken(at: int, form: "Form", lines: Sequence[str]) -> Row:
    return at, form.alone(lines[at]), BROKEN


@dataclass(frozen=True)
class Column:
    """The cells of a column in rows that are sound: their forms, none where it holds text; their lengths; the cells
    themselves, where rows do not share them; and whether they begin with a blank."""

    forms: frozenset[str]
    lengths: frozenset[int]
    keys: frozenset[str]
    blank: bool

    @classmethod
    def of(cls, given: Sequence[str]) -> "Column":
        cells = [cell.strip() for cell in given]
        counts, keys = Counter(map(_form, cells)), frozenset(cells)
        forms = frozenset(form for form, count in counts.items() if count > STRAY * len(cells))
        wordy = sum(len(cell.split()) > 1 for cell in cells) > WORDY * len(cells)
        if wordy or not any(cells) or len(forms) > max(3, FORMS * len(cells)):
            forms = frozenset()
        blank = sum(cell[:1].isspace() for cell in given) > DOUBLE * len(cells)
        own = keys if forms and len(keys) > (1 - DOUBLE) * len(cells) else frozenset[str]()
        lengths = frozenset(len(cell) for cell in cells if _form(cell) in forms)
        return cls(forms, lengths, own, blank)

    def fits(self, cell: str, *, new: bool) -> bool:
        if cell[:1].isspace() and not self.blank:
            return False  # as after a comma in a sentence
        cell = cell.strip()
        if not self.forms:
            return True
        return _form(cell) in self.forms and (len(self.lengths) > 1 or len(cell) in self.lengths) and not (
            new and cell in self.keys
        )  # fmt: skip


@dataclass(frozen=True)
class Form:
    """What rows of a table look like: how many cells, and those of each column; no columns where none has a form."""

    dialect: dict[str, Any]
    width: int
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, lines: Sequence[str], dialect: dict[str, Any], width: int | None) -> "Form":
        whole, at, count = [], 0, width or 0
        while at < len(lines):
            for cells, end, sound in _taken(lines, at, dialect):
                count = count or len(cells)
                if sound and len(cells) == count:
                    whole.append(cells)
                at = end if sound else at + 1
        columns = tuple(map(Column.of, zip(*whole[0 if width else 1 :], strict=True)))
        return cls(dialect, count, columns if any(column.forms for column in columns) else ())

    def fits(self, line: str, *, new: bool = False) -> bool:
        """Whether a line is a row by itself, or the beginning of one whose last cell is still open. `new`: one that
        the table does not have elsewhere, as far as that can tell it from text."""
        delimiter, quote = self.dialect["delimiter"], self.dialect["quotechar"]
        if not self.columns or (delimiter not in line and self.width > 1):
            return False
        if quote not in line[:1] and not self.columns[0].fits(line.partition(delimiter)[0], new=False):
            return False
        cells = [cell.rstrip("\r\n") for cell in next(csv.reader([line], **self.dialect), [])]
        still_open = self.is_open(line)
        if cells and quote in cells[0]:
            return False  # the end of a cell that began elsewhere
        if len(cells) != self.width and not (still_open and len(cells) < self.width):
            return False
        told = list(zip(self.columns, cells[: len(cells) - still_open], strict=False))
        formed = sum(bool(column.forms) for column, _ in told)
        new = new and formed == 1  # a number alone may be one of a sentence
        return formed > 0 and all(column.fits(cell, new=new) for column, cell in told)

    def begins(self, lines: Sequence[str], at: int) -> bool:
        """Whether a quote that opens at the beginning of a line makes a whole row over several."""
        if not self.columns or lines[at][:1] != self.dialect["quotechar"]:
            return False
        cells, _, sound = next(_taken(lines, at, self.dialect), ([], at, False))
        pairs = zip(self.columns, cells, strict=False)
        return sound and len(cells) == self.width and all(column.fits(cell, new=False) for column, cell in pairs)

    def is_open(self, line: str) -> bool:
        """Whether a line ends inside a quote."""
        if self.dialect["quotechar"] not in line:
            return False
        try:
            next(csv.reader([line], strict=True, **self.dialect), None)
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def alone(self, line: str) -> list[str]:
        """The cells of one line, quotes amid or before the text of a cell being part of it where that fits."""
        plain = {**self.dialect, "quoting": csv.QUOTE_NONE, "quotechar": None}
        quote = self.dialect["quotechar"]
        cells = next(csv.reader([line], **plain), [])
        if len(cells) != self.width:
            return [cell.strip() for cell in next(csv.reader([line], **self.dialect), [])]
        return [
            cell[1:-1].replace(quote * 2, quote) if len(cell) > 1 and cell[0] == cell[-1] == quote else cell
            for cell in cells
        ]


def _form(cell: str) -> str:
    """A cell with its digits and its letters as one sign each: "P12_a.png" is "a9_a.a"."""
    return _LETTERS.sub("a", _DIGITS.sub("9", cell))
