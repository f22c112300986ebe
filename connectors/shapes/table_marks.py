"""What tables of boxes, points and masks share: whose label a row has, who made it, and on which picture it lies."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from nibabel.orientations import io_orientation
from pydantic import model_validator

from connectors import tables
from connectors.annotations.table import Votes, split, told
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, LabelDraft
from connectors.tables import Row
from schemas import MadeBy

Point = tuple[float, float]
_BETWEEN = re.compile(r"[\s,;\[\](){}]+")
# The view's name by the world axis (L, P, S) across it, and the world axis and direction of its x and of its y.
VIEWS = {0: ("sagittal", (1, 1), (2, -1)), 1: ("coronal", (0, 1), (2, -1)), 2: ("axial", (0, 1), (1, 1))}
SQUARE_TOLERANCE = 0.01  # as in transforms.media.geometry: pixels that are less square are resampled


class Options(tables.Table):
    """`label`: the column with a mark's label (`split_on` parts several; each gets the mark), or `constant`: the one
    label of all. `prefix` goes before it. `nothing`: {column: values} of rows that say that nothing was found.
    `reader`: the column with the person who drew it; `votes`: and what each of an image's readers draws, or says that
    nothing is there, is said of the image: uncertain where they differ, with who said what in `meta`.
    `score`: that of a model that `made_by` names. `aside`: as of masks, a further reader's outlines.
    `meta`: {name: column} to keep with each mark. `of`: the columns with the width and height of the picture that
    the coordinates are for, where it is another one than the image's; or those two numbers.
    `frame`: the column with the frame of a clip or the slice of a volume (counted from `frame_base` along the third
    axis, as are x along the first and y along the second); `frame_named`: it names the file of the slice, without its
    extension.
    """

    label: str | None = None
    constant: str | None = None
    split_on: str | None = None
    prefix: str = ""
    nothing: dict[str, str | tuple[str, ...]] = {}
    reader: str | None = None
    votes: bool = False
    aside: bool = False
    score: str | None = None
    made_by: MadeBy | None = None
    meta: dict[str, str] = {}
    of: tuple[str, str] | tuple[float, float] | None = None
    frame: str | None = None
    frame_base: int = 0
    frame_named: bool = False

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _labelled(self) -> "Options":
        if (self.label is None) == (self.constant is None):
            raise ValueError("set either `label` to the column with the labels or `constant` to the one label")
        if self.votes and self.reader is None:
            raise ValueError("`votes` needs `reader`, the column with who says it")
        if self.score is not None and (self.made_by is None or self.made_by.kind != "model"):
            raise ValueError("`score` needs `made_by`, the model that gave it")
        return self


def empty(row: Row, options: Options) -> bool:
    """Whether the row says that nothing was found."""
    return any(
        row[column] in ((values,) if isinstance(values, str) else values) for column, values in options.nothing.items()
    )


def labels(row: Row, options: Options) -> list[str]:
    """The labels of a row's marks. Raises RowFault when the cell is blank."""
    if options.constant is not None:
        return [f"{options.prefix}{options.constant}"]
    found = split(row, options.label or "", options.split_on)
    if not found:
        raise row.bad(f"something is marked and column {options.label!r} does not say what")
    return [f"{options.prefix}{label}" for label in found]


def maker(row: Row, options: Options) -> MadeBy | None:
    """Who made a row's marks; None where only the card says it."""
    if options.reader is not None and row[options.reader]:
        return MadeBy(kind="human", name=row[options.reader])
    if options.score is not None and options.made_by is not None:
        return options.made_by.model_copy(update={"score": row.number(options.score)})
    return options.made_by


def votes(rows: Sequence[Row], options: Options) -> Iterator[Draft]:
    """What the readers of an image say of it as a whole, a row at fault saying nothing."""
    drawn: dict[str, set[str]] = {}
    for row in rows:
        try:
            drawn.setdefault(row[options.reader or ""], set()).update(labels(row, options))
        except RowFault:
            continue
    every = sorted({label for own in drawn.values() for label in own})
    said: Votes = {
        label: {who: "present" if label in own else "absent" for who, own in drawn.items()} for label in every
    }
    for label, own in said.items():
        yield LabelDraft(label, "present" if set(own.values()) == {"present"} else "uncertain")
    yield from told(said)


def meta(row: Row, options: Options) -> dict[str, Any]:
    told = {name: row[column] for name, column in options.meta.items() if row[column]}
    return {**told, "aside": True} if options.aside else told


