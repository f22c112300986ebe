"""Measuring functions on masks. A mask is bool (height, width), whole or cut to a patch; spacing is (x, y) mm a pixel,
or None: then pixels.

Coordinates are (x, y) of pixel centres, origin at the centre of the top left pixel. Every function raises ValueError
on an empty mask: an empty region has no size and no place, and a zero would read as a measurement.
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas import MediaGeometry
from transforms.facts.chord import longest
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.patch import Box as Box

Spacing = tuple[float, float] | None
Plane = Literal["axial", "coronal", "sagittal"]
Matrix = Sequence[Sequence[float]]

MIDLINE = 0.05
"""A centroid within this share of the body's half-width from the midline lies on it."""
A_SIDE = 0.2
BOTH = "both sides of the image"
ONE_SIDE = 0.9
"""A region lies on one side of the patient when this share of its pixels does."""

ROWS: dict[Plane | None, tuple[str, str, str]] = {
    None: ("upper", "middle", "lower"),
    "axial": ("anterior", "middle", "posterior"),
    "coronal": ("superior", "middle", "inferior"),
    "sagittal": ("superior", "middle", "inferior"),
}
COLUMNS: dict[Plane | None, tuple[str, str, str]] = {
    None: ("left", "center", "right"),
    "axial": ("right", "central", "left"),  # image left is the patient's right
    "coronal": ("right", "central", "left"),
    "sagittal": ("anterior", "central", "posterior"),
}
PLANES: dict[tuple[tuple[int, bool], tuple[int, bool]], Plane] = {
    ((0, True), (1, True)): "axial",  # x to the left, y to the back
    ((0, True), (2, False)): "coronal",  # x to the left, y to the feet
    ((1, True), (2, False)): "sagittal",  # x to the back, y to the feet
}


def box(mask: AnyMask) -> Box:
    """The smallest x0, y0, x1, y1 that holds the mask, half-open."""
    return Patch.of(mask).box


def area(mask: AnyMask, spacing: Spacing) -> float:
    """Pixel count times the pixel's area: mm2, or px2."""
    x, y = spacing or (1.0, 1.0)
    return float(Patch.of(mask).size) * x * y


def hull(mask: AnyMask) -> NDArray[np.float64]:
    """(n, 2) vertices x, y of the convex hull of the pixel centres, in a fixed order."""
    return Patch.of(mask).hull


def axes(mask: AnyMask, spacing: Spacing) -> tuple[float, float]:
    """Long and short axis, mm or px.

    Long: the largest distance between two pixel centres, plus one pixel, since a pixel has a width of its own: its size
    along that direction. Short: the longest chord inside the mask perpendicular to it, from side to side of its pixels
    (transforms/facts/chord.py).
    """
    ends = diameter(mask, spacing)
    return length(*ends, spacing), width(mask, *ends, spacing)


def diameter(mask: AnyMask, spacing: Spacing) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two pixel centres x, y that lie farthest apart."""
    corners = hull(mask)
    xs, ys = (corners * np.array(spacing or (1.0, 1.0))).T
    dx, dy = xs[:, None] - xs, ys[:, None] - ys
    squares = dx * dx + dy * dy
    starts, ends = np.nonzero(squares >= max(0.0, math.sqrt(squares.max()) - 2e-9) ** 2)
    lengths = np.hypot(dx[starts, ends], dy[starts, ends])
    # Rounded, so that of two equal diameters (a rectangle has two) every machine takes the same one.
    which = int(lengths.round(9).argmax())
    (ax, ay), (bx, by) = corners[starts[which]], corners[ends[which]]
    return (float(ax), float(ay)), (float(bx), float(by))


def length(start: tuple[float, float], end: tuple[float, float], spacing: Spacing) -> float:
    """From the outer side of one pixel to that of the other: mm or px."""
    long, along, scale = _along(start, end, spacing)
    return long + float(np.linalg.norm(along * scale))


def width(mask: AnyMask, start: tuple[float, float], end: tuple[float, float], spacing: Spacing) -> float:
    """The longest chord inside a mask at right angles to its longest diameter, and no longer than that: mm or px. From
    corner to corner of its pixels a square's other diagonal would be."""
    _, along, scale = _along(start, end, spacing)
    chord = longest(Patch.of(mask), np.array([-along[1], along[0]]), start, scale)
    return min(chord, length(start, end, spacing))


