"""The shape of a finding in this view, of one piece that lies whole in it: circularity, solidity, elongation."""

from collections.abc import Iterator, Mapping

import cv2
import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "shape"
VERSION = "3"
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
    """4 pi A / P^2 (Cox, J. Paleontology 1927), of square pixels: A the pixels, P the `perimeter`. At most 1."""
    patch = Patch.of(mask)
    return min(1.0, 4 * np.pi * patch.size / perimeter(patch) ** 2)


DIAGONAL = np.pi / (4 * np.sqrt(2))
CROFTON = np.array([
    0, np.pi / 4 + DIAGONAL, DIAGONAL, 2 * DIAGONAL, 0, np.pi / 4 + DIAGONAL, 0, DIAGONAL,
    np.pi / 4, np.pi / 2, DIAGONAL, DIAGONAL, np.pi / 4, np.pi / 2, 0, 0,
])  # fmt: skip
"""What each of the 16 patterns of a pixel and its neighbours above, to the left and between adds to the perimeter."""


def perimeter(mask: AnyMask) -> float:
    """The length of the outline by Crofton's formula in four directions, in pixels (Rivollier 2010): what scikit-image,
    which takes a good part of a second to import, gives."""
    wide = np.pad(Patch.of(mask).mask, 1).view(np.uint8)
    patterns = wide[1:, 1:] + 4 * wide[1:, :-1] + 2 * wide[:-1, 1:] + 8 * wide[:-1, :-1]
    return float(CROFTON @ np.bincount(patterns.ravel(), minlength=16))


def solidity(mask: AnyMask) -> float:
    """The share of its convex hull that a mask fills, pixels being squares: the hull of their corners is that of their
    centres, widened by half a pixel to each side (its area grows by width + height + 1)."""
    patch = Patch.of(mask)
    x0, y0, x1, y1 = patch.box
    area = cv2.contourArea(cv2.convexHull((patch.hull - (x0, y0)).astype(np.float32)))  # of the centres
    return float(patch.size / (area + (x1 - x0 - 1) + (y1 - y0 - 1) + 1))


def elongation(mask: AnyMask, spacing: ops.Spacing) -> float:
    """The short axis as a share of the long one (`ops.axes`)."""
    long, short = ops.axes(mask, spacing)
    return short / long
