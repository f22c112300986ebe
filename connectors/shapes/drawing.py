"""What formats of drawn objects share: their files, and boxes, outlines and points brought onto the image."""

import json
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import field_validator

from connectors import archives, base, patterns, walking
from connectors.assemble import Image
from connectors.base import LayoutError, RowFault, Unannotated, Unreadable
from connectors.shapes import absent
from raw import confine, markup, streams
from schemas import BoxShape, PointShape, PolygonShape, TurnedBoxShape

SLACK = 0.01  # pixels by which rounding may carry a box over the edge
Ring = Sequence[Sequence[float]]


class Options(base.Options):
    """`file`: a pattern over the image's fields; fields still open are searched for. `prefix` goes before each label,
    `names` says the label of what the file writes (a list: of 0, 1, 2 ...). `clip` cuts what leaves the image and
    passes over what lies outside; `skip_empty` passes over what has no area; otherwise each is a fault of its object.
    """

    file: str
    prefix: str = ""
    names: Mapping[str, str] = {}
    clip: bool = False
    skip_empty: bool = False

    @field_validator("names", mode="before")
    @classmethod
    def _of_text(cls, given: Any) -> Any:
        """YAML reads 1 as a number, and what files say is text."""
        pairs = given.items() if isinstance(given, Mapping) else enumerate(given) if isinstance(given, list) else None
        return given if pairs is None else {str(said): label for said, label in pairs}

    def named(self, said: object) -> str:
        """The label of what the file says."""
        return self.prefix + self.names.get(str(said), str(said))


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from found(root, options.file, fields)


