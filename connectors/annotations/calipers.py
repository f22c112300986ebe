"""The two diameters of a measured thing from a table, by the ends of both (RECIST: the longest, and one across it)."""

import math
from collections.abc import Iterator, Sequence

from pydantic import model_validator

from connectors import tables
from connectors.assemble import Image
from connectors.drafts import Draft, RegionDraft
from connectors.shapes import table_marks
from connectors.tables import Row
from schemas import LineShape

NUMBERS = 8  # x and y of the ends of two lines


class Options(table_marks.Options):
    """`columns`: x, y, x, y of one line and then of the other, or one column whose cell holds all of them; on the axes
    of a box, or counted from 1 (`one_based`). The line that is longer, in millimetres where the image knows them, has
    the row's label with " long" after it, the other " short"."""

    columns: tuple[str, ...]
    one_based: bool = False

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _fits(self) -> "Options":
        if len(self.columns) not in (1, NUMBERS):
            raise ValueError(f"two lines take {NUMBERS} `columns`, or one that holds all")
        return self


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A row whose numbers are no two lines, or leave the image, is a problem; a blank one has none."""
    rows, said = table_marks.marked(image, options)
    yield from said
    yield from tables.each(
        rows, lambda row: _lines(image, row, options),
        lambda row: [f"{label} {which}" for label in table_marks.labels(row, options) for which in ("long", "short")],
    )  # fmt: skip


def _lines(image: Image, row: Row, options: Options) -> Iterator[Draft]:
    if table_marks.empty(row, options) or not any(row[column] for column in options.columns):
        return
    single = len(options.columns) == 1
    cells = table_marks.numbers(row, options.columns[0]) if single else [row.number(name) for name in options.columns]
    numbers = table_marks.whole(row, cells)
    if len(numbers) != NUMBERS:
        raise row.bad(f"{len(numbers)} numbers are no two lines from x, y to x, y")
    board = table_marks.board(image, row, options)
    lines = [_line(row, numbers[n : n + 4], board, options) for n in (0, 4)]
    x, y = (image.geometry.spacing_mm or (1.0, 1.0))[:-3:-1]
    lines.sort(key=lambda line: -math.dist(*((px * x, py * y) for px, py in line.points)))
    maker, meta = table_marks.maker(row, options), table_marks.meta(row, options)
    for label in table_marks.labels(row, options):
        yield RegionDraft(f"{label} long", lines[0], board.frame, maker, meta)
        yield RegionDraft(f"{label} short", lines[1], board.frame, maker, meta)


def _line(row: Row, numbers: Sequence[float], board: table_marks.Board, options: Options) -> LineShape:
    first = 1.0 if options.one_based else 0.0
    points = tuple(board.place(x - first, y - first) for x, y in (numbers[:2], numbers[2:]))
    if not all(0 <= x <= board.width and 0 <= y <= board.height for x, y in points):
        raise row.bad(f"the line leaves an image of {board.width:g} x {board.height:g} pixels")
    return LineShape(points=points)
