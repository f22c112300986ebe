"""How large a box, a circle or an ellipse is that was drawn without a mask, how long a line, and which of several boxes
is the largest: of what was drawn, for of what lies in it nothing was."""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.facts.base import MAX_INSTANCES, Draft, by_concept, instances, marked
from transforms.facts.ops import Spacing
from transforms.regions.ellipses import Ellipse, mapped
from transforms.regions.marks import Mark
from transforms.regions.patch import Box
from transforms.regions.viewdata import ViewData

NAME = "marks"
VERSION = "2"
PREDICATES = (
    "box_width", "box_height", "box_larger", "line_length", "circle_diameter", "ellipse_long", "ellipse_short",
    "ellipse_angle", "turned_long", "turned_short",
)  # fmt: skip

ROUNDED = 2.0
"""Pixels: each of two edges was moved outward by less than one."""
SMALLEST = 8
"""Pixels a side: of a smaller box, a wrong size would be within the rounding of the right one."""
LARGER = 1.1
LEANING = 1.25
"""The longer axis by the shorter: of a rounder ellipse nobody sees which way it lies."""
SQUARE = 0.02
"""The cosine of its angles below which a drawn box counts as one: its sides are then right within a hundredth."""
TURN = 2.0
"""Degrees that the longer axis of an ellipse may be off."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Lengths in mm or px; the ratio of the areas of two boxes of one concept and one maker."""
    boxes = {rid: box for rid in marked(view) if (box := view.marks[rid].box) and min(sides(box)) >= SMALLEST}
    unit, (x, y) = "mm" if view.spacing else "px", view.spacing or (1.0, 1.0)
    for rid, box in boxes.items():
        width, height = sides(box)
        yield Draft("box_width", width * x, (rid,), unit, ROUNDED * x)
        yield Draft("box_height", height * y, (rid,), unit, ROUNDED * y)
    for label in by_concept(view.scene):
        rids = instances(view.scene, label)
        if len(rids) > 1 and all(rid in boxes for rid in rids):
            yield from _largest({rid: boxes[rid] for rid in rids})
    for rid in marked(view):
        if (ellipse := view.marks[rid].ellipse) is not None and 2 * ellipse.axes[1] >= SMALLEST:
            yield from _about(view, rid, view.marks[rid], unit)
    for rid in marked(view):
        if view.marks[rid].corners and (found := turned_sides(view.marks[rid], view.spacing)) is not None:
            long, short = found
            if short >= SMALLEST * min(x, y):
                yield Draft("turned_long", long, (rid,), unit, min(x, y))
                yield Draft("turned_short", short, (rid,), unit, min(x, y))
    lines = [rid for rid, mark in view.marks.items() if mark.line]
    for rid in lines[:MAX_INSTANCES]:
        length = line_length(view.marks[rid], view.spacing)
        if length >= SMALLEST * min(x, y):
            yield Draft("line_length", length, (rid,), unit, min(x, y))


def _about(view: ViewData, rid: str, mark: Mark, unit: str) -> Iterator[Draft]:
    """The diameter of a circle, which may be none in millimetres; the axes of an ellipse, and how it lies."""
    tolerance = min(view.spacing or (1.0, 1.0))
    found = in_unit(mark, view.spacing)
    if found.round:
        if mark.form == "circle":
            yield Draft("circle_diameter", 2 * found.axes[0], (rid,), unit, tolerance)
        return
    if mark.form == "circle":
        return
    yield Draft("ellipse_long", 2 * found.axes[0], (rid,), unit, tolerance)
    yield Draft("ellipse_short", 2 * found.axes[1], (rid,), unit, tolerance)
    if found.axes[0] >= LEANING * found.axes[1]:
        yield Draft("ellipse_angle", found.angle, (rid,), "degrees", TURN)


def sides(box: Box) -> tuple[int, int]:
    """Width and height in pixels."""
    return box[2] - box[0], box[3] - box[1]


def in_unit(mark: Mark, spacing: Spacing) -> Ellipse:
    """A mark's ellipse in millimetres of the image, or in pixels. Raises ValueError where it has none."""
    if mark.ellipse is None:
        raise ValueError(f"it is marked with a {mark.form}, not with an ellipse")
    return mark.ellipse if spacing is None else mapped(mark.ellipse, np.diag(spacing))


def turned_sides(mark: Mark, spacing: Spacing) -> tuple[float, float] | None:
    """The longer and the shorter side of a turned box: mm or px; None where it is no rectangle there, as on pixels that
    are not square. Raises ValueError where there is none."""
    if not mark.corners:
        raise ValueError(f"it is marked with a {mark.form} that is not turned")
    a, b, c, d = np.asarray(mark.corners) * (spacing or (1.0, 1.0))
    u, v = ((b - a) + (c - d)) / 2, ((d - a) + (c - b)) / 2
    one, other = float(np.hypot(*u)), float(np.hypot(*v))
    skew = float(np.abs((b - a) - (c - d)).max())
    if not one or not other or abs(float(u @ v)) > SQUARE * one * other or skew > SQUARE * max(one, other):
        return None
    return max(one, other), min(one, other)


def line_length(mark: Mark, spacing: Spacing) -> float:
    """From end to end along a mark's line: mm or px. Raises ValueError where it has none."""
    if not mark.line:
        raise ValueError(f"it is marked with a {mark.form}, not with a line")
    steps = np.diff(np.asarray(mark.line), axis=0) * (spacing or (1.0, 1.0))
    return float(np.hypot(*steps.T).sum())


def _area(box: Box, less: float = 0.0) -> float:
    width, height = sides(box)
    return (width - less) * (height - less)


def _largest(boxes: dict[str, Box]) -> Iterator[Draft]:
    """The largest against each other; where it may be no larger but for the rounding of the edges, nothing is said."""
    first, *others = sorted(boxes, key=lambda rid: -_area(boxes[rid]))
    for other in others:
        ratio = _area(boxes[first]) / _area(boxes[other])
        if ratio >= LARGER and _area(boxes[first], ROUNDED) > _area(boxes[other]):
            yield Draft("box_larger", ratio, (first, other), None, 0.05 * ratio)
