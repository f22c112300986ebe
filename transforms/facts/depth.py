"""How deep a finding lies below the surface of the organ that holds it, in this view."""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import CONTAINERS, Draft, measured
from transforms.facts.relation import WITHIN
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "depth"
VERSION = "1"
PREDICATES = ("depth",)


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """In mm or px, within a pixel. Below the surface of the smallest organ that holds the finding and lies whole in the
    picture; in another slice the surface may be nearer."""
    entries = {region.id: space.of(region.concept) for region in view.scene.regions}
    found = measured(view)
    organs = [rid for rid in found if entries[rid].facet == "anatomy" and entries[rid].slug not in CONTAINERS]
    organs.sort(key=lambda rid: view.patches[rid].size)
    step = max(view.spacing or (1.0, 1.0))
    for rid in found:
        patch = view.patches[rid]
        if entries[rid].facet != "finding":
            continue
        holder = next((one for one in organs if ops.inside(patch, view.patches[one]) >= WITHIN), None)
        if holder is not None and not view.patches[holder].cut and ops.inside(patch, view.patches[holder]) == 1:
            value = depth(patch, view.patches[holder], view.spacing)
            yield Draft("depth", value, (rid, holder), "mm" if view.spacing else "px", step)


def depth(inner: AnyMask, outer: AnyMask, spacing: ops.Spacing) -> float:
    """The smallest distance from a pixel centre of one mask to that of a pixel on the outer outline of another that
    holds it; 0 where it reaches that outline. A hole in the other is no surface of it. mm or px."""
    from scipy import ndimage
    from scipy.spatial import cKDTree

    scale, organ = np.array(spacing or (1.0, 1.0)), Patch.of(outer)
    filled = Patch(ndimage.binary_fill_holes(organ.mask), organ.box, organ.shape)
    nearest, _ = cKDTree(filled.outline * scale).query(Patch.of(inner).outline * scale)
    return float(nearest.min())