@dataclass(frozen=True)
class Board:
    """The picture that a mark lies on: its frame, its size in pixels, and the table's (x, y) made its own."""

    frame: str
    width: float
    height: float
    place: Callable[[float, float], Point]


def board(image: Image, row: Row, options: Options, *, scale: bool = False) -> Board:
    """Where a row's marks lie. `scale`: its numbers are parts of the width and the height. Raises Unreadable."""
    shape = image.geometry.shape
    if len(shape) == 3 and image.geometry.affine is not None:
        if options.frame is None:
            raise Unreadable(image.path, "a volume needs `frame`, the column with a mark's slice")
        frame, width, height, turned = _slice(image, row, index(image, row, options.frame, options))
        columns, lines = shape[0], shape[1]
    else:
        lines, columns = image.size
        frame, width, height, turned = "voxel", columns, lines, _same
        if options.frame is not None and len(shape) == 3:
            frame = f"frame:{index(image, row, options.frame, options)}"
    drawn_on = (1.0, 1.0) if scale else of(row, options) or (float(columns), float(lines))
    fx, fy = columns / drawn_on[0], lines / drawn_on[1]
    return Board(frame, width, height, lambda x, y: turned(x * fx, y * fy))


def _same(x: float, y: float) -> Point:
    return x, y


def of(row: Row, options: Options) -> tuple[float, float] | None:
    if options.of is None:
        return None
    width, height = (row.number(value) if isinstance(value, str) else value for value in options.of)
    if not width or not height or width < 0 or height < 0:
        raise row.bad(f"columns {options.of} do not say how large the marked picture is")
    return width, height


def index(image: Image, row: Row, column: str, options: Options) -> int:
    """The frame or the slice that a row names. Raises RowFault."""
    if options.frame_named:
        if row[column] not in image.slices:
            raise row.bad(f"column {column!r}: {row[column]!r} is the file of no slice of {image.path}")
        return image.slices.index(row[column])
    count = image.geometry.shape[2 if image.geometry.affine is not None else 0]
    value = row.number(column)
    if value is None or value != int(value) or not 0 <= value - options.frame_base < count:
        raise row.bad(f"column {column!r}: {row[column]!r} is none of {count} slices or frames")
    return int(value) - options.frame_base


def _slice(image: Image, row: Row, k: int) -> tuple[str, float, float, Callable[[float, float], Point]]:
    """The view across a volume's third axis, in the radiological convention that the samples follow."""
    axes = io_orientation(np.asarray(image.geometry.affine))  # array axis -> (world axis, sign)
    array_axis = {int(world): (axis, int(sign)) for axis, (world, sign) in enumerate(axes)}
    plane, (wx, sx), (wy, sy) = VIEWS[int(axes[2][0])]
    (ax, fx), (ay, fy) = array_axis[wx], array_axis[wy]
    counts, spacing = image.geometry.shape, image.geometry.spacing_mm
    if spacing is None:
        raise row.bad(f"{image.path} has no spacing to show a slice in")
    width, height = counts[ax], counts[ay]
    dx, dy = spacing[ax], spacing[ay]
    if abs(dx - dy) > SQUARE_TOLERANCE * min(dx, dy):
        side = min(dx, dy)
        width, height = max(1, round(width * dx / side)), max(1, round(height * dy / side))

    def turned(i: float, j: float) -> Point:
        x, y = (i, j)[ax] / counts[ax], (i, j)[ay] / counts[ay]
        return (1 - x if fx * sx < 0 else x) * width, (1 - y if fy * sy < 0 else y) * height

    return f"{plane}:{k}", width, height, turned


def numbers(row: Row, column: str) -> list[float | None]:
    """The numbers in a cell, whatever stands between them; None for "nan"."""
    return [row.parse(column, text) for text in _BETWEEN.split(row[column]) if text]


def whole(row: Row, found: Sequence[float | None]) -> list[float]:
    """The numbers of one mark. Raises RowFault when some are blank."""
    there = [number for number in found if number is not None]
    if len(there) != len(found):
        raise row.bad(f"{len(found) - len(there)} of a mark's {len(found)} numbers are blank")
    return there


def marked(image: Image, options: Options, *, join: bool = False) -> tuple[list[Row], list[Draft]]:
    """The image's rows without those that merely repeat an earlier one; and that it was looked at, and which rows say
    the same, where rows are not `join`ed to one mark, whose outline may come back to a point."""
    rows, repeated = tables.distinct(tables.rows(image, options))
    said: list[Draft] = [ExaminedDraft(rows[0].file)] if rows else []
    return rows, said if join else [*said, *repeated]
