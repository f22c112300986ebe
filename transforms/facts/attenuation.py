"""The mean attenuation of a structure over a whole CT volume."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.facts.base import CONTAINERS, Draft
from transforms.facts.intensity import TOLERANCE_HU
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

NAME = "attenuation"
VERSION = "1"
PREDICATES = ("whole_attenuation",)

UNIT = "HU"
SMALLEST = 30  # voxels: of fewer, those at the border are most


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`whole_attenuation`: the mean over all voxels of a region, in HU; none of one that the scan cuts, for nobody saw
    the rest."""
    first = view.scene.media[0] if view.scene.media else None
    if view.volume is None or first is None or first.unit != UNIT:
        return
    for region in view.scene.regions:
        if region.id not in view.solids or space.of(region.concept).slug in CONTAINERS:
            continue
        solid = view.solids[region.id]
        value = None if solid.cut else mean(solid, view.volume)
        if value is not None:
            yield Draft("whole_attenuation", value, (region.id,), UNIT, TOLERANCE_HU, scope="record")


def mean(solid: Solid, volume: NDArray[Any]) -> float | None:
    """Over the voxels of a region of a volume (i, j, k) that have a value; None of too few."""
    inside = volume[solid.crop][solid.mask].astype(np.float64)
    inside = inside[np.isfinite(inside)]
    return float(inside.mean()) if inside.size >= SMALLEST else None
