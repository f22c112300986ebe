"""Objects in the JSON of annotation tools, as their documentation or their sources describe it."""

import base64
import binascii
import io
import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import UnidentifiedImageError

from connectors.base import RowFault, Unreadable
from connectors.shapes.drawing import number
from connectors.shapes.json_paths import Mark, Point, Unread, each, one, point, rings, walk
from raw import budget, picture, streams

Tool = Literal["paths", "labelme", "via", "supervisely", "labelbox", "geojson"]
KEYS = {"via": "{filename}", "labelbox": "{External ID}"}  # what names the image in a file of many
ENTRIES = {"labelbox": "[*]"}
SIZES = {"labelme": ("imageHeight", "imageWidth"), "supervisely": ("size.height", "size.width")}
NOTHING = (None, "", "none", "None", "NONE")


@dataclass(frozen=True)
class Ask:
    """What a card asks of a file: the path to an object's label or the one label of all, and the kinds left out."""

    label: str | None = None
    constant: str | None = None
    skip: tuple[str, ...] = ()

    def said(self, file: str, where: str, found: Any, usual: str) -> str:
        """An object's label. Raises RowFault where it has none."""
        if self.constant is not None:
            return self.constant
        label = one(found, self.label or usual)
        if label is None or isinstance(label, list | dict) or not str(label).strip():
            wanted = "`label` is the path to it, `constant` stands for none"
            raise RowFault(file, f"nothing at {self.label or usual!r}; {wanted}", item=where)
        return str(label).strip()


LARGEST = 1e6  # pixels: no slide has an ellipse with longer half axes
Read = Callable[[str, Any, Ask], Iterator[Mark | Unread]]


def labelme(file: str, entry: Any, ask: Ask) -> Iterator[Mark | Unread]:
    """LabelMe (wkentaro): `shapes` with `points` and a `shape_type`; a mask is a PNG in base64 from its corner on."""

    def read(where: str, shape: Any) -> Iterator[Mark]:
        kind = shape.get("shape_type") or "polygon"
        if kind in ask.skip:
            return
        said = ask.said(file, where, shape, "label")
        points = [point(file, where, pair) for pair in _list(file, shape, "points")]
        meta = {"group": shape["group_id"]} if shape.get("group_id") is not None else {}
        if kind == "mask":
            x, y = (round(value) for value in points[0])
            yield Mark(where, said, mask=_png(file, where, shape.get("mask")), origin=(x, y), meta=meta)
        else:
            yield _figure(file, where, said, kind, points, meta)

    shapes = ((f"shapes[{n}]", shape) for n, shape in enumerate(_list(file, entry, "shapes")))
    yield from each(file, shapes, read, lambda where, shape: [ask.said(file, where, shape, "label")])


def _figure(file: str, where: str, label: str, kind: str, points: list[Point], meta: dict[str, Any]) -> Mark:
    if kind == "polygon":
        return Mark(where, label, rings=(tuple(points),), meta=meta)
    if kind == "rectangle" and len(points) in (2, 4):
        xs, ys = zip(*points, strict=True)
        return Mark(where, label, box=(min(xs), min(ys), max(xs), max(ys)), meta=meta)
    if kind == "circle" and len(points) == 2:
        radius = math.dist(*points)
        return Mark(where, label, rings=(ellipse(points[0], radius, radius),), meta=meta)
    if kind in ("point", "points"):
        return Mark(where, label, points=tuple(points), meta=meta)
    raise RowFault(
        file, f"a {kind} of {len(points)} points is no region; leave it out with `skip: [{kind}]`", item=where
    )


def ellipse(centre: Point, rx: float, ry: float, angle: float = 0.0) -> tuple[Point, ...]:
    """A ring that lies within a hundredth of a pixel of an ellipse; `angle` in radians, clockwise on the screen. Raises
    ValueError on half axes that are none."""
    if not 0 <= min(rx, ry) <= max(rx, ry) < LARGEST:
        raise ValueError(f"an ellipse with half axes of {rx:g} and {ry:g} pixels")
    steps = max(16, math.ceil(math.pi / math.acos(1 - 0.01 / max(rx, ry, 0.1))))
    turns = np.arange(steps) * 2 * math.pi / steps
    x, y = rx * np.cos(turns), ry * np.sin(turns)
    cos, sin = math.cos(angle), math.sin(angle)
    return tuple(
        (float(centre[0] + a * cos - b * sin), float(centre[1] + a * sin + b * cos)) for a, b in zip(x, y, strict=True)
    )


