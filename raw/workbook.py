"""Spreadsheets, which hold a cell far down and far right as a table of all cells before it."""

import io
import re
import zipfile

from raw import budget
from raw.refusal import Unreadable

CELL = 32  # bytes that the library holds for a cell, empty or not
SHEETS = re.compile(r"(xl/worksheets/.+\.xml|content\.xml)", re.S)
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d+)"')


def check_workbook(uri: str, data: bytes) -> None:
    """Raises Unreadable when a spreadsheet takes too much memory (ECMA-376, 18.3.1.4: `r` is a cell's place). Older
    ones, which are no zip, have at most 65,536 rows of 256 cells."""
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        infos = [info for info in book.infolist() if not info.is_dir()]
        budget.memory(uri, sum(info.file_size for info in infos), "unpacking it")
        for info in infos:
            if SHEETS.fullmatch(info.filename):
                _check_sheet(uri, book.read(info))


def _check_sheet(uri: str, xml: bytes) -> None:
    rows = columns = 0
    for letters, number in PLACE.findall(xml):
        rows = max(rows, int(number))
        columns = max(columns, _column(letters))
    budget.memory(uri, rows * columns * CELL, f"a sheet of {rows:,} rows and {columns:,} columns")
    if sum(map(int, REPEATED.findall(xml))) * CELL > budget.limit(budget.MAX_BYTES):
        raise Unreadable(uri, "a sheet that repeats its cells more often than can be held")


def _column(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
