"""Outlines against the mask itself: areas by the shoelace formula, and filling them again with another library."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.draw import polygon2mask

from catalog.portal.outline import edge_letters, path, rings

MASKS = arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def area(ring: list[tuple[int, int]]) -> float:
    x, y = np.array(ring, float).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


@given(MASKS)
def test_ring_areas_add_up_to_the_pixels(mask: np.ndarray) -> None:
    assert sum(area(ring) for ring in rings(mask)) == mask.sum()


@given(MASKS)
def test_filling_the_rings_gives_the_mask_back(mask: np.ndarray) -> None:
    filled = np.zeros(mask.shape, bool)
    for ring in rings(mask):  # even-odd, sampled at the pixel centres, which lie half a pixel from every edge
        filled ^= polygon2mask(mask.shape, np.array(ring, float)[:, ::-1] - 0.5)
    assert (filled == mask).all()


def test_path_of_a_square_with_a_hole() -> None:
    mask = np.ones((3, 3), bool)
    mask[1, 1] = False
    assert path(rings(mask)) == "M0 0h3v3h-3zM1 1v1h1v-1z"


def test_edge_letters_follow_the_patient() -> None:
    sagittal = ((0.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 0.0), (0.0, -1.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    assert edge_letters(sagittal) == {"left": "A", "right": "P", "top": "S", "bottom": "I"}
    oblique = ((0.9, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (-0.4, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    assert edge_letters(oblique)["right"] == "LI"
    assert edge_letters(None) == {}
