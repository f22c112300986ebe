"""XML outlines from the tools of pathologists and annotators: ASAP, Aperio ImageScope, CVAT; for slides, tiles of
slides, and small pictures. Coordinates are pixels of the whole slide at its highest resolution, from its corner on.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from connectors import archives, naming
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft
from connectors.listed import Listed, named_in
from connectors.shapes import cvat, drawing, json_paths
from connectors.shapes.json_paths import Mark, Point, Unread
from connectors.shapes.json_tools import ellipse
from connectors.tables.lookup import Step, normal

Tool = Literal["asap", "imagescope", "cvat"]
USUAL = {"asap": "Annotation@PartOfGroup", "imagescope": "Annotation@Name", "cvat": "@label"}
ARROW, RULER, ELLIPSE = "3", "4", "2"  # ImageScope's Region@Type; 0 is drawn by hand, 1 a rectangle


class Options(drawing.Options):
    """`tool`: whose file it is. `label`: where an outline's label stands: an element and its attribute, from
    `Annotation` or `Region` down ("Annotation@PartOfGroup", "Annotation/Attributes/Attribute@Name", "Region@Text"); in
    CVAT "@label" or an attribute of the object ("grade"); or `constant`. `cut`: labels (and ImageScope's negative
    regions) that are no regions and cut out of the others. `skip`: labels that are left out.
    `missing`: an image without a file is refused, or not annotated, which is told ("notice") or the source's own
    practice ("unannotated"), or has "nothing", where the source leaves out empty files. In CVAT, where one file may
    be of many images, `match` is the template over the image's fields that equals an
    image's name, once `normalise` has made them alike (as in `table`).
    """

    tool: Tool
    label: str | None = None
    constant: str | None = None
    cut: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    missing: Literal["refuse", "notice", "unannotated", "nothing"] = "refuse"
    match: str = "{name}"
    normalise: tuple[Step, ...] = ("slash", "basename")


@dataclass(frozen=True)
class Marks:
    """A file's marks, and the bounding box of each, (n, 4) as x0, y0, x1, y1: a tile is asked for few of them. What
    could not be read may lie on any tile."""

    marks: tuple[Mark, ...]
    bounds: np.ndarray
    unread: tuple[Unread, ...] = ()


companions = drawing.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """An outline without a label, and one outside a picture, is a problem. Raises Unreadable on another tool's file."""
    for path in drawing.present(image, options.file, options.missing):
        if not archives.there(image.root, path):
            yield ExaminedDraft(path)
        else:
            with drawing.formed(path):
                yield from _read(image, path, options)


def _read(image: Image, path: str, options: Options) -> Iterator[Draft]:
    name = normal(image.fill(options.match), options.normalise, of_table=False) if options.tool == "cvat" else ""
    said = _named(image, path, name, options)
    if said is None:
        return  # the file speaks of other images
    found = _marks(
        image.root, path, *drawing.stamp(image.root, path), options.tool, options.label, options.constant,
        options.cut, options.skip, said,
    )  # fmt: skip
    yield ExaminedDraft(path)
    board = drawing.board(image, options)
    reaching = [found.marks[n] for n in _reaching(found.bounds, board)]
    yield from json_paths.drafts(image, path, [*found.unread, *reaching], board, options)


def _named(image: Image, path: str, name: str, options: Options) -> tuple[str, ...] | None:
    """What CVAT calls the image in a file; None where the file does not speak of it."""
    if options.tool != "cvat":
        return ()
    entries = _names(image.root, path, *drawing.stamp(image.root, path))
    own = [(said, said) for said in entries if normal(said, options.normalise, of_table=True) == name]
    alone = options.file if options.match == "{name}" else None
    return tuple(naming.mine(image, path, own, alone=alone)) or None


@lru_cache(maxsize=16)
def _names(root: Path, path: str, size: int, mtime_ns: int) -> tuple[str, ...]:
    return tuple(entry.get("name", "") for entry in drawing.tree(root, path).iter("image"))


def _reaching(bounds: np.ndarray, board: drawing.Board) -> list[int]:
    if not board.tile:
        return list(range(len(bounds)))
    x1, y1 = board.x0 + board.width / board.scale, board.y0 + board.height / board.scale
    inside = (bounds[:, 0] < x1) & (bounds[:, 1] < y1) & (bounds[:, 2] >= board.x0) & (bounds[:, 3] >= board.y0)
    return [int(n) for n in np.flatnonzero(inside)]


@lru_cache(maxsize=16)
def _marks(
    root: Path, path: str, size: int, mtime_ns: int, tool: Tool, label: str | None, constant: str | None,
    cut: tuple[str, ...], skip: tuple[str, ...], names: tuple[str, ...],
) -> Marks:  # fmt: skip
    tree = drawing.tree(root, path)
    if tool == "cvat":
        entries = [entry for entry in tree.iter("image") if entry.get("name", "") in names]
        given = [mark for entry in entries for mark in cvat.marks(path, entry, label, constant)]
    else:
        reader = _asap if tool == "asap" else _imagescope
        given = list(reader(path, tree, label or USUAL[tool], constant))
    unread = tuple(one for one in given if isinstance(one, Unread) and not {*(one.labels or ())} & {*skip})
    kept = [mark for mark in given if isinstance(mark, Mark) and mark.label not in skip]
    holes = [mark for mark in kept if mark.label in cut or mark.meta.get("negative")]
    whole = tuple(_with_holes(mark, holes) for mark in kept if mark not in holes)
    return Marks(whole, np.array([_bounds(mark) for mark in whole]).reshape(-1, 4), unread)


