"""Landmarks, lines, outlines, circles and ellipses from tables, or from a text file of points beside each image."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import model_validator

from connectors import tables
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, RegionDraft
from connectors.shapes import ovals, table_marks
from connectors.tables import Row
from schemas import BallShape, LineShape, PointShape, PolygonShape
from schemas.region import Shape

COUNTS = {"circle": 3, "ellipse": 5, "chords": 4}
Points = list[tuple[float, ...]]


class Options(table_marks.Options):
    """`columns`: the coordinates of a row's points, x and y (and z, with `dimensions: 3`) of the first, of the second,
    and so on; or one column whose cell holds them all. `names`: what each is; `name`: the column that says it.

    `shape`: point; line (open, through its points); polygon; circle (x, y, radius); ellipse (x, y, the half axes, the
    angle from x to y); chords (x and y of either end of each line across an outline). `join`: all rows of one label,
    maker and frame, and of one value in the columns of `group`, are one shape. `first`: how many rows of it to leave
    out, `most`: how many to take then. `around`: a circle or an ellipse was drawn about the thing, and is not its
    outline. `axes: full`: their sizes are diameters. `degrees`: the angle is in degrees. Coordinates are those of a box
    unless `pixel_centres` (0 is the centre of the first pixel), `one_based` (counted from 1), `normalised` (parts of
    the width and the height) or `y_up` (from the lower edge) says otherwise. `pixel_size`: the column with the
    millimetres of a pixel, where they are in millimetres of the picture. With `dimensions: 3` they are voxels (i, j,
    k), their centres whole numbers, or with `world`, LPS or RAS, millimetres of the patient; `diameter` is the column
    with that of what lies at the point, in mm. `clip` keeps outlines that leave the image, and passes over points that
    lie outside.
    """

    columns: tuple[str, ...]
    dimensions: Literal[2, 3] = 2
    names: tuple[str, ...] = ()
    name: str | None = None
    shape: Literal["point", "line", "polygon", "circle", "ellipse", "chords"] = "point"
    around: bool = False
    diameter: str | None = None
    join: bool = False
    group: tuple[str, ...] = ()
    first: int = 0
    most: int | None = None
    axes: Literal["half", "full"] = "half"
    degrees: bool = False
    pixel_centres: bool = False
    one_based: bool = False
    normalised: bool = False
    y_up: bool = False
    pixel_size: str | None = None
    world: Literal["LPS", "RAS"] | None = None
    clip: bool = False

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _fits(self) -> "Options":
        count, each = len(self.columns), COUNTS.get(self.shape, self.dimensions)
        if count != 1 and (count % each or (self.shape in COUNTS and count != each)):
            raise ValueError(f"shape: {self.shape} takes {each} `columns`, or one that holds them all")
        if self.names and len(self.names) * self.dimensions != count:
            raise ValueError(f"{count} `columns` hold {count // self.dimensions} points, and `names` names others")
        if self.dimensions == 3 and self.shape != "point":
            raise ValueError(f"shape: {self.shape} lies in a plane; `dimensions` is 2")
        if (self.world is not None or self.diameter is not None) and self.dimensions == 2:
            raise ValueError("`world` and `diameter` need `dimensions: 3`")
        if self.around and self.shape not in ("circle", "ellipse"):
            raise ValueError(f"`around` is of circles and ellipses, not of shape: {self.shape}")
        return self


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A point that is half blank or outside the image is a problem; so is an outline with such a point."""
    groups: dict[tuple[object, ...], list[Row]] = {}

    def grouped(row: Row) -> Iterator[Draft]:
        if not table_marks.empty(row, options) and any(row[column] for column in options.columns):
            groups.setdefault(_group(row, options) if options.join else (len(groups),), []).append(row)
        yield from ()

    def labels(row: Row) -> list[str]:
        return table_marks.labels(row, options)

    given, said = table_marks.marked(image, options, join=options.join)
    yield from said
    yield from tables.each(given, grouped, labels)
    yield from tables.each(groups.values(), lambda rows: _shapes(image, rows, options), lambda rows: labels(rows[0]))


def _group(row: Row, options: Options) -> tuple[object, ...]:
    columns = (*options.group, *(column for column in (options.frame, options.reader) if column))
    return (*table_marks.labels(row, options), *(row[column] for column in columns))


