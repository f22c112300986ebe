"""Objects of a JSON entry by the paths that a card gives, and what each of them draws."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from connectors.annotations import coco
from connectors.assemble import Image
from connectors.base import RowFault
from connectors.shapes import drawing, json_tools
from connectors.shapes import json_paths as paths
from connectors.shapes.json_paths import Mark, Unread


class Options(drawing.Options):
    """With `tool: paths`. `objects`: the path to them in an entry, or `zip`: names of parallel lists. In an object:
    `label` (a list gives each) or `constant`, and one of `box` (a path, or four; in the order of `form`), `polygon`,
    `circle` (paths to x, y and radius, or to the centre and the radius), `points`, `rle` (COCO's); "." is the object
    itself, "@name" an attribute of XML. `holes`: rings after the first are holes; `each`: every ring is a region;
    `dots`: an outline of one or two points is those points. `normalised`: numbers are parts of the width and height.
    `pixels`: numbers name pixels, so that outlines run through centres and a box holds its far corner. `where`: path in
    an object -> template over the image's fields that it must equal. `skip`: keys, or kinds of shapes, that are no
    regions. `none`: values that mean that nothing was drawn. `keep`: paths for the region's meta.
    """

    objects: str = ""
    zip: tuple[str, ...] = ()
    label: str | None = None
    constant: str | None = None
    box: str | tuple[str, str, str, str] | None = None
    form: Literal["xyxy", "xywh", "yxyx", "yxhw", "cxcywh"] = "xyxy"
    polygon: str | None = None
    circle: tuple[str, str] | tuple[str, str, str] | None = None
    points: str | None = None
    rle: str | None = None
    holes: bool = False
    dots: bool = False
    each: bool = False
    normalised: bool = False
    pixels: bool = False
    where: Mapping[str, str] = {}
    skip: tuple[str, ...] = ()
    none: tuple[str, ...] = ("None", "none", "")
    keep: tuple[str, ...] = ()


def marks(
    image: Image, path: str, entry: Any, board: drawing.Board, options: Options
) -> Iterator[Mark | Unread]:  # fmt: skip
    """The objects of an entry; of one that draws nothing or cannot be read, what it may have been."""
    if options.zip:
        nodes = [paths.Node(row, str(n)) for n, row in enumerate(paths.zipped(path, "entry", entry, options.zip))]
    else:
        nodes = list(paths.walk(entry, options.objects))

    def read(where: str, node: paths.Node) -> Iterator[Mark]:
        found = list(_shapes(image, path, where, node.value, board, options))
        labels = _labels(path, where, node, options) if found else []
        meta = {name: value for name in options.keep if (value := paths.one(node.value, name)) is not None}
        yield from (replace(mark, label=label, meta=meta) for mark in found for label in labels)

    yield from paths.each(
        path,
        (
            (f"{options.objects or 'object'} {node.key or n}", node) for n, node in enumerate(nodes)
            if node.key not in options.skip and _is_of(image, node.value, options)
        ),
        read, lambda where, node: _labels(path, where, node, options),
    )  # fmt: skip


def _is_of(image: Image, value: Any, options: Options) -> bool:
    return all(str(paths.one(value, name)) == image.fill(template) for name, template in options.where.items())


def _labels(path: str, where: str, node: paths.Node, options: Options) -> list[str]:
    said = node.key if options.label == "@key" else options.constant or paths.one(node.value, options.label or "")
    labels = [str(label).strip() for label in (said if isinstance(said, list) else [said]) if label is not None]
    if not labels or not all(labels):
        raise RowFault(path, f"nothing at {options.label!r} says what it is", item=where)
    return labels


def _shapes(image: Image, path: str, where: str, value: Any, board: drawing.Board, options: Options) -> Iterator[Mark]:
    """What an object draws; nothing where it is not there or is one of `none`."""
    rows, columns = drawing.size(image)
    parts = options.box if isinstance(options.box, tuple) else options.circle
    if parts is not None:
        given: Any = [paths.one(value, side) for side in parts]
        given = None if all(side is None for side in given) else given
    else:
        shapes = (options.box, options.polygon, options.points, options.rle)
        given = paths.one(value, next(path for path in shapes if isinstance(path, str)))
    if given is None or (isinstance(given, str) and given in options.none):
        return
    scale = (float(columns), float(rows)) if options.normalised else (1.0, 1.0)
    if options.circle is not None:
        yield Mark(where, "", rings=(_circle(path, where, given, scale, options),))
    elif options.box is not None:
        for box in paths.boxes(path, where, given):
            yield Mark(where, "", box=_corners(box, scale, options))
    elif options.rle is not None:
        yield Mark(where, "", mask=coco.mask(image, path, where, given))
    else:
        half = 0.5 if options.pixels else 0.0
        drawn = [_moved(ring, scale, half) for ring in paths.rings(path, where, _listed(given, options))]
        if options.points is not None or (options.dots and drawn and max(map(len, drawn)) < 3):
            yield from (Mark(where, "", points=ring) for ring in drawn)
        elif options.each:
            yield from (Mark(where, "", rings=(ring,)) for ring in drawn)
        elif drawn:
            yield Mark(where, "", rings=tuple(drawn), holes=tuple(options.holes and n > 0 for n in range(len(drawn))))


def _circle(file: str, where: str, given: list[Any], scale: tuple[float, float], options: Options) -> paths.Ring:
    x, y = paths.point(file, where, given[0] if len(given) == 2 else given[:2])
    radius = drawing.number(file, where, given[-1])
    (centre,) = _moved(((x, y),), scale, 0.5 if options.pixels else 0.0)
    return json_tools.ellipse(centre, radius * scale[0], radius * scale[1])


def _listed(given: Any, options: Options) -> Any:
    """One point alone, as a list of it."""
    one = (
        options.points is not None
        and isinstance(given, list)
        and 2 <= len(given) <= 3
        and not isinstance(given[0], list | dict)
    )
    return [given] if one or (isinstance(given, dict) and "x" in given and not isinstance(given["x"], list)) else given


def _moved(ring: paths.Ring, scale: tuple[float, float], half: float) -> paths.Ring:
    return tuple((x * scale[0] + half, y * scale[1] + half) for x, y in ring)


def _corners(n: list[float], scale: tuple[float, float], options: Options) -> tuple[float, float, float, float]:
    a, b, c, d = n if options.form in ("xyxy", "xywh", "cxcywh") else (n[1], n[0], n[3], n[2])
    if options.form == "cxcywh":
        a, b = a - c / 2, b - d / 2
    if options.form not in ("xyxy", "yxyx"):
        c, d = a + c, b + d
    last = 1.0 if options.pixels else 0.0
    return a * scale[0], b * scale[1], c * scale[0] + last, d * scale[1] + last
