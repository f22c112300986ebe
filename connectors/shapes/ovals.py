"""Circles and ellipses from tables: as outlines, or as the ellipses that they are."""

import math
from collections.abc import Callable

import numpy as np

from schemas import EllipseShape

STEPS = 128  # corners of a circle: its area is short by 0.04 percent
Point = tuple[float, float]


def ring(x: float, y: float, a: float, b: float, angle: float) -> list[Point]:
    """The outline of an ellipse with half axes a and b, a being turned by `angle` (radians) from x to y:
    x + a cos t cos(angle) - b sin t sin(angle), y + a cos t sin(angle) + b sin t cos(angle), t from 0 to 2 pi (the
    parametric equation of a turned ellipse; J. D. Lawrence, A Catalog of Special Plane Curves, 1972, 3.1)."""
    t = np.arange(STEPS) * (2 * math.pi / STEPS)
    along, across = a * np.cos(t), b * np.sin(t)
    xs = x + along * math.cos(angle) - across * math.sin(angle)
    ys = y + along * math.sin(angle) + across * math.cos(angle)
    return [(float(px), float(py)) for px, py in zip(xs, ys, strict=True)]


def shape(x: float, y: float, a: float, b: float, angle: float, place: Callable[[float, float], Point]) -> EllipseShape:
    """The same ellipse where `place` puts it, which scales, flips and moves: its half axes are the singular values of
    what becomes of the two, as columns. Raises ValueError where that has no area."""
    centre = np.array(place(x, y))
    ends = [(x + a * math.cos(angle), y + a * math.sin(angle)), (x - b * math.sin(angle), y + b * math.cos(angle))]
    vectors, lengths, _ = np.linalg.svd(np.column_stack([np.array(place(*end)) - centre for end in ends]))
    return EllipseShape(
        centre=(float(centre[0]), float(centre[1])), axes=(float(lengths[0]), float(lengths[1])),
        angle=float(math.atan2(vectors[1, 0], vectors[0, 0]) % math.pi),
    )  # fmt: skip