def _shapes(image: Image, rows: Sequence[Row], options: Options) -> Iterator[Draft]:
    row = rows[0]
    labels, maker, meta = (
        table_marks.labels(row, options),
        table_marks.maker(row, options),
        table_marks.meta(row, options),
    )
    found: Shape | None
    if options.shape != "point":
        board = table_marks.board(image, row, options, scale=options.normalised)
        found, frame = _drawn(image, rows, board, options), board.frame
    else:
        points, frame = _Points(image, options), "voxel"
        yield from tables.each(_kept(rows, options), points.add, lambda _: labels)
        found = _ball(_kept(rows, options), points, options) or points.shape()
        if len(image.geometry.shape) == 3 and image.geometry.affine is None:
            frame = table_marks.board(image, row, options).frame
    if found is not None:
        yield from (RegionDraft(label, found, frame, maker, meta) for label in labels)


def _drawn(image: Image, rows: Sequence[Row], board: table_marks.Board, options: Options) -> Shape:
    """A line, an outline, or an ellipse around something."""
    row, line = rows[0], options.shape == "line"
    numbers = _sized(rows, options)

    def place(x: float, y: float) -> tuple[float, float]:
        return board.place(*_on_picture(image, row, x, y, options))

    placed = tuple(place(x, y) for x, y in _ring(rows, numbers, options))
    xs, ys = [x for x, _ in placed], [y for _, y in placed]
    what = "line" if line else "outline"
    if len(placed) < (2 if line else 3):
        raise row.bad(f"{len(placed)} points are no {what}")
    inside = min(xs) >= 0 and min(ys) >= 0 and max(xs) <= board.width and max(ys) <= board.height
    touches = max(xs) > 0 and max(ys) > 0 and min(xs) < board.width and min(ys) < board.height
    if not touches or not (inside or (options.clip and not line)):
        allowed = "" if line else "; `clip` allows it"
        raise row.bad(f"the {what} leaves an image of {board.width:g} x {board.height:g} pixels{allowed}")
    if options.around:
        return ovals.shape(*_oval(rows, numbers, options), place)
    return LineShape(points=placed) if line else PolygonShape(rings=(placed,))


def _ball(rows: Sequence[Row], found: "_Points", options: Options) -> BallShape | None:
    """A point with the diameter that the row gives; None where it gives none, or there is no one point."""
    diameter = rows[0].number(options.diameter) if options.diameter is not None and len(rows) == 1 else None
    if diameter is None or len(found.points) != 1:
        return None
    if diameter <= 0:
        raise rows[0].bad(f"column {options.diameter!r}: {diameter:g} mm is no diameter")
    i, j, k = found.points[0]
    return BallShape(centre=(i, j, k), diameter_mm=diameter)


def _rows_of(rows: Sequence[Row], options: Options) -> list[list[float]]:
    """The numbers of each row, without the rows at the beginning that are none of the shape."""
    return [table_marks.whole(row, _cells(row, options)) for row in _kept(rows, options)]


def _kept(rows: Sequence[Row], options: Options) -> Sequence[Row]:
    return rows[options.first :][: options.most]


def _cells(row: Row, options: Options) -> Sequence[float | None]:
    """The numbers of a row, None where one is blank."""
    if len(options.columns) == 1:
        return table_marks.numbers(row, options.columns[0])
    return [row.number(column) for column in options.columns]


def _sized(rows: Sequence[Row], options: Options) -> list[list[float]]:
    """The numbers of each row, in pixels."""
    found = _rows_of(rows, options)
    if options.pixel_size is not None:
        size = rows[0].number(options.pixel_size)
        if not size or size < 0:
            raise rows[0].bad(f"column {options.pixel_size!r}: {rows[0][options.pixel_size]!r} is no size of a pixel")
        turn = options.shape == "ellipse"
        found = [[v if turn and n == 4 else v / size for n, v in enumerate(numbers)] for numbers in found]
    if options.shape in COUNTS and any(len(numbers) != COUNTS[options.shape] for numbers in found):
        raise rows[0].bad(f"a {options.shape} has {COUNTS[options.shape]} numbers, and there are others")
    return found


def _ring(rows: Sequence[Row], found: list[list[float]], options: Options) -> list[tuple[float, float]]:
    """The outline, or the points of a line, in the table's own units."""
    if options.shape in ("polygon", "line"):
        flat = [value for numbers in found for value in numbers]
        return list(zip(flat[0::2], flat[1::2], strict=len(flat) % 2 == 0))
    if options.shape == "chords":
        return [(n[0], n[1]) for n in found] + [(n[2], n[3]) for n in reversed(found)]
    return ovals.ring(*_oval(rows, found, options))


