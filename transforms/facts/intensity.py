"""Mean intensity, where the values have a unit that means something, Hounsfield units, and the picture shows them."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace, Media
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData

NAME = "intensity"
VERSION = "2"
PREDICATES = ("mean_intensity",)

TOLERANCE_HU = 2.0
SHOWN = 0.9
"""Of a region's pixels, at least this share has values within the window: of what the picture shows black or white,
nobody can tell the value."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """The mean over the pixels of a region in this view, in HU, within `TOLERANCE_HU`; none of a region of which the
    window cuts off more than a tenth, nor of one whose mean it does not hold."""
    if view.values is None or not view.scene.media or view.scene.media[0].unit != "HU":
        return
    for rid in measured(view):
        value = ops.mean(view.patches[rid], view.values)
        if math.isfinite(value) and displayed(view.patches[rid], view.values, view.scene.media[0], value):
            yield Draft("mean_intensity", value, (rid,), "HU", TOLERANCE_HU)


def displayed(patch: Patch, values: NDArray[np.float32], picture: Media, value: float) -> bool:
    """Whether the picture's window shows what a region's values are. `values`: (height, width), in the unit of the
    window."""
    if picture.window is None:
        return True
    low, high = sorted(picture.window)
    x0, y0, x1, y1 = patch.box
    inside = values[y0:y1, x0:x1][patch.mask]
    inside = inside[np.isfinite(inside)]
    share = float(((inside >= low) & (inside <= high)).mean()) if inside.size else 0.0
    return low < value < high and share >= SHOWN
