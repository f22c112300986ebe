"""Pascal VOC XML: a file of boxes for each picture (VOC2012 development kit, section 3.5)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, Literal

from connectors import archives, tables
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.shapes import drawing
from schemas import BoxShape
from schemas.region import Shape

FLAGS = ("difficult", "truncated", "occluded")


class Options(drawing.Options):
    """Boxes name the first and the last pixel inside, counted from 1, as the standard has it; `one_based: false` where
    the tool counted from 0, `inclusive: false` where the far corner is the edge (together: plain xyxy). `size: ignore`:
    the size that the file states is known to be wrong. `keep`: further elements of an object for its meta. `points`:
    names whose small box stands for a point, its centre, because the tool knows boxes alone. `missing`:
    an image without a file is refused, or not annotated, which is told ("notice") or the source's own practice
    ("unannotated"), or has "nothing", where the source leaves out empty files.
    """

    one_based: bool = True
    inclusive: bool = True
    size: Literal["check", "ignore"] = "check"
    keep: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    missing: Literal["refuse", "notice", "unannotated", "nothing"] = "refuse"


companions = drawing.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Objects without a name or a shape are problems. Raises Unreadable on another size than the image's."""
    for path in drawing.present(image, options.file, options.missing):
        yield ExaminedDraft(path)
        if archives.there(image.root, path):
            yield from _of_file(image, path, options)


def _of_file(image: Image, path: str, options: Options) -> Iterator[Draft]:
    root = drawing.tree(image.root, path)
    if root.tag != "annotation":
        raise Unreadable(path, f"<{root.tag}> is no VOC <annotation>")
    if options.size == "check":
        _check_size(image, path, root)
    objects = [(f"object {n}", found) for n, found in enumerate(root.findall("object"), start=1)]
    yield from tables.each(
        objects, lambda one: _drawn(image, path, *one, options), lambda one: [_label(path, *one, options)]
    )


def _check_size(image: Image, path: str, root: ET.Element) -> None:
    said = tuple(root.findtext(f"size/{side}") for side in ("height", "width"))
    wanted = drawing.size(image)
    if None not in said and tuple(drawing.number(path, "size", side) for side in said) not in (wanted, (0, 0)):
        raise Unreadable(path, f"size: {said} is not that of {image.path}, {wanted} (rows, columns)")


def _drawn(image: Image, path: str, where: str, found: ET.Element, options: Options) -> Iterator[RegionDraft]:
    label = _label(path, where, found, options)
    meta: dict[str, Any] = {flag: True for flag in FLAGS if (found.findtext(flag) or "").strip() in ("1", "True")}
    for key in ("pose", *options.keep):
        value = (found.findtext(key) or "").strip()
        if value and value != "Unspecified":
            meta[key] = value
    board = drawing.board(image, options)
    shape = _shape(board, path, where, found, options)
    if isinstance(shape, BoxShape) and _name(found) in options.points:
        x0, y0, x1, y1 = shape.xyxy
        shape = board.points(path, where, [((x0 + x1) / 2, (y0 + y1) / 2)])
    if shape is not None:
        yield RegionDraft(label, shape, meta=meta)


def _name(found: ET.Element) -> str:
    return (found.findtext("name") or "").strip()


def _label(path: str, where: str, found: ET.Element, options: Options) -> str:
    name = _name(found)
    if not name:
        raise RowFault(path, "has no <name>", item=where)
    return options.named(name)


def _shape(board: drawing.Board, path: str, where: str, found: ET.Element, options: Options) -> Shape | None:
    """The box; the polygon (x1, y1, x2, y2 ... or points) or the point where the tool writes one instead."""
    first, last = -1.0 if options.one_based else 0.0, 1.0 if options.inclusive else 0.0
    centre = first + last / 2  # a number that names a pixel means its centre
    for tag in ("polygon", "segmentation"):
        outline = found.find(tag)
        if outline is not None and len(outline):
            return board.polygon(path, where, [[(x + centre, y + centre) for x, y in _points(path, where, outline)]])
    box = found.find("bndbox")
    if box is None:
        point = found.find("point")
        if point is None:
            raise RowFault(path, "has no <bndbox>, <polygon> or <point>", item=where)
        x, y = (_number(path, where, point, tag) for tag in ("x", "y"))
        return board.points(path, where, [(x + centre, y + centre)])
    x0, y0, x1, y1 = (_number(path, where, box, tag) for tag in ("xmin", "ymin", "xmax", "ymax"))
    return board.box(path, where, (x0 + first, y0 + first, x1 + first + last, y1 + first + last))


def _points(path: str, where: str, outline: ET.Element) -> list[tuple[float, float]]:
    pairs = outline.findall("pt") or outline.findall("point")
    if pairs:
        return [(_number(path, where, pair, "x"), _number(path, where, pair, "y")) for pair in pairs]
    count = sum(1 for child in outline if child.tag.startswith("x"))
    return [
        (_number(path, where, outline, f"x{n}"), _number(path, where, outline, f"y{n}")) for n in range(1, count + 1)
    ]


def _number(path: str, where: str, parent: ET.Element, tag: str) -> float:
    return drawing.number(path, f"{where}, <{tag}>", parent.findtext(tag))