def _oval(rows: Sequence[Row], found: list[list[float]], options: Options) -> tuple[float, float, float, float, float]:
    """Centre, half axes and angle of a row's circle or ellipse, in the table's own units."""
    if len(found) != 1:
        raise rows[0].bad(f"{len(found)} rows are joined to one {options.shape}")
    scale = 0.5 if options.axes == "full" else 1.0
    x, y, a, *rest = found[0]
    b, angle = rest if rest else (a, 0.0)
    if a <= 0 or b <= 0:
        raise rows[0].bad(f"a {options.shape} with axes {a:g} and {b:g} has no area")
    return x, y, a * scale, b * scale, math.radians(angle) if options.degrees else angle


def _on_picture(image: Image, row: Row, x: float, y: float, options: Options) -> tuple[float, float]:
    """A point with the origin that boxes have, still in the units of the picture that was marked."""
    shift = (0.5 if options.pixel_centres else 0.0) - (1.0 if options.one_based else 0.0)
    if not options.y_up:
        return x + shift, y + shift
    shape = image.geometry.shape
    lines = shape[1] if image.geometry.affine is not None and len(shape) == 3 else image.size[0]
    drawn_on = table_marks.of(row, options)
    height = 1.0 if options.normalised else drawn_on[1] if drawn_on else float(lines)
    return x + shift, height - (y + shift)


@dataclass
class _Points:
    """The points of a landmark, or of several: (x, y) on a picture, (i, j, k) in a volume."""

    image: Image
    options: Options
    points: Points = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, row: Row) -> Iterator[Draft]:
        """Takes the points of a row; what is wrong with one costs that one."""

        def one(point: tuple[int, list[float | None]]) -> Iterator[Draft]:
            n, cells = point
            placed = _placed(self.image, row, table_marks.whole(row, cells), self.options)
            if placed is not None:
                own = (
                    self.options.names[n] if self.options.names else row[self.options.name] if self.options.name else ""
                )
                self.points.append(placed)
                self.names.append(own)
            yield from ()

        yield from tables.each(
            enumerate(_points(row, self.options)), one, lambda _: table_marks.labels(row, self.options)
        )

    def shape(self) -> PointShape | None:
        """None when no point is inside."""
        names = tuple(self.names) if any(self.names) else ()
        return PointShape(points=tuple(self.points), names=names) if self.points else None


def _points(row: Row, options: Options) -> Iterator[list[float | None]]:
    """The coordinates of each point of a row; those that are wholly blank give an empty list."""
    size, cells = options.dimensions, _cells(row, options)
    if len(cells) % size:
        raise row.bad(f"{len(cells)} numbers are no points of {size}")
    for n in range(0, len(cells), size):
        part = cells[n : n + size]
        yield [] if all(value is None for value in part) else list(part)


def _placed(image: Image, row: Row, numbers: list[float], options: Options) -> tuple[float, ...] | None:
    if not numbers:
        return None
    volume = len(image.geometry.shape) == 3 and image.geometry.affine is not None
    if volume:
        point, limits = _voxel(image, row, numbers, options), image.geometry.shape
        inside = all(-0.5 <= value <= count - 0.5 for value, count in zip(point, limits, strict=True))
    elif options.dimensions == 3:
        raise Unreadable(image.path, f"a grid of {image.geometry.shape} has no place for points in space")
    else:
        board = table_marks.board(image, row, options, scale=options.normalised)
        point = board.place(*_on_picture(image, row, numbers[0], numbers[1], options))
        inside = 0 <= point[0] <= board.width and 0 <= point[1] <= board.height
    if not inside and not options.clip:
        where = ", ".join(f"{value:g}" for value in point)
        raise row.bad(f"the point ({where}) is outside {image.geometry.shape}; `clip` passes over it")
    return point if inside else None


def _voxel(image: Image, row: Row, numbers: list[float], options: Options) -> tuple[float, ...]:
    """The voxel (i, j, k) of a point in the patient, of one given in voxels, or of one on a slice."""
    if options.world is not None:
        flip = -1.0 if options.world == "RAS" else 1.0  # LPS is RAS with the first two axes turned round
        world = np.array([flip * numbers[0], flip * numbers[1], numbers[2], 1.0])
        return tuple(float(v) for v in np.linalg.solve(np.asarray(image.geometry.affine, float), world)[:3])
    if len(numbers) == 3:
        return tuple(value - (1.0 if options.one_based else 0.0) for value in numbers)
    x, y = (value - 0.5 for value in _on_picture(image, row, numbers[0], numbers[1], options))
    if options.frame is None:
        raise Unreadable(image.path, "a volume needs `frame`, the column with a point's slice")
    return x, y, float(table_marks.index(image, row, options.frame, options))
