"""Objects in a JSON or XML of any make, found by the paths that a card gives: "Label.objects[*]", "bbox.xmin"."""

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from connectors import tables
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ProblemDraft, RegionDraft
from connectors.shapes import drawing
from schemas import rle
from schemas.region import Shape

_STEP = re.compile(r"\[(\*|\d+)\]|([^.\[\]]+)")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
Point = tuple[float, float]
Ring = tuple[Point, ...]
Found = TypeVar("Found")


class Element(dict[str, Any]):
    """An XML element as a mapping: "@name" is an attribute, "#" its text, a tag the element or the list of them."""


def of_xml(element: ET.Element) -> Any:
    """An element's text, where that is all, read as JSON where it is a list in it; else an Element."""
    said = (element.text or "").strip()
    if len(element) == 0 and not element.attrib:
        try:
            return json.loads(said) if said.startswith("[") else said
        except json.JSONDecodeError:
            return said
    out = Element({f"@{name}": value for name, value in element.attrib.items()})
    if said:
        out["#"] = said
    for tag in dict.fromkeys(child.tag for child in element):
        found = [of_xml(child) for child in element.findall(tag)]
        out[tag] = found[0] if len(found) == 1 else found
    return out


@dataclass(frozen=True)
class Node:
    """A value and the key, or the place in a list, that it was found under."""

    value: Any
    key: str = ""


@dataclass(frozen=True)
class Mark:
    """One object as a file has it, in pixels between which coordinates count: a box, the corners of one that is turned,
    an outline (its first ring with `holes`, or several joined), points, or a mask (rows, columns) whose first pixel is
    at `origin` (x, y)."""

    where: str
    label: str
    box: tuple[float, float, float, float] | None = None
    rings: tuple[Ring, ...] = ()
    holes: tuple[bool, ...] = ()
    points: tuple[Point, ...] = ()
    corners: tuple[Point, ...] = ()
    mask: NDArray[np.bool_] | None = None
    origin: tuple[int, int] = (0, 0)
    meta: dict[str, Any] = field(default_factory=dict)

    def shape(self, image: Image, file: str, board: drawing.Board) -> Shape | None:
        """The mark on the image; None where it may be passed over. Raises RowFault."""
        if self.box is not None:
            return board.box(file, self.where, self.box)
        if self.corners:
            return board.turned(file, self.where, self.corners)
        if self.points:
            return board.points(file, self.where, self.points)
        if self.mask is None:
            return board.polygon(file, self.where, self.rings, self.holes)
        whole = np.zeros(drawing.size(image), bool)
        (x, y), (rows, columns) = self.origin, self.mask.shape
        if x < 0 or y < 0 or y + rows > whole.shape[0] or x + columns > whole.shape[1] or board.tile:
            raise RowFault(file, f"a mask of {self.mask.shape} at {(x, y)} leaves {whole.shape}", item=self.where)
        whole[y : y + rows, x : x + columns] = self.mask
        return rle.encode(whole)


@dataclass(frozen=True)
class Unread:
    """An object that could not be read, and its labels where they could be."""

    fault: RowFault
    labels: tuple[str, ...] | None = None


def each(
    file: str, objects: Iterable[tuple[str, Found]], make: Callable[[str, Found], Iterable[Mark]],
    label: Callable[[str, Found], Iterable[str]] | None = None,
) -> Iterator[Mark | Unread]:  # fmt: skip
    """The marks of the objects of a file, (where, object); what is wrong with one costs that one."""
    for where, found in objects:
        try:
            with drawing.formed(file, where):
                marks = list(make(where, found))
        except RowFault as fault:
            yield Unread(fault, _labels(file, where, found, label))
            continue
        yield from marks


def _labels(
    file: str, where: str, found: Found, label: Callable[[str, Found], Iterable[str]] | None
) -> tuple[str, ...] | None:  # fmt: skip
    try:
        with drawing.formed(file, where):
            return None if label is None else tuple(label(where, found))
    except RowFault:
        return None


def drafts(
    image: Image, file: str, marks: Iterable[Mark | Unread], board: drawing.Board, options: drawing.Options
) -> Iterator[Draft]:
    """The regions of marks on an image, and the problems of those that are none."""

    def drawn(mark: Mark) -> Iterator[Draft]:
        with drawing.formed(file, mark.where):
            shape = mark.shape(image, file, board)
        if shape is not None:
            yield RegionDraft(options.named(mark.label), shape, meta=mark.meta)

    for mark in marks:
        if isinstance(mark, Unread):
            labels = None if mark.labels is None else tuple(map(options.named, mark.labels))
            yield ProblemDraft(mark.fault.notice(), labels)
        else:
            yield from tables.each([mark], drawn, lambda mark: [options.named(mark.label)])


