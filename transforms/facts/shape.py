"""The shape of a finding in this view, of one piece that lies whole in it: circularity, solidity, elongation."""

from collections.abc import Iterator, Mapping

import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "shape"
VERSION = "1"
PREDICATES = ("circularity", "solidity", "elongation")

SMALLEST = 60  # pixels: of fewer, the steps of the grid are the shape
SQUARE = 0.01
"""A perimeter is counted on pixels whose sides differ by less than this share."""
TOLERANCES: Mapping[str, float] = {"circularity": 0.02, "solidity": 0.01, "elongation": 0.03}


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Ratios without a unit, 1 for a disc, within `TOLERANCES`."""
    findings = {region.id for region in view.scene.regions if space.of(region.concept).facet == "finding"}
    for rid in measured(view):
        mask = view.patches[rid]
        if rid not in findings or mask.size < SMALLEST or mask.cut or ops.pieces(mask) > 1:
            continue
        for predicate, value in shapes(mask, view.spacing).items():
            yield Draft(predicate, value, (rid,), None, TOLERANCES[predicate])


def shapes(mask: AnyMask, spacing: ops.Spacing) -> dict[str, float]:
    """Predicate -> value, of a mask of one piece."""
    x, y = spacing or (1.0, 1.0)
    found = {"solidity": solidity(mask), "elongation": elongation(mask, spacing)}
    return found | ({"circularity": circularity(mask)} if abs(x - y) <= SQUARE * max(x, y) else {})


def circularity(mask: AnyMask) -> float:
    """4 pi A / P^2 (Cox, J. Paleontology 1927), of square pixels: A the pixels, P the perimeter by Crofton's formula in
    four directions, as scikit-image counts it. At most 1."""
    from skimage.measure import perimeter_crofton  # a good part of a second to import

    patch = Patch.of(mask)
    length = float(perimeter_crofton(np.pad(patch.mask, 1), directions=4))
    return min(1.0, 4 * np.pi * patch.size / length**2)


def solidity(mask: AnyMask) -> float:
    """The share of its convex hull that a mask fills, pixels being squares: the hull of their corners is that of their
    centres, widened by half a pixel to each side (its area grows by width + height + 1)."""
    patch = Patch.of(mask)
    corners = patch.hull - patch.hull.mean(axis=0)
    around = corners[np.argsort(np.arctan2(corners[:, 1], corners[:, 0]))]
    x, y = around[:, 0], around[:, 1]
    area = 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
    width, height = np.ptp(patch.hull, axis=0)
    return float(patch.size / (area + width + height + 1))


def elongation(mask: AnyMask, spacing: ops.Spacing) -> float:
    """The short axis as a share of the long one (`ops.axes`)."""
    long, short = ops.axes(mask, spacing)
    return short / long