def via(file: str, entry: Any, ask: Ask) -> Iterator[Mark | Unread]:
    """VGG Image Annotator 1 and 2: `regions` (a list or a mapping) of `shape_attributes` and `region_attributes`."""

    def read(where: str, value: Any) -> Iterator[Mark]:
        shape = value.get("shape_attributes") or {}
        if shape.get("name") not in ask.skip:
            for label in _via_labels(file, where, value.get("region_attributes") or {}, ask):
                yield _via_shape(file, where, label, shape)

    yield from each(file, ((f"regions[{node.key}]", node.value) for node in walk(entry, "regions[*]")), read)


def _via_labels(file: str, where: str, attributes: dict[str, Any], ask: Ask) -> list[str]:
    """The one attribute that is the label; those ticked of a group of boxes."""
    if ask.label is None and ask.constant is None and len(attributes) != 1:
        raise RowFault(file, f"attributes {', '.join(attributes) or 'none'}; set `label` to the one", item=where)
    name = ask.label or next(iter(attributes), "")
    said = attributes.get(name)
    if isinstance(said, dict) and ask.constant is None:
        return [choice for choice, ticked in said.items() if ticked]
    return [ask.said(file, where, attributes, name)]


def _via_shape(file: str, where: str, label: str, shape: dict[str, Any]) -> Mark:
    kind = shape.get("name")
    numbers = {key: float(value) for key, value in shape.items() if isinstance(value, int | float)}
    try:
        if kind == "polygon":
            return Mark(where, label, rings=tuple(rings(file, where, shape)))
        if kind == "rect":
            x, y = numbers["x"], numbers["y"]
            return Mark(where, label, box=(x, y, x + numbers["width"], y + numbers["height"]))
        centre = numbers["cx"], numbers["cy"]
        if kind == "point":
            return Mark(where, label, points=(centre,))
        if kind == "circle":
            return Mark(where, label, rings=(ellipse(centre, numbers["r"], numbers["r"]),))
        if kind == "ellipse":
            return Mark(where, label, rings=(ellipse(centre, numbers["rx"], numbers["ry"], numbers.get("theta", 0.0)),))
    except KeyError as error:
        raise RowFault(file, f"a {kind} without {error.args[0]!r}", item=where) from error
    raise RowFault(file, f"a {kind} is no region; leave it out with `skip: [{kind}]`", item=where)


def supervisely(file: str, entry: Any, ask: Ask) -> Iterator[Mark | Unread]:
    """Supervisely: `objects` with `classTitle`; coordinates name pixels, so that a rectangle holds its last row and
    column and an outline runs through centres; a bitmap is zlib's PNG in base64 from `origin` on."""
    objects = ((f"objects[{n}]", found) for n, found in enumerate(_list(file, entry, "objects")))
    yield from each(
        file, objects, lambda where, found: _supervisely(file, where, found, ask),
        lambda where, found: [ask.said(file, where, found, "classTitle")],
    )  # fmt: skip


def _supervisely(file: str, where: str, found: Any, ask: Ask) -> Iterator[Mark]:
    kind = found.get("geometryType")
    if kind in ask.skip:
        return
    said = ask.said(file, where, found, "classTitle")
    if kind == "bitmap":
        x, y = one(found, "bitmap.origin") or (None, None)
        if x is None or y is None:
            raise RowFault(file, "a bitmap without its origin", item=where)
        mask = _png(file, where, one(found, "bitmap.data"), packed=True)
        yield Mark(where, said, mask=mask, origin=(int(x), int(y)))
        return
    outer = [point(file, where, pair) for pair in one(found, "points.exterior") or []]
    if kind == "rectangle" and len(outer) == 2:
        xs, ys = zip(*outer, strict=True)
        yield Mark(where, said, box=(min(xs), min(ys), max(xs) + 1, max(ys) + 1))
    elif kind in ("polygon", "point"):
        inner = [[point(file, where, pair) for pair in ring] for ring in one(found, "points.interior") or []]
        placed = tuple(tuple((x + 0.5, y + 0.5) for x, y in ring) for ring in (outer, *inner))
        holes = (False, *(True for _ in inner))
        if kind == "point":
            yield Mark(where, said, points=placed[0])
        else:
            yield Mark(where, said, rings=placed, holes=holes)
    else:
        raise RowFault(file, f"a {kind} is no region; leave it out with `skip: [{kind}]`", item=where)


