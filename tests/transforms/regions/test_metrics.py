"""Agreement measures against closed formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.regions.metrics import dice, instances, iou


def strips(shift: int, length: int = 10, size: int = 40) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.zeros(size, bool), np.zeros(size, bool)
    a[:length] = True
    b[shift : shift + length] = True
    return a, b


@given(st.integers(0, 15))
def test_two_strips_shifted_along_each_other(shift: int) -> None:
    a, b = strips(shift)
    both = max(0, 10 - shift)
    assert dice(a, b) == pytest.approx(both / 10)
    assert iou(a, b) == pytest.approx(both / (20 - both))


def test_nothing_agrees_with_nothing() -> None:
    empty = np.zeros((3, 3), bool)
    assert dice(empty, empty) == iou(empty, empty) == instances(empty.astype(int), empty.astype(int)).f1 == 1
    assert dice(empty, ~empty) == iou(empty, ~empty) == 0


def test_objects_are_matched_whatever_their_numbers() -> None:
    true, found = np.zeros((30, 10), int), np.zeros((30, 10), int)
    true[0:4], true[8:12], true[16:20] = 7, 100, 3
    found[0:4], found[9:12], found[18:22], found[25:27] = 5, 9, 1, 2
    # IoU: 1, 3/4, 1/3 (no match); one more found by mistake.
    score = instances(found, true)
    assert (score.matched, score.predicted, score.true) == (2, 4, 3)
    assert score.f1 == pytest.approx(2 * 2 / (4 + 3))
    assert score.quality == pytest.approx((1 + 0.75) / 2)
    assert score.panoptic == pytest.approx(score.f1 * score.quality)


def test_two_halves_of_one_object_do_not_match_it() -> None:
    true = np.ones((10, 10), int)
    found = np.repeat([1, 2], 5)[:, None] * np.ones(10, int)
    assert instances(found, true).matched == 0


@pytest.mark.parametrize("measure", [dice, iou, instances])
def test_masks_of_two_grids_are_refused(measure: object) -> None:
    with pytest.raises(ValueError, match="two grids"):
        measure(np.zeros((2, 3), int), np.zeros((3, 2), int))  # type: ignore[operator]


def test_a_threshold_that_allows_two_matches_is_refused() -> None:
    with pytest.raises(ValueError, match="unique"):
        instances(np.ones((2, 2), int), np.ones((2, 2), int), threshold=0.3)
