"""Mean intensity, where the values have a unit that means something: Hounsfield units."""

import math
from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.viewdata import ViewData

NAME = "intensity"
VERSION = "1"
PREDICATES = ("mean_intensity",)

TOLERANCE_HU = 2.0


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    if view.values is None or not view.scene.media or view.scene.media[0].unit != "HU":
        return
    for rid in measured(view):
        value = ops.mean(view.patches[rid], view.values)
        if math.isfinite(value):
            yield Draft("mean_intensity", value, (rid,), "HU", TOLERANCE_HU)
