"""The longest chord of a mask across a direction: the short axis of a lesion.

RECIST 1.1 (Eisenhauer et al., Eur J Cancer 2009, 45:228-247) measures a lymph node by its short axis, the longest
diameter perpendicular to the longest one in the same plane. Such a diameter lies inside the lesion: a chord does not
cross a bay or a hole, and no two ends of different lines make one.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.regions.patch import Mask, Patch

STEP = 0.5
"""Pixels between neighbouring lines, along the rows or the columns that they cross. What is found is a chord, from side
to side of its pixels; none is missed that is as long on a strip of this width. Pixels that meet at a corner are
connected."""
BATCH = 96
NEAR = 1e-9
ROUNDED = 1e-3
"""Rows: what the single precision of a hull may be off."""


def longest(
    mask: Patch, across: NDArray[np.float64], through: tuple[float, float], scale: NDArray[np.float64]
) -> float:
    """In the unit of `scale`, (x, y) of a pixel. `across`: the direction x, y in that unit; `through`: x, y in pixels
    of a point that one of the lines goes through. Lines are tried in the order of what the hull would allow."""
    dx, dy = across / scale
    pixels, (x, y), (sx, sy) = mask.mask, (through[0] - mask.box[0], through[1] - mask.box[1]), scale
    if abs(dx) > abs(dy):  # so that a line crosses every row, and no more than two pixels of each
        pixels, dx, dy, x, y, sx, sy = pixels.T, dy, dx, y, x, sy, sx
    slope = dx / dy
    if slope < 0:
        pixels, slope, x = pixels[:, ::-1], -slope, pixels.shape[1] - 1 - x
    start = x - slope * (y + 0.5)  # where that line enters the first row
    return math.hypot(sx * slope, sy) * _rows(np.ascontiguousarray(pixels), float(slope), float(start))


def _rows(pixels: Mask, slope: float, start: float) -> float:
    """The longest way of a line within the mask, in rows. `slope`: columns a row, from 0 to 1; `start`: the column at
    the upper side of the first row of one of the lines."""
    height, columns = pixels.shape
    first = math.ceil((-0.5 - slope * height - start) / STEP)
    last = math.floor((columns - 0.5 - start) / STEP)
    lines = start + STEP * np.arange(first, last + 1)
    bounds = _bounds(pixels, slope, lines)
    order = np.argsort(-bounds, kind="stable")
    best = 0.0
    for at in range(0, len(order), BATCH):
        some = order[at : at + BATCH]
        if bounds[some[0]] <= best + NEAR:
            break
        best = max(best, _runs(pixels, slope, lines[some]))
    return best


def _bounds(pixels: Mask, slope: float, lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """How long each line is within the convex hull of the pixels, in rows."""
    ys = np.arange(len(pixels))
    left = pixels.argmax(axis=1)
    right = pixels.shape[1] - 1 - pixels[:, ::-1].argmax(axis=1)
    held = pixels.any(axis=1)
    corners = [(x[held] + side, ys[held] + down) for x, side in ((left, 0), (right, 1)) for down in (0, 1)]
    across, down = (np.concatenate(both).astype(np.float64) for both in zip(*corners, strict=True))
    points = np.column_stack((across - 0.5 - slope * down, down))
    hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    turn = hull[np.lexsort((hull[:, 1], hull[:, 0]))]
    (x0, y0), (x1, y1) = turn[0], turn[-1]
    above = (turn[:, 1] - y0) * (x1 - x0) - (turn[:, 0] - x0) * (y1 - y0)
    upper, lower = turn[above >= 0], turn[above <= 0]
    ends = {"left": 0.0, "right": 0.0}
    found = np.interp(lines, upper[:, 0], upper[:, 1], **ends) - np.interp(lines, lower[:, 0], lower[:, 1], **ends)
    return np.asarray(np.where((lines >= x0) & (lines <= x1), np.maximum(found, 0.0) + ROUNDED, 0.0))


def _runs(pixels: Mask, slope: float, lines: NDArray[np.float64]) -> float:
    """The longest run of the lines in the mask, in rows. In each row a line goes through one pixel or two."""
    height, columns = pixels.shape
    rows = np.arange(height)[:, None]
    enters = lines + slope * rows
    one = np.floor(enters + 0.5 + NEAR).astype(np.int64)
    two = np.floor(enters + slope + 0.5 + NEAR).astype(np.int64)
    share = np.where(two > one, (one + 0.5 - enters) / max(slope, NEAR), 1.0).clip(0.0, 1.0)
    wide = np.zeros((height, columns + 2), bool)
    wide[:, 1:-1] = pixels
    within = np.stack([wide[rows, (column + 1).clip(0, columns + 1)] for column in (one, two)], axis=1)
    parts = np.stack([share, 1 - share], axis=1)
    within, parts = (array.reshape(2 * height, -1) for array in (within | (parts < NEAR), parts))
    far = np.cumsum(parts * within, axis=0)
    since = np.maximum.accumulate(np.where(within, 0.0, far), axis=0)
    return float((far - since).max())
