"""How large a box is that was drawn without a mask, and which of several is the largest: of the boxes, for of what lies
in them nothing was drawn."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts.base import Draft, by_concept, instances, marked
from transforms.regions.patch import Box
from transforms.regions.viewdata import ViewData

NAME = "marks"
VERSION = "1"
PREDICATES = ("box_width", "box_height", "box_larger")

ROUNDED = 2.0
"""Pixels: each of two edges was moved outward by less than one."""
SMALLEST = 8
"""Pixels a side: of a smaller box, a wrong size would be within the rounding of the right one."""
LARGER = 1.1


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Width and height in mm or px; the ratio of the areas of two boxes of one concept and one maker."""
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


def sides(box: Box) -> tuple[int, int]:
    """Width and height in pixels."""
    return box[2] - box[0], box[3] - box[1]


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