def labelbox(file: str, entry: Any, ask: Ask) -> Iterator[Mark | Unread]:
    """Labelbox exports: `Label.objects` with `title` and a polygon, a box from its top left corner, or a point."""

    def read(where: str, found: Any) -> Iterator[Mark]:
        said = ask.said(file, where, found, "title")
        outline = next((found[key] for key in ("polygon", "polygons") if found.get(key) not in NOTHING), None)
        box = next((found[key] for key in ("bbox", "bounding box") if found.get(key) not in NOTHING), None)
        if outline is not None:
            yield Mark(where, said, rings=tuple(rings(file, where, outline)))
        elif box is not None:
            left, top = (number(file, where, box.get(side)) for side in ("left", "top"))
            width, height = (number(file, where, box.get(side)) for side in ("width", "height"))
            yield Mark(where, said, box=(left, top, left + width, top + height))
        elif found.get("point") not in NOTHING:
            yield Mark(where, said, points=(point(file, where, found["point"]),))
        else:
            raise RowFault(file, "has no polygon, box or point", item=where)

    objects = ((f"Label.objects[{n}]", found) for n, found in enumerate(one(entry, "Label.objects") or []))
    yield from each(file, objects, read, lambda where, found: [ask.said(file, where, found, "title")])


def geojson(file: str, entry: Any, ask: Ask) -> Iterator[Mark | Unread]:
    """GeoJSON (RFC 7946) in pixels, as QuPath writes it: the first ring of a polygon is its edge, the others holes."""

    def said(where: str, feature: Any) -> str:
        return ask.said(file, where, feature, "properties.classification.name")

    def read(where: str, feature: Any) -> Iterator[Mark]:
        if one(feature, "geometry.type") in ask.skip:
            return
        name = one(feature, "properties.name")
        meta = {"name": str(name)} if name else {}
        yield from _geometry(file, where, said(where, feature), feature.get("geometry"), meta)

    features = entry.get("features", [entry]) if isinstance(entry, dict) else entry
    yield from each(
        file, ((f"features[{n}]", feature) for n, feature in enumerate(features)), read, lambda *one: [said(*one)]
    )


def _geometry(file: str, where: str, label: str, geometry: Any, meta: dict[str, Any]) -> Iterator[Mark]:
    kind: str | None = geometry["type"] if geometry else None
    given: Any = geometry["coordinates"] if kind in ("Polygon", "MultiPolygon", "Point", "MultiPoint") else None
    if kind in ("Polygon", "MultiPolygon"):
        parts = [given] if kind == "Polygon" else given
        found = [[tuple(point(file, where, pair) for pair in ring) for ring in part] for part in parts]
        holes = tuple(n > 0 for part in found for n in range(len(part)))
        yield Mark(where, label, rings=tuple(ring for part in found for ring in part), holes=holes, meta=meta)
    elif kind in ("Point", "MultiPoint"):
        points = [given] if kind == "Point" else given
        yield Mark(where, label, points=tuple(point(file, where, pair) for pair in points), meta=meta)
    elif kind == "GeometryCollection":
        for inner in geometry.get("geometries", []):
            yield from _geometry(file, where, label, inner, meta)
    else:
        raise RowFault(file, f"a {kind} is no region; leave it out with `skip: [{kind}]`", item=where)


def _list(file: str, value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise Unreadable(file, f"no list {key!r}: not the form of this tool")
    return found


def _png(file: str, where: str, data: Any, *, packed: bool = False) -> NDArray[np.bool_]:
    """A mask inside the JSON: where it is not black, or not transparent."""
    try:
        raw = base64.b64decode(str(data), validate=True)
        if packed:
            parts = streams.inflated(iter([raw]), budget.limit(budget.MAX_BYTES))
            raw = streams.whole(file, parts)
        with picture.opened(file, io.BytesIO(raw)) as image:
            array = np.asarray(image.convert("LA"))
    except Unreadable as error:
        raise RowFault(file, f"no mask in base64: {error.reason}", item=where) from error
    except (EOFError, binascii.Error, zlib.error, UnidentifiedImageError, OSError, ValueError) as error:
        raise RowFault(file, f"no mask in base64: {error}", item=where) from error
    return (array[..., 0] > 0) & (array[..., 1] > 0)


READERS: dict[str, Read] = {
    "labelme": labelme, "via": via, "supervisely": supervisely, "labelbox": labelbox, "geojson": geojson,
}  # fmt: skip