def _bounds(mark: Mark) -> tuple[float, float, float, float]:
    if mark.box is not None:
        return mark.box
    if mark.mask is not None:
        (x, y), (rows, columns) = mark.origin, mark.mask.shape
        return x, y, x + columns, y + rows
    points = np.asarray(
        [point for ring in (*mark.rings, mark.points, mark.corners) for point in ring] or [(np.nan, np.nan)]
    )
    (x0, y0), (x1, y1) = points.min(0), points.max(0)
    return float(x0), float(y0), float(x1), float(y1)


def _with_holes(mark: Mark, holes: Sequence[Mark]) -> Mark:
    """An outline with the holes that reach it; they cut nothing where they do not."""
    if not mark.rings or not holes:
        return mark
    x0, y0, x1, y1 = _bounds(mark)
    rings: list[tuple[Point, ...]] = []
    for hole in holes:
        a0, b0, a1, b1 = _bounds(hole)
        if a0 < x1 and b0 < y1 and a1 > x0 and b1 > y0:
            rings.extend(hole.rings)
    flags = (False,) * len(mark.rings) + (True,) * len(rings)
    return replace(mark, rings=(*mark.rings, *rings), holes=flags if rings else ())


def _asap(file: str, tree: ET.Element, label: str, constant: str | None) -> Iterator[Mark | Unread]:
    """ASAP: Annotation[@Type] with Coordinates/Coordinate[@Order, @X, @Y]; the points are taken by their order."""
    if tree.tag != "ASAP_Annotations":
        raise Unreadable(file, f"<{tree.tag}> is no <ASAP_Annotations>")

    def said(where: str, found: ET.Element) -> str:
        return constant or _said(file, where, label, {"Annotation": found})

    def read(where: str, found: ET.Element) -> Iterator[Mark]:
        if found.get("Type") == "Measurement":
            return
        ordered = sorted(found.iter("Coordinate"), key=lambda c: int(drawing.number(file, where, c.get("Order", 0))))
        points = tuple(_point(file, where, coordinate) for coordinate in ordered)
        if found.get("Type") in ("Dot", "PointSet"):
            yield Mark(where, said(where, found), points=points)
        else:
            yield Mark(where, said(where, found), rings=(points,))

    annotations = enumerate(tree.iter("Annotation"), start=1)
    yield from json_paths.each(
        file, ((f"Annotation {n}", found) for n, found in annotations), read, lambda *one: [said(*one)]
    )


def _imagescope(file: str, tree: ET.Element, label: str, constant: str | None) -> Iterator[Mark | Unread]:
    """ImageScope: Annotation/Regions/Region[@Type, @NegativeROA] with Vertices/Vertex[@X, @Y]; an ellipse is written as
    the corners of its box, arrows and rulers are no regions."""
    if tree.tag != "Annotations":
        raise Unreadable(file, f"<{tree.tag}> is no <Annotations> of ImageScope's")

    def said(where: str, both: tuple[ET.Element, ET.Element]) -> str:
        layer, found = both
        return constant or _said(file, where, label, {"Annotation": layer, "Region": found})

    def read(where: str, both: tuple[ET.Element, ET.Element]) -> Iterator[Mark]:
        _, found = both
        if found.get("Type") in (ARROW, RULER):
            return
        points = tuple(_point(file, where, vertex) for vertex in found.iter("Vertex"))
        negative = found.get("NegativeROA") == "1"
        own = constant or ("" if negative else said(where, both))
        if found.get("Type") == ELLIPSE and points:
            (x0, y0), (x1, y1) = np.min(points, axis=0), np.max(points, axis=0)
            points = ellipse(((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0) / 2, (y1 - y0) / 2)
        if len(points) == 1:
            yield Mark(where, own, points=points)
        else:
            yield Mark(where, own, rings=(points,), meta={"negative": True} if negative else {})

    regions = ((layer, found) for layer in tree.iter("Annotation") for found in layer.iter("Region"))
    named = ((f"Annotation {one.get('Id')}, Region {found.get('Id')}", (one, found)) for one, found in regions)
    yield from json_paths.each(file, named, read, lambda *one: [said(*one)])


def _said(file: str, where: str, label: str, known: dict[str, ET.Element]) -> str:
    """The label at "Annotation/Attributes/Attribute@Name". Raises RowFault."""
    path, _, attribute = label.partition("@")
    top, _, rest = path.partition("/")
    element = known.get(top)
    if element is not None and rest:
        element = element.find(rest)
    said = (element.get(attribute) if attribute else element.text) if element is not None else None
    if said is None or not said.strip():
        raise RowFault(file, f"nothing at {label!r}; `label` is the place of the label, or set `constant`", item=where)
    return said.strip()


def _point(file: str, where: str, element: ET.Element) -> Point:
    """X and Y; some locales write the decimal point as a comma."""
    x, y = ((element.get(axis) or "").replace(",", ".") for axis in "XY")
    return drawing.number(file, where, x), drawing.number(file, where, y)


def listed(root: Path, options: Options) -> Iterator[Listed]:
    """The images that each file of CVAT's names."""
    if options.tool != "cvat":
        return

    def index(path: str) -> Mapping[str, tuple[Any, ...]]:
        found: dict[str, list[Any]] = {}
        for entry in drawing.tree(root, path).iter("image"):
            name = normal(entry.get("name", ""), options.normalise, of_table=True)
            found.setdefault(name, []).append([(mark.tag, dict(mark.attrib)) for mark in entry])
        return {name: tuple(entries) for name, entries in found.items()}

    yield from named_in(root, options.file, index, options.match, options.normalise)
