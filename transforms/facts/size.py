"""How large a region is in this view: its area; of one connected piece its long and short axis, else how many pieces.

An axis never spans a gap: the distance between two exudates is no length of either.
"""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.viewdata import ViewData

NAME = "size"
VERSION = "2"
PREDICATES = ("area", "long_axis", "short_axis", "pieces")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    spacing = view.spacing
    x, y = spacing or (1.0, 1.0)
    length, square = ("mm", "mm2") if spacing else ("px", "px2")
    for rid in measured(view):
        mask = view.patches[rid]
        area = ops.area(mask, spacing)
        yield Draft("area", area, (rid,), square, max(0.005 * area, 0.5 * x * y))
        if (pieces := ops.pieces(mask)) > 1:
            yield Draft("pieces", pieces, (rid,), "pieces", 0.0)
            continue
        long, short = ops.axes(mask, spacing)
        diagonal = float(np.hypot(x, y))
        yield Draft("long_axis", long, (rid,), length, diagonal)
        yield Draft("short_axis", short, (rid,), length, diagonal)
