"""How large a region is in this view: its area; of one connected piece its long and short axis, else how many pieces.

A label of an organ of which there are two may hold both: its pieces are not counted; where they lie on both sides of
the image, that is told.

An axis never spans a gap: the distance between two exudates is no length of either. Of what the edge of the picture
cuts, area and long axis are the least that they may be; a short axis is not known: across another long axis it may be
less.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured, paired
from transforms.regions.patch import AnyMask
from transforms.regions.viewdata import ViewData

NAME = "size"
VERSION = "7"
PREDICATES = ("area", "long_axis", "short_axis", "pieces", "both_sides")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    spacing = view.spacing
    x, y = spacing or (1.0, 1.0)
    length = "mm" if spacing else "px"
    diagonal = float(np.hypot(x, y))
    concepts = {region.id: region.concept for region in view.scene.regions}
    drawn = {region.id for region in view.scene.regions if region.made_by.kind == "human"}
    for rid in measured(view):
        mask = view.patches[rid]
        bound: Literal["at_least"] | None = "at_least" if mask.cut else None
        area, square, within = area_of(mask, spacing)
        yield Draft("area", area, (rid,), square, within, bound=bound)
        if (pieces := ops.pieces(mask)) > 1:
            if paired(space.of(concepts[rid]), space):  # one on each side is no organ in pieces
                if view.scene.view.plane != "sagittal" and (both := ops.both_sides(mask)):
                    yield Draft("both_sides", both, (rid,))
            elif rid in drawn:  # in how many pieces a rule or a model leaves a thing is a matter of its threshold
                yield Draft("pieces", pieces, (rid,), "pieces", 0.0)
            continue
        long, short = ops.axes(mask, spacing)
        yield Draft("long_axis", long, (rid,), length, diagonal, bound=bound)
        if not mask.cut:
            yield Draft("short_axis", short, (rid,), length, diagonal)


def area_of(mask: AnyMask, spacing: ops.Spacing) -> tuple[float, str, float]:
    """An area, its unit and its tolerance: half a hundredth of it, at least half a pixel."""
    x, y = spacing or (1.0, 1.0)
    area = ops.area(mask, spacing)
    return area, "mm2" if spacing else "px2", max(0.005 * area, 0.5 * x * y)