def _along(
    start: tuple[float, float], end: tuple[float, float], spacing: Spacing
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """How long a line is, its direction, and the scale: mm or px."""
    scale = np.array(spacing or (1.0, 1.0))
    line = (np.array(start) - np.array(end)) * scale
    long = float(np.hypot(*line))
    return long, line / long if long else np.array([1.0, 0.0]), scale


def long_axis(mask: AnyMask, spacing: Spacing) -> float:
    """See `axes`."""
    return axes(mask, spacing)[0]


def short_axis(mask: AnyMask, spacing: Spacing) -> float:
    """See `axes`."""
    return axes(mask, spacing)[1]


def centroid(mask: AnyMask) -> tuple[float, float]:
    """Mean x, y of the pixel centres."""
    return Patch.of(mask).centroid


def pieces(mask: AnyMask) -> int:
    """How many connected pieces; pixels that meet at a corner are connected."""
    return len(Patch.of(mask).pieces)


def plane_of(geometry: MediaGeometry | None) -> Plane | None:
    """The plane that the pixel axes span, read off the affine; None where no patient frame is known or it is not one
    of the three that views are cut in."""
    if geometry is None or geometry.affine is None:
        return None
    directions = np.array(geometry.affine)[:3, :2]
    dominant = [(int(i), bool(directions[i, column] > 0)) for column, i in enumerate(np.abs(directions).argmax(axis=0))]
    return PLANES.get((dominant[0], dominant[1]))


def zone(mask: AnyMask, plane: Plane | None, within: AnyMask | None = None) -> str:
    """Which ninth of the image, or of the box of `within`, holds the centroid, in the patient's words where the plane
    is known."""
    row, column = _ninth(Patch.of(mask).centroid, _frame(mask, within))
    return _named(ROWS[plane][row], COLUMNS[plane][column])


def third(position: float, size: int) -> int:
    """0, 1 or 2: the third of `size` pixels in which a centre coordinate lies; what lies before or behind is in the
    first or the last."""
    return max(0, min(2, int((position + 0.5) * 3 / size)))


def _frame(mask: AnyMask, within: AnyMask | None) -> Box:
    height, width = Patch.of(mask).shape
    return (0, 0, width, height) if within is None else Patch.of(within).box


def _ninth(xy: tuple[float, float], frame: Box) -> tuple[int, int]:
    x0, y0, x1, y1 = frame
    return third(xy[1] - y0, y1 - y0), third(xy[0] - x0, x1 - x0)


def zones(plane: Plane | None) -> list[str]:
    """The nine words that `zone` may give."""
    return [_named(row, column) for row in ROWS[plane] for column in COLUMNS[plane]]


def scattered(mask: AnyMask, within: AnyMask | None = None) -> bool:
    """Whether pieces of the mask lie in different ninths of the image, or of the box of `within`, so that it lies in
    none of them."""
    frame = _frame(mask, within)
    return len({_ninth(middle, frame) for middle in Patch.of(mask).pieces}) > 1


def _named(row: str, column: str) -> str:
    return column if row == "middle" and column in ("center", "central") else f"{row} {column}"


def side(mask: AnyMask, body: AnyMask, geometry: MediaGeometry | None) -> Literal["left", "right", "midline"] | None:
    """The PATIENT's side, from the affine and the body's middle; None where the region is on both sides or the plane
    does not show left and right. Of several pieces each must lie in the midline: their middle is a place between."""
    if plane_of(geometry) not in ("axial", "coronal") or geometry is None or geometry.affine is None:
        return None
    along = np.array(geometry.affine[0][:2])
    extent = hull(body) @ along  # the outermost pixels of the body are corners of its hull
    middle, half = (float(extent.min()) + float(extent.max())) / 2, float(np.ptp(extent)) / 2
    patch = Patch.of(mask)
    ys, xs = np.nonzero(patch.mask)
    x0, y0 = patch.box[:2]
    leftward = along[0] * (xs + x0) + along[1] * (ys + y0) - middle  # LPS: more is further to the patient's left
    middles = [along[0] * x + along[1] * y - middle for x, y in patch.pieces]
    if max(abs(at) for at in (*middles, float(leftward.mean()))) <= MIDLINE * half:
        return "midline"
    share = float((leftward > 0).mean())
    return "left" if share >= ONE_SIDE else "right" if share <= 1 - ONE_SIDE else None


def both_sides(mask: AnyMask) -> str | None:
    """ "both sides of the image", where pieces lie on the left and on the right of its middle, each with a fifth of the
    pixels or more; None else."""
    patch = Patch.of(mask)
    x0, _, x1, _ = _frame(mask, None)
    middle = (x0 + x1 - 1) / 2
    sides = {x < middle for x, _ in patch.pieces}
    share = float((np.nonzero(patch.mask)[1] + patch.box[0] < middle).mean())
    return BOTH if len(sides) == 2 and A_SIDE <= share <= 1 - A_SIDE else None


def count(masks: Sequence[AnyMask]) -> int:
    """How many of the masks have a pixel."""
    return sum(isinstance(mask, Patch) or bool(mask.any()) for mask in masks)


def distance(a: AnyMask, b: AnyMask, spacing: Spacing) -> float:
    """Between the centroids: mm or px."""
    return apart(centroid(a), centroid(b), spacing)


def apart(a: tuple[float, float], b: tuple[float, float], spacing: Spacing) -> float:
    """Between two places x, y in pixels: mm or px."""
    x, y = spacing or (1.0, 1.0)
    return float(np.hypot((a[0] - b[0]) * x, (a[1] - b[1]) * y))


def gap(a: AnyMask, b: AnyMask, spacing: Spacing) -> float:
    """Free space between the two outlines: the smallest distance between two pixel centres, less one pixel (the smaller
    spacing), never below 0. Masks that touch or overlap have none. mm or px."""
    a, b = Patch.of(a), Patch.of(b)
    return 0.0 if overlaps(a, b) else between(a.outline, b.outline, spacing)


def between(a: NDArray[np.float64], b: NDArray[np.float64], spacing: Spacing) -> float:
    """The gap of two outlines that do not overlap; infinite where one of them has no point. mm or px."""
    from scipy.spatial import cKDTree  # a third of a second to import, also where nothing is to be measured

    if not len(a) or not len(b):
        return float("inf")
    scale = np.array(spacing or (1.0, 1.0))
    nearest, _ = cKDTree(b * scale).query(a * scale)
    return max(0.0, float(nearest.min()) - float(scale.min()))


def closest(
    a: NDArray[np.float64], b: NDArray[np.float64], spacing: Spacing
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The points of two outlines that lie nearest to each other."""
    from scipy.spatial import cKDTree

    scale = np.array(spacing or (1.0, 1.0))
    apart_by, which = cKDTree(b * scale).query(a * scale)
    first = int(apart_by.argmin())
    (ax, ay), (bx, by) = a[first], b[which[first]]
    return (float(ax), float(ay)), (float(bx), float(by))


def outline(mask: AnyMask) -> NDArray[np.float64]:
    """(n, 2) x, y of the mask's pixels that touch the outside, edge-wise."""
    return Patch.of(mask).outline


def overlaps(a: AnyMask, b: AnyMask) -> bool:
    """Whether the masks share a pixel."""
    return Patch.of(a).overlap(Patch.of(b)) > 0


def inside(a: AnyMask, b: AnyMask) -> float:
    """The share of a's pixels that lie within b."""
    inner = Patch.of(a)
    return float(inner.overlap(Patch.of(b)) / inner.size)


def mean(mask: AnyMask, values: NDArray[np.float32]) -> float:
    """The mean of `values` over the mask, in their unit, of the pixels that have one; NaN where none has."""
    patch = Patch.of(mask)
    x0, y0, x1, y1 = patch.box
    inside = values[y0:y1, x0:x1][patch.mask]
    inside = inside[np.isfinite(inside)]
    return float(inside.mean(dtype=np.float64)) if inside.size else float("nan")