def found(root: Path, file: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The files of a pattern for an image with these fields."""
    bound = patterns.bind(file, fields)
    if patterns.plain(bound):
        return tuple(path for path, _ in walking.find(root, bound, {}))
    return _walked(root, bound)


@lru_cache(maxsize=64)
def _walked(root: Path, bound: str) -> tuple[str, ...]:
    return tuple(path for path, _ in walking.find(root, bound, {}))


def present(image: Image, file: str, missing: str) -> tuple[str, ...]:
    """The files of an image; what `missing` says where there is none: "refuse" (Unreadable), "unannotated" (none),
    "notice" (Unannotated: likewise, and it is told), or "nothing" (the path of the one that is not there: the source
    looked and left it out; where no image has one, they lie elsewhere, and it is told)."""
    paths = found(image.root, file, image.fields)
    there = tuple(path for path in paths if archives.there(image.root, path))
    if there or missing == "unannotated":
        return there
    named = patterns.bind(file, image.fields)
    if missing == "refuse":
        raise Unreadable(named, f"the file is not there; {image.path} needs it, or `missing` says what that means")
    if missing == "notice" or not absent.somewhere(image, file):
        raise Unannotated(named, f"the file is not there: {image.path} counts as not annotated by it")
    return (named,)


def stamp(root: Path, path: str) -> tuple[int, int]:
    """Size and time of change of the file or archive at a path: a cache's key. Raises Unreadable."""
    try:
        stat = confine.stat(root, archives.split(root, path)[0])
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Unreadable(path, "the file is not there") from error
    return stat.st_size, stat.st_mtime_ns


def data(root: Path, path: str) -> bytes:
    """A file's bytes, from inside an archive or not. Raises Unreadable."""
    uri, member = archives.split(root, path)
    try:
        with base.open_file(root, uri, member) as file:
            return streams.all_of(path, file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Unreadable(path, "the file is not there") from error
    except base.BAD_ARCHIVE as error:
        raise Unreadable(path, f"cannot be read from its archive: {error}") from error
    except OSError as error:
        raise Unreadable(path, f"the file cannot be read: {error.strerror or error}") from error


def text(root: Path, path: str) -> str:
    """A text file as UTF-8. Raises Unreadable."""
    try:
        return data(root, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(path, f"byte {error.start} is no UTF-8") from error


def parsed(root: Path, path: str) -> Any:
    """A JSON file. Raises Unreadable with the line."""
    try:
        return markup.from_json(path, text(root, path))
    except json.JSONDecodeError as error:
        raise Unreadable(path, f"line {error.lineno}, column {error.colno}: {error.msg}: not JSON") from error


def tree(root: Path, path: str) -> ET.Element:
    """The root element of an XML file. Raises Unreadable with the line."""
    try:
        return markup.from_xml(path, data(root, path))
    except ET.ParseError as error:
        raise Unreadable(path, f"line {error.position[0]}: not XML: {error}") from error


@contextmanager
def formed(file: str, where: str | None = None) -> Iterator[None]:
    """What a file of another form than its tool's makes of the reading becomes Unreadable: `null` for a list, and so
    on, which no reader can ask for at every step. `where`: the entry that it is a fault of, and of no other."""
    try:
        yield
    except (Unreadable, LayoutError):
        raise
    except (AttributeError, TypeError, LookupError, ValueError, OverflowError) as error:
        reason = f"its form is another than expected: {type(error).__name__}: {error}"
        raise (RowFault(file, reason, item=where) if where else Unreadable(file, reason)) from error


def number(file: str, where: str, value: object) -> float:
    """A finite number. Raises RowFault."""
    try:
        out = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise RowFault(file, f"{str(value)[:40]!r} is no number", item=where) from error
    if not math.isfinite(out):
        raise RowFault(file, f"{value!r} is no number", item=where)
    return out


@dataclass(frozen=True)
class Board:
    """The image that a file's objects are drawn on. `x0`, `y0`: where it lies on what the file's numbers are for, as a
    tile does on its slide, in the file's pixels; `scale`: the image's pixels for one of the file's. What lies on other
    tiles is passed over and what crosses a tile's edge is cut there."""

    width: float
    height: float
    options: Options
    x0: float = 0.0
    y0: float = 0.0
    scale: float = 1.0
    tile: bool = False

    def box(self, file: str, where: str, xyxy: Sequence[float]) -> BoxShape | None:
        """A half-open box; None where it may be passed over. Raises RowFault."""
        left, top, right, bottom = xyxy
        shown = f"the box {tuple(round(value, 3) for value in xyxy)}"
        if right < left or bottom < top:
            raise RowFault(file, f"{shown} ends before it begins", item=where)
        if right == left or bottom == top:
            if self.options.skip_empty:
                return None
            raise RowFault(file, f"{shown} has no area; set `skip_empty` to pass over it", item=where)
        (x0, y0), (x1, y1) = self._own(left, top), self._own(right, bottom)
        inside = (max(x0, 0.0), max(y0, 0.0), min(x1, self.width), min(y1, self.height))
        if inside[0] >= inside[2] or inside[1] >= inside[3]:
            self._outside(file, where, shown)
            return None
        over = max(abs(a - b) for a, b in zip((x0, y0, x1, y1), inside, strict=True))
        if over > SLACK and not (self.options.clip or self.tile):
            self._outside(file, where, shown)
        return BoxShape(xyxy=inside)

    def polygon(self, file: str, where: str, rings: Sequence[Ring], holes: Sequence[bool] = ()) -> PolygonShape | None:
        """An outline as drawn; what leaves a tile or a clipped image is cut. None where it may be passed over: without
        area, or away from a tile or a clipped image. Raises RowFault."""
        flags = list(holes) or [False] * len(rings)
        placed: list[tuple[tuple[tuple[float, float], ...], bool]] = []
        for ring, hole in zip(rings, flags, strict=True):
            points = tuple(self._own(x, y) for x, y in ring)
            points = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
            if len(points) >= 3 and not _on_a_line(points):
                placed.append(
                    (cut(points, self.width, self.height) if self.tile or self.options.clip else points, hole)
                )
            elif not self.options.skip_empty:
                reason = f"an outline of {len(ring)} points has no area; set `skip_empty` to pass over it"
                raise RowFault(file, reason, item=where)
        placed = [(points, hole) for points, hole in placed if points]
        if all(hole for _, hole in placed):
            return None
        every = np.concatenate([np.asarray(points) for points, hole in placed if not hole])
        (left, top), (right, bottom) = every.min(0), every.max(0)
        shown = f"the outline from {(round(left, 1), round(top, 1))} to {(round(right, 1), round(bottom, 1))}"
        if left >= self.width or top >= self.height or right <= 0 or bottom <= 0:
            self._outside(file, where, shown)
            return None
        over = max(-left, -top, right - self.width, bottom - self.height)
        if over > SLACK and not (self.options.clip or self.tile):
            self._outside(file, where, shown)
        return PolygonShape(
            rings=tuple(points for points, _ in placed),
            holes=tuple(hole for _, hole in placed) if any(hole for _, hole in placed) else (),
        )

    def turned(self, file: str, where: str, corners: Ring) -> TurnedBoxShape | None:
        """A box by its four corners; None where its centre is off a tile or a clipped image, or it may be passed over.
        Raises RowFault."""
        a, b, c, d = (self._own(x, y) for x, y in corners)
        shown = f"the box with corners {tuple((round(x, 1), round(y, 1)) for x, y in (a, b, c, d))}"
        if _on_a_line((a, b, c, d)):
            if self.options.skip_empty:
                return None
            raise RowFault(file, f"{shown} has no area; set `skip_empty` to pass over it", item=where)
        x, y = (sum(side) / 4 for side in zip(a, b, c, d, strict=True))
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            self._outside(file, where, shown)
            return None
        return TurnedBoxShape(corners=(a, b, c, d))

    def points(self, file: str, where: str, given: Ring, names: Sequence[str] = ()) -> PointShape | None:
        """Named points; None where none is on a tile or a clipped image. Raises RowFault where one is outside."""
        kept: list[tuple[float, float]] = []
        called: list[str] = []
        for n, (x, y) in enumerate(given):
            px, py = self._own(x, y)
            if -SLACK <= px <= self.width + SLACK and -SLACK <= py <= self.height + SLACK:
                kept.append((px, py))
                called.extend(names[n : n + 1])
            else:
                self._outside(file, where, f"the point {(round(x, 2), round(y, 2))}")
        return PointShape(points=tuple(kept), names=tuple(called)) if kept else None

    def _own(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.x0) * self.scale, (y - self.y0) * self.scale

    def _outside(self, file: str, where: str, shown: str) -> None:
        if not (self.options.clip or self.tile):
            size = f"{self.width:g} x {self.height:g} pixels"
            raise RowFault(file, f"{shown} is not within an image of {size}; `clip` cuts what leaves it", item=where)


def cut(ring: Sequence[tuple[float, float]], width: float, height: float) -> tuple[tuple[float, float], ...]:
    """The part of a ring that lies on a picture, none where that has no area (Sutherland and Hodgman 1974, CACM 17(1)).
    Where a ring leaves and comes back its parts stay joined along the edge, by lines that hold no pixel."""
    points = np.asarray(ring, np.float64)
    for axis, bound, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        before = np.roll(points, 1, axis=0)
        kept, was = sign * (points[:, axis] - bound) >= 0, sign * (before[:, axis] - bound) >= 0
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (bound - before[:, axis]) / (points[:, axis] - before[:, axis])
            crossing = before + share[:, None] * (points - before)
        crossing[:, axis] = bound
        points = np.stack([crossing, points], axis=1)[np.stack([kept != was, kept], axis=1)]
        if len(points) < 3:
            return ()
    x, y = points.T
    area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2  # none for what runs along the edge and back
    middles = (points + np.roll(points, 1, axis=0)) / 2  # of a ring that crosses itself, areas may cancel out
    within = any(((p > 0) & (p < (width, height))).all(1).any() for p in (points, middles))
    return tuple((float(a), float(b)) for a, b in points) if within or area > SLACK**2 else ()


def _on_a_line(points: Sequence[tuple[float, float]]) -> bool:
    array = np.asarray(points, np.float64)
    return int(np.linalg.matrix_rank(array - array[0])) < 2


def size(image: Image) -> tuple[int, int]:
    """(rows, columns) that can be drawn on; also those of a radiograph that is a volume of one slice (x along i)."""
    shape = image.geometry.shape
    if len(shape) == 3 and shape[2] == 1 and image.geometry.affine is not None:
        return int(shape[1]), int(shape[0])
    return image.size


def board(image: Image, options: Options) -> Board:
    """The board of a picture; of a tile where a reader of slides says so in `tile_x`, `tile_y`."""
    rows, columns = size(image)
    if "tile_x" not in image.fields:
        return Board(columns, rows, options)
    x, y = float(image.fields["tile_x"]), float(image.fields["tile_y"])
    return Board(columns, rows, options, x, y, 1 / float(image.fields.get("tile_scale", 1)), tile=True)
