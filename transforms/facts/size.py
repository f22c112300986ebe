"""How large a region is in this view: area, long axis, short axis."""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.viewdata import ViewData

NAME = "size"
VERSION = "1"
PREDICATES = ("area", "long_axis", "short_axis")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    spacing = view.spacing
    x, y = spacing or (1.0, 1.0)
    length, square = ("mm", "mm2") if spacing else ("px", "px2")
    for rid in measured(view):
        mask = view.patches[rid]
        area = ops.area(mask, spacing)
        yield Draft("area", area, (rid,), square, max(0.005 * area, 0.5 * x * y))
        long, short = ops.axes(mask, spacing)
        diagonal = float(np.hypot(x, y))
        yield Draft("long_axis", long, (rid,), length, diagonal)
        yield Draft("short_axis", short, (rid,), length, diagonal)
