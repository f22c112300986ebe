"""The circumference of a fetal head or abdomen in this view: of the ellipse that its outline is nearly one of."""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import Draft, measured
from transforms.regions.ellipses import Ellipse, made, mapped
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "circumference"
VERSION = "1"
PREDICATES = ("circumference",)

OF = frozenset({"fetal_head", "fetal_abdomen"})
"""Slugs of what is measured by an ellipse about it (Salomon et al., ISUOG Practice Guidelines: ultrasound assessment of
fetal biometry and growth, Ultrasound Obstet Gynecol 2019). Whether a view is the plane that the guideline asks for, no
outline tells: what is said is said of the ellipse, and of this image."""
LIKE = 0.97
"""The Dice coefficient of an outline and its ellipse from which on the one stands for the other."""
SMALLEST = 60  # pixels


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """In mm, within half a pixel all round; of one piece that lies whole in the picture, where the size of a pixel is
    known."""
    slugs = {region.id: space.of(region.concept).slug for region in view.scene.regions}
    for rid in measured(view):
        patch = view.patches[rid]
        if slugs[rid] not in OF or view.spacing is None or patch.size < SMALLEST or patch.cut or ops.pieces(patch) > 1:
            continue
        if likeness(patch) >= LIKE:
            value = perimeter(*axes(patch, view.spacing))
            yield Draft("circumference", value, (rid,), "mm", float(np.pi) * max(view.spacing))


def fitted(mask: AnyMask) -> Ellipse:
    """The ellipse in pixels, on the axes of a box, that has the centre and the second moments of a mask's pixels, each
    a square of side 1: those of an ellipse are a quarter of the squares of its half axes (Teague, JOSA 1980)."""
    patch = Patch.of(mask)
    ys, xs = np.nonzero(patch.mask)
    x, y = patch.centroid
    moments = np.cov(np.stack([xs, ys]), bias=True) + np.eye(2) / 12
    values, vectors = np.linalg.eigh(moments)
    return made((x + 0.5, y + 0.5), vectors * (2 * np.sqrt(values)))


def likeness(patch: Patch) -> float:
    """The Dice coefficient of a mask and the ellipse fitted to it."""
    drawn = Mark(patch.shape, ellipse=fitted(patch)).pixels
    return 2 * patch.overlap(drawn) / (patch.size + drawn.size)


def axes(mask: AnyMask, spacing: ops.Spacing) -> tuple[float, float]:
    """The two axes of the fitted ellipse, the longer first: mm or px."""
    found = fitted(mask) if spacing is None else mapped(fitted(mask), np.diag(spacing))
    return 2 * found.axes[0], 2 * found.axes[1]


def perimeter(long: float, short: float) -> float:
    """Of an ellipse with these axes, by the second approximation of S. Ramanujan (Q J Math 45, 1914): pi (a + b)
    (1 + 3 h / (10 + sqrt(4 - 3 h))), h = ((a - b) / (a + b))^2; right within 1e-5 for axes of 4 to 1."""
    h = ((long - short) / (long + short)) ** 2
    return float(np.pi / 2 * (long + short) * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h))))
