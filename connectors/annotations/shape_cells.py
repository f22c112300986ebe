"""Boxes, ellipses and polygons together in one cell, each with a code of its kind: "0 5 6 20 21;2 1 1 9 1 9 9"."""

from collections.abc import Iterator, Sequence
from typing import Literal

from connectors import tables
from connectors.assemble import Image
from connectors.drafts import Draft, RegionDraft
from connectors.shapes import ovals, table_marks
from connectors.tables import Row
from schemas import BoxShape, EllipseShape, PolygonShape

Code = Literal["box", "ellipse", "polygon"]


class Options(table_marks.Options):
    """`cell`: the column with the shapes; a blank one was looked at and has none. `codes`: what the first number of a
    shape says; a box and an ellipse (upright) are given by two opposite corners of their bounding box, a polygon by its
    corners, in pixels as boxes are. `around`: ellipses were drawn about things, and are not their outlines. `between`:
    what stands between shapes. `clip`: shapes may leave the image."""

    cell: str
    codes: dict[str, Code]
    between: str = ";"
    clip: bool = False
    around: bool = False

    __hash__ = tables.Table.__hash__


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A shape of an unknown code, without area or outside the image is a problem."""
    rows, said = table_marks.marked(image, options)
    yield from said
    yield from tables.each(rows, lambda row: _shapes(image, row, options), lambda row: table_marks.labels(row, options))


def _shapes(image: Image, row: Row, options: Options) -> Iterator[Draft]:
    texts = [text.strip() for text in row[options.cell].split(options.between)]
    there = [text for text in texts if text and not table_marks.empty(row, options)]
    if not there:
        return
    labels, maker, meta = (
        table_marks.labels(row, options), table_marks.maker(row, options), table_marks.meta(row, options),
    )  # fmt: skip

    def one(text: str) -> Iterator[Draft]:
        shape, frame = _shape(image, row, text, options)
        yield from (RegionDraft(label, shape, frame, maker, meta) for label in labels)

    yield from tables.each(there, one, lambda _: labels)


def _shape(image: Image, row: Row, text: str, options: Options) -> tuple[BoxShape | EllipseShape | PolygonShape, str]:
    code, _, rest = text.partition(" ")
    if code not in options.codes:
        raise row.bad(f"column {options.cell!r}: {code!r} is no code of a shape; there are {', '.join(options.codes)}")
    numbers = table_marks.whole(row, [row.parse(options.cell, part) for part in rest.split()])
    kind = options.codes[code]
    fits = len(numbers) >= 6 and len(numbers) % 2 == 0 if kind == "polygon" else len(numbers) == 4
    if not fits:
        raise row.bad(f"column {options.cell!r}: {len(numbers)} numbers make no {kind}")
    board = table_marks.board(image, row, options)
    corners = [board.place(x, y) for x, y in zip(numbers[0::2], numbers[1::2], strict=True)]
    x0, y0, x1, y1 = _bounds(row, corners, board, options)
    if kind == "box":
        return BoxShape(xyxy=(x0, y0, x1, y1)), board.frame
    if kind == "ellipse":
        (ax, ay), (bx, by) = corners
        oval = (ax + bx) / 2, (ay + by) / 2, abs(bx - ax) / 2, abs(by - ay) / 2, 0.0
        if options.around:
            return ovals.shape(*oval, lambda x, y: (x, y)), board.frame
        corners = ovals.ring(*oval)
    return PolygonShape(rings=(tuple(corners),)), board.frame


def _bounds(
    row: Row, corners: Sequence[table_marks.Point], board: table_marks.Board, options: Options
) -> tuple[float, float, float, float]:
    """The bounding box within the image."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    whole = (min(xs), min(ys), max(xs), max(ys))
    inside = (max(whole[0], 0.0), max(whole[1], 0.0), min(whole[2], board.width), min(whole[3], board.height))
    if whole[0] == whole[2] or whole[1] == whole[3]:
        raise row.bad(f"the shape {whole} has no area")
    if inside[0] >= inside[2] or inside[1] >= inside[3] or (inside != whole and not options.clip):
        raise row.bad(f"the shape {whole} leaves an image of {board.width:g} x {board.height:g} pixels")
    return inside
