"""The short axis against an oracle that knows no rows and no hull: points on a fine grid turned along the long axis."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.ndimage import label

from transforms.facts import ops
from transforms.facts.chord import STEP

FINE = 1 / 16
"""Pixels between the oracle's points, and between its lines."""
SLACK = 4 * FINE
"""Pixels that a run of points may be off a chord: one at each end, and as much where it clips a corner."""

noise = arrays(bool, st.tuples(st.integers(2, 18), st.integers(2, 18)), elements=st.booleans()).filter(np.any)


def one_piece(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    pieces, _ = label(mask, np.ones((3, 3)))
    return np.asarray(pieces == np.bincount(pieces[mask]).argmax())


def points(mask: NDArray[np.bool_], spacing: float, near: float = 0.0) -> NDArray[np.bool_]:
    """Whether the points of a grid turned across the long axis are in the mask, or as near to it: (lines, points of a
    line)."""
    start, end = ops.diameter(mask, (spacing, spacing))
    way = np.subtract(end, start)
    along = way / math.hypot(*way) if way.any() else np.array([1.0, 0.0])
    across = np.array([-along[1], along[0]])
    reach = np.arange(-40, 40, FINE) + FINE / 3
    grid = np.array(start) + reach[:, None, None] * along + reach[None, :, None] * across
    wide = np.pad(mask, 1)
    found = np.zeros(grid.shape[:2], bool)
    for shift in {(a, b) for a in (-near, near) for b in (-near, near)}:
        columns, rows = np.floor(grid + 1.5 + shift).astype(int).transpose(2, 0, 1)
        found |= wide[rows.clip(0, wide.shape[0] - 1), columns.clip(0, wide.shape[1] - 1)]
    return found


def longest_run(inside: NDArray[np.bool_]) -> float:
    far = np.cumsum(inside, axis=1)
    return FINE * float((far - np.maximum.accumulate(np.where(inside, 0, far), axis=1)).max())


def strips(inside: NDArray[np.bool_], wide: float) -> NDArray[np.bool_]:
    """Where all lines of a strip are inside."""
    count = math.ceil(wide / FINE) + 1
    return np.lib.stride_tricks.sliding_window_view(inside, count, axis=0).all(axis=-1)


@settings(deadline=None, max_examples=60)
@given(mask=noise, spacing=st.sampled_from([1.0, 0.4, 2.5]))
def test_it_is_a_chord_and_none_on_a_strip_is_longer(mask, spacing):
    mask = one_piece(mask)
    found = ops.short_axis(mask, (spacing, spacing)) / spacing
    assert found <= longest_run(points(mask, spacing, near=FINE)) + SLACK
    assert found >= longest_run(strips(points(mask, spacing), STEP)) - SLACK


def test_neither_a_bay_nor_a_hole_is_crossed():
    rows, columns = np.indices((41, 41))
    crescent = (np.hypot(rows - 20, columns - 20) <= 18) & (np.hypot(rows - 20, columns - 28) > 18)
    assert ops.long_axis(crescent, None) == pytest.approx(37)  # from tip to tip
    assert ops.short_axis(crescent, None) == pytest.approx(8, abs=1.5)  # how far it reaches across is 22
    away = np.hypot(rows - 20, columns - 20)
    ring = (away <= 18) & (away > 12)
    assert ops.long_axis(ring, None) == pytest.approx(37)
    assert ops.short_axis(ring, None) == pytest.approx(2 * math.sqrt(18**2 - 12.5**2), abs=1)  # beside the hole


@settings(deadline=None)
@given(width=st.integers(1, 40), height=st.integers(1, 40), pixel=st.sampled_from([1.0, 0.7]))
def test_of_a_rectangle_it_is_the_chord_of_the_formula(width, height, pixel):
    """A line of direction (b, a) through a rectangle leaves it at the nearer pair of sides."""
    a, b = width - 1, height - 1
    wanted = math.hypot(a, b) * min(width / b if b else math.inf, height / a if a else math.inf) if a or b else 1.0
    assert ops.short_axis(np.ones((height, width), bool), (pixel, pixel)) == pytest.approx(
        pixel * wanted, abs=pixel / 2
    )


@settings(deadline=None, max_examples=40)
@given(mask=noise, flip=st.sampled_from([np.fliplr, np.flipud, np.transpose]))
def test_a_mask_turned_over_is_as_wide_along_the_same_line(mask, flip):
    mask = one_piece(mask)
    (ax, ay), (bx, by) = ops.diameter(mask, None)
    height, width = mask.shape
    x, y = width - 1, height - 1
    ends = {np.fliplr: ((x - ax, ay), (x - bx, by)), np.flipud: ((ax, y - ay), (bx, y - by)),
            np.transpose: ((ay, ax), (by, bx))}[flip]  # fmt: skip
    assert ops.width(flip(mask), *ends, None) == pytest.approx(ops.width(mask, (ax, ay), (bx, by), None))
