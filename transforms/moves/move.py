"""Moves of a picture: which pixel of the old one each pixel of the new one shows.

Every move reads whole pixels (the nearest one), so that masks stay masks: an index for each column and each row, after
the axes changed places where they do. The same move as a matrix carries points.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Size = tuple[int, int]
Index = NDArray[np.intp]
Matrix3 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Move:
    """`columns`, `rows`: the column and the row of the old picture (after `swap`, which transposes it) that each of the
    new one shows. `matrix`: 3 x 3, from a new pixel's centre x, y to the old one's. `crops`: whether something of the
    old picture is not shown; `exact`: whether every pixel that is shown is shown once."""

    size: Size
    swap: bool
    columns: Index
    rows: Index
    matrix: Matrix3
    crops: bool = False
    exact: bool = True

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the new picture."""
        return len(self.rows), len(self.columns)

    @property
    def new_size(self) -> Size:
        return len(self.columns), len(self.rows)

    @property
    def parameters(self) -> tuple[list[list[float]], list[int]]:
        """What it is told by: its matrix and the new size."""
        return [[float(n) for n in row] for row in self.matrix], list(self.new_size)

    def array(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        """(height, width[, channels]) moved. Raises ValueError for another size than the move is of."""
        if array.shape[:2] != self.size[::-1]:
            raise ValueError(f"the move is of {self.size}, the array {array.shape[1::-1]} (width, height)")
        turned = array.swapaxes(0, 1) if self.swap else array
        return np.ascontiguousarray(turned[self.rows][:, self.columns])

    def point(self, xy: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the old picture, on the axes of boxes, lies on the new one; it may lie outside."""
        x, y, _ = np.linalg.solve(self.matrix, (xy[0] - 0.5, xy[1] - 0.5, 1.0))
        return float(x) + 0.5, float(y) + 0.5

    def then(self, other: "Move") -> "Move":
        """This move, and on what it gives the other."""
        if other.size != self.new_size:
            raise ValueError(f"the move gives {self.new_size}, the one after it is of {other.size}")
        columns, rows = (self.rows, self.columns) if other.swap else (self.columns, self.rows)
        return Move(
            self.size, self.swap != other.swap, columns[other.columns], rows[other.rows], self.matrix @ other.matrix,
            self.crops or other.crops, self.exact and other.exact,
        )  # fmt: skip


def stay(size: Size) -> Move:
    """Nothing moves."""
    width, height = size
    return Move(size, False, np.arange(width), np.arange(height), np.eye(3))


def crop(size: Size, box: tuple[int, int, int, int]) -> Move:
    """What lies in a box x0, y0, x1, y1. Raises ValueError for one that leaves the picture or is empty."""
    x0, y0, x1, y1 = box
    if not (0 <= x0 < x1 <= size[0] and 0 <= y0 < y1 <= size[1]):
        raise ValueError(f"box {box} is empty or leaves the picture of {size[0]} x {size[1]}")
    matrix = np.array([(1.0, 0.0, x0), (0.0, 1.0, y0), (0.0, 0.0, 1.0)])
    return Move(size, False, np.arange(x0, x1), np.arange(y0, y1), matrix, box != (0, 0, *size))


def flip(size: Size, axis: Literal["x", "y"]) -> Move:
    """Mirrored from left to right (x) or from top to bottom (y)."""
    found = stay(size)
    n = "xy".index(axis)
    matrix = np.eye(3)
    matrix[n, n], matrix[n, 2] = -1.0, size[n] - 1.0
    columns, rows = (found.columns[::-1], found.rows) if axis == "x" else (found.columns, found.rows[::-1])
    return Move(size, False, columns, rows, matrix)


def permute(size: Size) -> Move:
    """The axes change places: x becomes y."""
    width, height = size
    swapped = np.array([(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)])
    return Move(size, True, np.arange(height), np.arange(width), swapped)


def rotate(size: Size, quarters: int) -> Move:
    """By so many quarter turns, counted against the clock."""
    found = stay(size)
    for _ in range(quarters % 4):
        turned = permute(found.new_size)
        found = found.then(turned).then(flip(turned.new_size, "y"))
    return found


def resize(size: Size, new: Size) -> Move:
    """To a new size: each pixel shows the old one in which its centre lies. Raises ValueError for no size."""
    if min(new) < 1:
        raise ValueError(f"{new[0]} x {new[1]} is no size")
    columns, rows = (((2 * np.arange(b) + 1) * a) // (2 * b) for a, b in zip(size, new, strict=True))
    x, y = (a / b for a, b in zip(size, new, strict=True))
    matrix = np.array([(x, 0.0, x / 2 - 0.5), (0.0, y, y / 2 - 0.5), (0.0, 0.0, 1.0)])
    return Move(size, False, columns, rows, matrix, exact=size == new)


def respace(size: Size, spacing: tuple[float, float], target: tuple[float, float]) -> Move:
    """To pixels of about `target` mm instead of `spacing`: as near as whole pixels allow."""
    new = [max(1, round(n * a / b)) for n, a, b in zip(size, spacing, target, strict=True)]
    return resize(size, (new[0], new[1]))
