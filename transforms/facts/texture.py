"""How the attenuation of a finding spreads, and how it differs from its organ's: where the picture shows them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import CONTAINERS, Draft, measured
from transforms.facts.intensity import TOLERANCE_HU, displayed
from transforms.facts.relation import WITHIN
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData

NAME = "texture"
VERSION = "1"
PREDICATES = ("spread", "contrast")

SMALLEST = 30  # pixels of a finding, and of what is left of its organ


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`spread`: the standard deviation of the HU over the pixels of a finding in this view (a coefficient of variation
    says nothing on a scale whose zero is water). `contrast`: the mean of a finding less that of the rest of the
    smallest organ that holds it, in HU."""
    picture = view.scene.media[0] if view.scene.media else None
    if view.values is None or picture is None or picture.unit != "HU":
        return
    entries = {region.id: space.of(region.concept) for region in view.scene.regions}
    means = {rid: ops.mean(view.patches[rid], view.values) for rid in measured(view)}
    shown = [rid for rid, mean in means.items() if displayed(view.patches[rid], view.values, picture, mean)]
    organs = [rid for rid in shown if entries[rid].facet == "anatomy" and entries[rid].slug not in CONTAINERS]
    organs.sort(key=lambda rid: view.patches[rid].size)
    for rid in shown:
        patch = view.patches[rid]
        if entries[rid].facet != "finding" or patch.size < SMALLEST:
            continue
        yield Draft("spread", spread(patch, view.values), (rid,), "HU", TOLERANCE_HU)
        holder = next((one for one in organs if ops.inside(patch, view.patches[one]) >= WITHIN), None)
        left = rest(view.patches[holder], patch) if holder is not None else None
        if holder is not None and left is not None:
            value = means[rid] - ops.mean(left, view.values)
            yield Draft("contrast", value, (rid, holder), "HU", 2 * TOLERANCE_HU)


def spread(patch: Patch, values: NDArray[np.float32]) -> float:
    """The standard deviation of `values` (height, width) over the mask, of the pixels that have one."""
    x0, y0, x1, y1 = patch.box
    inside = values[y0:y1, x0:x1][patch.mask]
    return float(inside[np.isfinite(inside)].std(dtype=np.float64))


def rest(organ: Patch, finding: Patch) -> Patch | None:
    """What of an organ is not the finding; None where too little is."""
    left = Patch.at(organ.mask & ~finding.over(organ.box), (organ.box[1], organ.box[0]), organ.shape)
    return left if left is not None and left.size >= SMALLEST else None