def walk(value: Any, path: str, key: str = "") -> Iterator[Node]:
    """What lies at a path: each part a key, `[3]`, or `*` and `[*]` for all of a list or mapping. Nothing where a key
    is not there."""
    found = _STEP.match(path, 1 if path.startswith(".") else 0)
    if found is None:
        yield Node(value, key)
        return
    step, rest = found[1] or found[2], path[found.end() :]
    if step == "*":
        if isinstance(value, Element | str):
            yield from walk(value, rest, key)  # of the elements of an XML with one name, the only one
            return
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, inner in items:
            yield from walk(inner, rest, str(name))
    elif isinstance(value, dict) and step in value:
        yield from walk(value[step], rest, step)
    elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
        yield from walk(value[int(step)], rest, step)


def one(value: Any, path: str) -> Any:
    """The first value at a path; None where there is none, or NaN."""
    found = next((node.value for node in walk(value, path)), None)
    return None if isinstance(found, float) and math.isnan(found) else found


def transposed(file: str, columns: Any) -> list[dict[str, Any]]:
    """The rows of a table that is written by its columns: {column: {row: value}}, as pandas does. Raises Unreadable."""
    if not isinstance(columns, dict) or not all(isinstance(column, dict) for column in columns.values()):
        raise Unreadable(file, "not a mapping of columns to mappings of rows")
    rows = dict.fromkeys(row for column in columns.values() for row in column)
    return [{name: column.get(row) for name, column in columns.items()} for row in rows]


def zipped(file: str, where: str, entry: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """Objects from parallel lists of an entry. Raises RowFault where their lengths differ."""
    lists = [one(entry, name) for name in names]
    if not all(isinstance(values, list) for values in lists):
        raise RowFault(file, f"{', '.join(names)} are not all lists", item=where)
    if len({len(values) for values in lists}) > 1:
        raise RowFault(file, f"{', '.join(names)} have {[len(values) for values in lists]} members", item=where)
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def boxes(file: str, where: str, value: Any) -> list[list[float]]:
    """Four numbers, or several times four in a list. Raises RowFault."""
    many = value if isinstance(value, list) and value and isinstance(value[0], list) else [value] if value else []
    for box in many:
        if not isinstance(box, list) or len(box) != 4:
            raise RowFault(file, f"{str(box)[:60]} is no box of four numbers", item=where)
    return [[drawing.number(file, where, part) for part in box] for box in many]


def rings(file: str, where: str, value: Any) -> list[Ring]:
    """The rings of an outline in any of the usual forms: x, y, x, y ...; pairs; {x, y} objects; "(x, y)" texts;
    {all_points_x, all_points_y} or {x: [...], y: [...]}; or a list of such. Raises RowFault."""
    if isinstance(value, dict):
        xs, ys = (value.get(f"all_points_{axis}", value.get(axis)) for axis in "xy")
        if not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
            raise RowFault(file, f"{str(value)[:60]} holds no points", item=where)
        return [tuple(point(file, where, pair) for pair in zip(xs, ys, strict=True))]
    if isinstance(value, str):
        value = [float(text) for text in NUMBER.findall(value)]
    if not isinstance(value, list):
        raise RowFault(file, f"{str(value)[:60]} is no outline", item=where)
    if not value:
        return []
    if isinstance(value[0], int | float):
        if len(value) % 2:
            raise RowFault(file, f"{len(value)} numbers are no x, y, x, y ...", item=where)
        return [tuple(point(file, where, pair) for pair in zip(value[0::2], value[1::2], strict=True))]
    if _is_point(value[0]):
        return [tuple(point(file, where, pair) for pair in value)]
    return [ring for inner in value for ring in rings(file, where, inner)]


def point(file: str, where: str, value: Any) -> Point:
    """x and y from a pair, an object or a text "(x, y)"; what follows them is left. Raises RowFault."""
    if isinstance(value, dict):
        value = [value.get("x"), value.get("y")]
    elif isinstance(value, str):
        value = NUMBER.findall(value)
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise RowFault(file, f"{str(value)[:60]} is no point", item=where)
    return drawing.number(file, where, value[0]), drawing.number(file, where, value[1])


def _is_point(value: Any) -> bool:
    if isinstance(value, dict):
        return "x" in value and not isinstance(value["x"], list)
    if isinstance(value, str):
        return len(NUMBER.findall(value)) in (2, 3)
    return isinstance(value, list) and len(value) in (2, 3) and all(isinstance(part, int | float) for part in value)
