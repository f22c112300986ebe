"""The shapes of CVAT's "CVAT for images" XML 1.1."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import numpy as np

from connectors.base import RowFault
from connectors.shapes import drawing
from connectors.shapes.json_paths import Mark, Point, Unread, each, rings
from connectors.shapes.json_tools import ellipse

SIDES = ("xtl", "ytl", "xbr", "ybr")
KINDS = ("box", "polygon", "points", "ellipse", "mask", "polyline", "cuboid")


def marks(file: str, entry: ET.Element, label: str | None, constant: str | None) -> Iterator[Mark | Unread]:
    """The objects of an <image>; their attributes become meta."""
    objects = enumerate((child for child in entry if child.tag in KINDS), start=1)
    yield from each(
        file, ((f"image {entry.get('name')}, {found.tag} {n}", found) for n, found in objects),
        lambda where, found: [_mark(file, where, _said(file, where, found, label, constant), found)],
        lambda where, found: [_said(file, where, found, label, constant)],
    )  # fmt: skip


def _meta(found: ET.Element) -> dict[str, Any]:
    meta: dict[str, Any] = {one.get("name", ""): one.text or "" for one in found.findall("attribute")}
    return {**meta, "occluded": True} if found.get("occluded") == "1" else meta


def _said(file: str, where: str, found: ET.Element, label: str | None, constant: str | None) -> str:
    said = constant or (_meta(found).get(label) if label and label != "@label" else found.get("label"))
    if not said:
        raise RowFault(file, f"nothing at {label or '@label'!r} says what it is", item=where)
    return str(said)


def _mark(file: str, where: str, label: str, found: ET.Element) -> Mark:
    meta = _meta(found)

    def number(name: str) -> float:
        return drawing.number(file, f"{where}, {name}", found.get(name))

    if found.tag == "box":
        x0, y0, x1, y1 = (number(side) for side in SIDES)
        angle = np.deg2rad(drawing.number(file, where, found.get("rotation", 0)))
        if angle:
            return Mark(where, label, corners=_turned((x0, y0, x1, y1), float(angle)), meta=meta)
        return Mark(where, label, box=(x0, y0, x1, y1), meta=meta)
    if found.tag in ("polygon", "points"):
        points = rings(file, where, [pair for pair in (found.get("points") or "").split(";") if pair])
        drawn = points[0] if points else ()
        return Mark(where, label, **({"rings": (drawn,)} if found.tag == "polygon" else {"points": drawn}), meta=meta)
    if found.tag == "ellipse":
        return Mark(where, label, rings=(ellipse((number("cx"), number("cy")), number("rx"), number("ry")),), meta=meta)
    if found.tag == "mask":
        left, top, width, height = (int(number(name)) for name in ("left", "top", "width", "height"))
        runs = np.array([int(part) for part in (found.get("rle") or "").split(",") if part.strip()], np.int64)
        if runs.min(initial=0) < 0 or runs.sum() != width * height:
            raise RowFault(file, f"run lengths do not fill {width} x {height}", item=where)
        mask = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(height, width)
        return Mark(where, label, mask=mask, origin=(left, top), meta=meta)
    raise RowFault(file, f"a {found.tag} is no region; leave its label out with `skip`", item=where)


def _turned(box: tuple[float, float, float, float], angle: float) -> tuple[Point, ...]:
    """A box's corners, turned about its centre, clockwise on the screen."""
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return tuple((x + (a - x) * cos - (b - y) * sin, y + (a - x) * sin + (b - y) * cos) for a, b in corners)
