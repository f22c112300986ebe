"""Boxes from a table: a row for each, or several in a cell."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

from pydantic import model_validator

from connectors import tables
from connectors.assemble import Image
from connectors.drafts import Draft, RegionDraft
from connectors.shapes import table_marks
from connectors.tables import Row
from schemas import BoxShape

Four = tuple[float, float, float, float]
SLACK = 1e-3  # pixels by which rounding may carry a box over the edge


class Options(table_marks.Options):
    """`columns`: those with a box's numbers in the order that `box` says, or one column whose cell holds them, several
    boxes one after the other. `keys`: that cell is a list of objects with these names in them.

    `box`: xywh, yxhw (corner and size), xyxy, yxyx (two corners), cxcywh (centre and size), corners (x and y of four).
    Numbers are the edges of pixels, counted from 0, unless `one_based` (from 1) or `inclusive` (the far corner names
    the last pixel inside) says otherwise; `normalised`: they are parts of the width and the height; `y_up`: y is
    counted from the lower edge (of a picture that was shown upside down). A row whose numbers are blank was looked at
    and has no box. `clip` cuts what leaves the image; `skip_empty` passes over boxes without area; otherwise each is a
    fault of its box.
    """

    columns: tuple[str, ...]
    box: Literal["xywh", "yxhw", "xyxy", "yxyx", "cxcywh", "corners"]
    keys: tuple[str, ...] = ()
    normalised: bool = False
    one_based: bool = False
    inclusive: bool = False
    y_up: bool = False
    clip: bool = False
    skip_empty: bool = False

    __hash__ = tables.Table.__hash__

    @property
    def count(self) -> int:
        return 8 if self.box == "corners" else 4

    @model_validator(mode="after")
    def _fits(self) -> "Options":
        if len(self.columns) not in (1, self.count) or len(self.keys) not in (0, self.count):
            raise ValueError(f"box: {self.box} takes {self.count} `columns` (or one that holds all) and as many `keys`")
        if self.inclusive and self.box not in ("xyxy", "yxyx", "corners"):
            raise ValueError(f"box: {self.box} has a size, and no far corner to be inclusive")
        return self


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A box that is half blank, without area or outside the image is a problem of its row."""
    rows, said = table_marks.marked(image, options)
    yield from said
    if options.votes:
        yield from table_marks.votes(rows, options)
    yield from tables.each(
        rows, lambda row: _boxes(image, row, options), lambda row: tuple(table_marks.labels(row, options))
    )


def _boxes(image: Image, row: Row, options: Options) -> Iterator[Draft]:
    nothing = table_marks.empty(row, options)
    found = [] if nothing else _numbers(row, options)
    named = row[options.label] if options.label and not nothing and not found else ""
    if named and any(image.card.layout.labels.get(label) for label in table_marks.labels(row, options)):
        raise row.bad(f"it names {named!r} and says not where; set `nothing` if that means that there is none")
    if found:
        board = table_marks.board(image, row, options, scale=options.normalised)
        labels, maker, meta = (
            table_marks.labels(row, options),
            table_marks.maker(row, options),
            table_marks.meta(row, options),
        )

        def one(given: object) -> Iterator[Draft]:
            box = _box(image, row, given, board, options)
            if box is not None:
                yield from (RegionDraft(label, BoxShape(xyxy=box), board.frame, maker, meta) for label in labels)

        yield from tables.each(found, one, lambda _: labels)


def _box(image: Image, row: Row, given: object, board: table_marks.Board, options: Options) -> Four | None:
    """One box of a row, in pixels of its picture; None where it may be passed over. Raises RowFault."""
    numbers = _keyed(row, options.columns[0], given, options.keys) if options.keys else given
    corners = _corners(table_marks.whole(row, cast("list[float | None]", numbers)), options)
    if options.y_up:
        corners = _upright(corners, image, row, options)
    return _placed(row, corners, board, options)


def _numbers(row: Row, options: Options) -> list[Any]:
    """The numbers of each box of a row, or the object that holds them; none where they are blank."""
    if len(options.columns) == options.count:
        cells = [row.number(column) for column in options.columns]
        return [] if all(cell is None for cell in cells) else [cells]
    (column,) = options.columns
    cell = row[column]
    if not cell:
        return []
    if options.keys:
        return _list(row, column, cell)
    flat = table_marks.numbers(row, column)
    if len(flat) % options.count:
        raise row.bad(f"column {column!r}: {len(flat)} numbers are no boxes of {options.count}")
    return [flat[n : n + options.count] for n in range(0, len(flat), options.count)]


def _list(row: Row, column: str, cell: str) -> list[Any]:
    found = tables.literal(row, column, cell)
    return found if isinstance(found, list) else [found]


def _keyed(row: Row, column: str, entry: object, keys: Sequence[str]) -> list[float | None]:
    if not isinstance(entry, dict) or any(key not in entry for key in keys):
        raise row.bad(f"column {column!r}: {str(entry)[:60]} has no {', '.join(keys)}")
    return [row.parse(column, str(entry[key])) for key in keys]


def _corners(n: Sequence[float], options: Options) -> Four:
    """x0, y0, x1, y1 between pixels, in the table's own units."""
    if options.box == "corners":
        x0, y0, x1, y1 = min(n[0::2]), min(n[1::2]), max(n[0::2]), max(n[1::2])
    elif options.box in ("xywh", "yxhw"):
        x, y, w, h = n if options.box == "xywh" else (n[1], n[0], n[3], n[2])
        x0, y0, x1, y1 = x, y, x + w, y + h
    elif options.box == "cxcywh":
        x0, y0, x1, y1 = n[0] - n[2] / 2, n[1] - n[3] / 2, n[0] + n[2] / 2, n[1] + n[3] / 2
    else:
        x0, y0, x1, y1 = n if options.box == "xyxy" else (n[1], n[0], n[3], n[2])
    first, last = -1.0 if options.one_based else 0.0, 1.0 if options.inclusive else 0.0
    return x0 + first, y0 + first, x1 + first + last, y1 + first + last


def _upright(box: Four, image: Image, row: Row, options: Options) -> Four:
    """A box whose y is counted from the lower edge, with y counted from the upper one."""
    drawn_on = table_marks.of(row, options)
    height = 1.0 if options.normalised else drawn_on[1] if drawn_on else float(image.size[0])
    return box[0], height - box[3], box[2], height - box[1]


def _placed(row: Row, box: Four, board: table_marks.Board, options: Options) -> Four | None:
    """The box in pixels of its picture; None where it has no area and may be passed over."""
    if box[2] < box[0] or box[3] < box[1]:
        raise row.bad(f"the box {_round(box)} ends before it begins: is it {options.box}?")
    ax, ay = board.place(box[0], box[1])
    bx, by = board.place(box[2], box[3])
    x0, y0, x1, y1 = min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
    if x0 == x1 or y0 == y1:
        if options.skip_empty:
            return None
        raise row.bad(f"the box {_round(box)} has no area; set `skip_empty` to pass over it")
    inside = (max(x0, 0.0), max(y0, 0.0), min(x1, board.width), min(y1, board.height))
    over = max(abs(a - b) for a, b in zip((x0, y0, x1, y1), inside, strict=True))
    if inside[0] >= inside[2] or inside[1] >= inside[3] or (over > SLACK and not options.clip):
        where = f"an image of {board.width:g} x {board.height:g} pixels"
        raise row.bad(f"the box {_round((x0, y0, x1, y1))} is not within {where}; `clip` cuts what leaves it")
    return inside


def _round(box: Four) -> tuple[float, ...]:
    return tuple(round(value, 3) for value in box)
