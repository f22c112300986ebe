"""How high the uptake of a tracer is at its highest, over a whole PET volume, and on which slice that lies."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.facts.base import Draft
from transforms.facts.whole import acquired, grid_of
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

NAME = "uptake"
VERSION = "1"
PREDICATES = ("suv_max", "hottest_slice")

UNIT = "SUV"
TOLERANCE = 0.05
"""Reports give SUVmax to one decimal (Boellaard et al., FDG PET/CT: EANM procedure guidelines for tumour imaging 2.0,
Eur J Nucl Med Mol Imaging 2015)."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`suv_max`: the highest value of one voxel of a region (SUVmax); of one that the scan cuts, a bound.
    `hottest_slice`: its index across the axis of acquisition, from 0; none where several slices share the first place,
    or where the scan ends within the region."""
    first = view.scene.media[0] if view.scene.media else None
    if view.volume is None or first is None or first.unit != UNIT:
        return
    axis = acquired(grid_of(first))
    for region in view.scene.regions:
        found = hottest(view.solids[region.id], view.volume, axis) if region.id in view.solids else None
        if found is None:
            continue
        value, index = found
        cut = view.solids[region.id].cut
        yield Draft("suv_max", value, (region.id,), UNIT, TOLERANCE, scope="record", bound="at_least" if cut else None)
        if index is not None and not cut:
            yield Draft("hottest_slice", index, (region.id,), scope="record")


def hottest(solid: Solid, volume: NDArray[Any], axis: int) -> tuple[float, int | None] | None:
    """The highest value of a region of a volume (i, j, k), and the slice across an axis that it is on; None where no
    voxel of it has a value."""
    inside = np.where(solid.mask, volume[solid.crop], np.nan).astype(np.float64)
    if not np.isfinite(inside).any():
        return None
    highest = float(inside[np.isfinite(inside)].max())
    where = np.unique(np.nonzero(inside == highest)[axis])
    return highest, int(where[0]) + solid.offset[axis] if len(where) == 1 else None
