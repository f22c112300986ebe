"""Regions as SVG: outlines along pixel edges, colours, and the letters at the edges of the image."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from schemas.record import Matrix

Point = tuple[int, int]

# Okabe and Ito (2008), told apart with any colour vision; black becomes white and blue is lifted, for a dark canvas.
COLOURS = ("#56b4e9", "#e69f00", "#f0e442", "#cc79a7", "#00a67a", "#e8682c", "#5b8def", "#e8e8e8")
DASHES = 3  # line styles, so that 24 regions stay distinct


def colour_class(number: int) -> str:
    """The CSS classes of the region at this place in its sample: a colour, and a line style once colours repeat."""
    return f"c{number % len(COLOURS)} k{number // len(COLOURS) % DASHES}"


def rings(mask: NDArray[np.bool_]) -> list[list[Point]]:
    """The closed outlines of a bool mask (height, width), as corners (x, y) on pixel edges.

    Pixel (x, y) covers [x, x+1) x [y, y+1). Outer rings run clockwise as seen on the screen and holes the other way, so
    that the areas by the shoelace formula add up to the number of pixels.
    """
    padded = np.pad(mask, 1)
    onward: dict[Point, list[Point]] = defaultdict(list)
    for (dy, dx), (start, end) in _SIDES.items():
        side = mask & ~padded[1 + dy : 1 + dy + mask.shape[0], 1 + dx : 1 + dx + mask.shape[1]]
        for y, x in np.argwhere(side).tolist():
            onward[x + start[0], y + start[1]].append((x + end[0], y + end[1]))
    return list(_chain(onward))


# neighbour that is outside -> the pixel's edge towards it, walked with the pixel on the right hand
_SIDES: dict[tuple[int, int], tuple[Point, Point]] = {
    (-1, 0): ((0, 0), (1, 0)),
    (0, 1): ((1, 0), (1, 1)),
    (1, 0): ((1, 1), (0, 1)),
    (0, -1): ((0, 1), (0, 0)),
}


def _chain(onward: dict[Point, list[Point]]) -> Iterator[list[Point]]:
    for start in sorted(onward):
        while start in onward:  # where two pixels touch at a corner, several rings start there
            yield _walk(onward, start)


def _walk(onward: dict[Point, list[Point]], start: Point) -> list[Point]:
    ring: list[Point] = []
    here = start
    while not ring or here != start:
        ends = onward[here]
        there = ends.pop()
        if not ends:
            del onward[here]
        if len(ring) >= 2 and _straight(ring[-2], ring[-1], here):
            ring[-1] = here
        else:
            ring.append(here)
        here = there
    return ring[:-1] if _straight(ring[-2], ring[-1], start) else ring


def _straight(a: Point, b: Point, c: Point) -> bool:
    return (a[0] == b[0] == c[0]) or (a[1] == b[1] == c[1])


def path(outlines: list[list[Point]]) -> str:
    """An SVG path of rings; each piece is horizontal or vertical, so relative h and v keep it short."""
    parts: list[str] = []
    for ring in outlines:
        parts.append(f"M{ring[0][0]} {ring[0][1]}")
        for (x0, y0), (x1, y1) in pairwise(ring):
            parts.append(f"v{y1 - y0}" if x0 == x1 else f"h{x1 - x0}")
        parts.append("z")
    return "".join(parts)


def edge_letters(affine: Matrix | None) -> dict[str, str]:
    """Patient directions at the image's edges: {"left": "R", "right": "L", "top": "A", "bottom": "P"}.

    `affine` maps the pixel (x, y, 0, 1) to LPS millimetres. Letters as in
    DICOM PS3.3 C.7.6.1.1.1: the main direction first, then others that lean by more than 15 degrees.
    Empty where there is no patient frame.
    """
    if affine is None:
        return {}
    matrix = np.asarray(affine, float)[:3]
    letters: dict[str, str] = {}
    for column, (start, end) in enumerate((("left", "right"), ("top", "bottom"))):
        letters[end] = _letters(matrix[:, column])
        letters[start] = _letters(-matrix[:, column])
    return letters


def _letters(direction: NDArray[np.float64]) -> str:
    length = float(np.linalg.norm(direction))
    if length == 0:
        return ""
    order = np.argsort(-np.abs(direction), kind="stable")
    names = ("LR", "PA", "SI")
    return "".join(
        names[axis][int(direction[axis] < 0)] for axis in order if abs(direction[axis]) / length > np.sin(np.pi / 12)
    )
