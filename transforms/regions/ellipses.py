"""Ellipses under changes of frame: what a linear map makes of one is one again."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROUND = 1e-3
"""Relative difference of the axes up to which an ellipse is a circle, and has no direction."""


class Ellipse(NamedTuple):
    """`centre` x, y; half `axes`, the longer first, which is turned by `angle` degrees (0 to 180) from x to y."""

    centre: tuple[float, float]
    axes: tuple[float, float]
    angle: float

    @property
    def round(self) -> bool:
        return self.axes[0] - self.axes[1] <= ROUND * self.axes[0]

    @property
    def half(self) -> NDArray[np.float64]:
        """(2, 2): the half axes as columns x, y."""
        turn = np.deg2rad(self.angle)
        return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * self.axes

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 of the smallest upright box that holds it: a point of it is centre + half @ u with |u| = 1,
        and the largest x of half @ u is the length of the first row."""
        (x, y), (dx, dy) = self.centre, np.linalg.norm(self.half, axis=1)
        return x - float(dx), y - float(dy), x + float(dx), y + float(dy)


def made(centre: tuple[float, float], half: NDArray[np.float64]) -> Ellipse:
    """The ellipse of the points centre + half @ u, |u| = 1: its axes are the singular values and the left singular
    vectors of `half` (Golub and Van Loan, Matrix Computations, 2.4). Raises ValueError where it has no area."""
    vectors, lengths, _ = np.linalg.svd(half)
    if not np.isfinite(lengths).all() or lengths[1] <= 0:
        raise ValueError(f"an ellipse with half axes {lengths.tolist()} has no area")
    axes = (float(lengths[0]), float(lengths[1]))
    found = Ellipse(centre, axes, 0.0)
    if found.round:
        return found
    return found._replace(angle=float(np.rad2deg(np.arctan2(vectors[1, 0], vectors[0, 0])) % 180.0))


def mapped(ellipse: Ellipse, scale: NDArray[np.float64]) -> Ellipse:
    """An ellipse under a linear map (2, 2) of x, y, its centre mapped as well. Raises ValueError."""
    x, y = (float(v) for v in scale @ np.asarray(ellipse.centre))
    return made((x, y), scale @ ellipse.half)
