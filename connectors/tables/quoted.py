"""Rows of a delimited text with quotes (RFC 4180), where a quote that is not closed must not swallow other rows.

A quoted cell may run over lines, as reports do. It is taken for broken where the quotes do not add up, or where a line
inside it is by itself a row of this table: it has the table's number of cells, and those of codes and numbers look
like the other rows'. The row that opens such a quote is at fault, and the rows after it are read on their own.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

WORDY = 0.2  # the share of cells with blanks in them from which a column holds text, which has no form
FORMS = 0.1  # a column whose cells have more forms than this share of its rows has no form either
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")

Row = tuple[int, list[str], str]  # the line that it begins on, counted from 0; its cells; what is wrong with it


def rows(lines: Sequence[str], dialect: dict[str, Any]) -> Iterator[Row]:
    """The rows of a text's lines, blank ones left out. `dialect`: csv.reader's `delimiter` and `quotechar`."""
    form: Form | None = None
    at = 0
    while at < len(lines):
        end, cells, sound = _take(lines, at, dialect)
        if sound and end == at + 1:
            yield at, cells, ""
            at = end
            continue
        form = form or Form.of(lines, dialect)
        found, at = _several(lines, at, end, cells, sound, form)
        yield from found


def _several(
    lines: Sequence[str], at: int, end: int, cells: list[str], sound: bool, form: "Form"
) -> tuple[list[Row], int]:  # fmt: skip
    """What is made of a row over several lines or with quotes that do not add up, and where the next one begins."""
    if end == at + 1 and not form.is_open(lines[at]):
        return [(at, form.alone(lines[at]), "")], end
    within = [n for n in range(at + 1, end) if lines[n].strip()]
    if sound:
        alone = [n for n in within if form.fits(lines[n])]
        if not alone:
            return [(at, cells, "")], end
        if len(alone) < len(within):  # which lines are the cell's own cannot be told: none is read
            fault = f"lies within a quote that line {at + 1} opens"
            return [_broken(at, form, lines), *((n, form.alone(lines[n]), fault) for n in alone)], end
        return [_broken(at, form, lines)], at + 1
    after = next((n for n in range(at + 1, len(lines)) if form.fits(lines[n])), len(lines) if form.columns else at + 1)
    return [_broken(at, form, lines)], after


def _broken(at: int, form: "Form", lines: Sequence[str]) -> Row:
    return at, form.alone(lines[at]), "a quote in it is not closed, or closes amid a cell: its text cannot be told"


def _take(lines: Sequence[str], at: int, dialect: dict[str, Any]) -> tuple[int, list[str], bool]:
    """The row that begins on a line: where it ends, its cells, and whether its quotes add up."""
    reader = csv.reader((lines[n] for n in range(at, len(lines))), strict=True, **dialect)
    try:
        cells = next(reader)
    except csv.Error:
        return at + max(1, reader.line_num), [], False
    return at + reader.line_num, cells, True


@dataclass(frozen=True)
class Form:
    """What the rows of a table look like: how many cells, and the forms of those in columns that have one."""

    dialect: dict[str, Any]
    width: int
    columns: dict[int, tuple[frozenset[str], frozenset[int]]]

    @classmethod
    def of(cls, lines: Sequence[str], dialect: dict[str, Any]) -> "Form":
        whole = [cells for cells in csv.reader(lines, **dialect) if any(cells)][1:]
        width = Counter(map(len, whole)).most_common(1)[0][0] if whole else 0
        whole = [cells for cells in whole if len(cells) == width]
        columns = {}
        for n in range(width):
            cells = [row[n].strip() for row in whole]
            forms = frozenset(map(_form, cells))
            wordy = sum(len(cell.split()) > 1 for cell in cells) > WORDY * len(cells)
            if not wordy and any(cells) and len(forms) <= max(3, FORMS * len(cells)):
                columns[n] = forms, frozenset(map(len, cells))
        return cls(dialect, width, columns)

    def fits(self, line: str) -> bool:
        """Whether a line is a row by itself, or the beginning of one whose last cell is still open."""
        cells = next(csv.reader([line], **self.dialect), [])
        still_open = self.is_open(line)
        if len(cells) != self.width and not (still_open and len(cells) < self.width):
            return False
        told = [n for n in self.columns if n < len(cells) - still_open]
        return bool(told) and all(self._has_form(n, cells[n].strip()) for n in told)

    def _has_form(self, column: int, cell: str) -> bool:
        forms, lengths = self.columns[column]
        return _form(cell) in forms and (len(lengths) > 1 or len(cell) in lengths)

    def is_open(self, line: str) -> bool:
        """Whether a line ends inside a quote."""
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
