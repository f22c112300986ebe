"""A patch stands for its whole mask: it lies where that lies, and measures what that measures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from schemas import rle
from transforms.facts import ops
from transforms.regions.layers import layers
from transforms.regions.patch import Patch, Unpacked
from transforms.shards.encode import index_masks

masks = hnp.arrays(bool, (9, 11)).filter(lambda mask: bool(mask.any()))


def whole(patch: Patch) -> np.ndarray:
    out = np.zeros(patch.shape, bool)
    x0, y0, x1, y1 = patch.box
    out[y0:y1, x0:x1] = patch.mask
    return out


@given(masks)
def test_a_patch_is_its_mask_cut_to_the_smallest_box(mask: np.ndarray) -> None:
    patch = Patch.of(mask)
    np.testing.assert_array_equal(whole(patch), mask)
    for axis in (0, 1):
        assert patch.mask.any(axis=axis)[[0, -1]].all()
    assert patch.size == np.count_nonzero(mask)
    assert Patch.of(patch) is patch


@given(masks, st.integers(-12, 12), st.integers(-12, 12))
def test_a_mask_may_stick_out_of_the_image(mask: np.ndarray, top: int, left: int) -> None:
    wide = np.zeros((60, 60), bool)
    wide[20 + top : 29 + top, 20 + left : 31 + left] = mask
    shown = wide[20:27, 20:28]
    patch = Patch.at(mask, (top, left), (7, 8))
    if patch is None:
        assert not shown.any()
    else:
        np.testing.assert_array_equal(whole(patch), shown)


@given(masks)
def test_run_lengths_of_a_patch_are_those_of_the_whole_mask(mask: np.ndarray) -> None:
    packed = Patch.of(mask).packed()
    assert packed == rle.encode(mask)
    np.testing.assert_array_equal(whole(Patch.unpacked(packed)), mask)


def test_run_lengths_are_unpacked_once_and_when_asked_for() -> None:
    mask = np.eye(5, dtype=bool)
    found = Unpacked({"r1": rle.encode(mask), "r2": rle.encode(np.zeros((5, 5), bool))})
    assert list(found) == ["r1", "r2"]
    assert "r2" in found
    assert "r3" not in found
    np.testing.assert_array_equal(whole(found["r1"]), mask)
    assert found["r1"] is found["r1"]


def test_an_empty_mask_has_no_patch() -> None:
    empty = np.zeros((4, 5), bool)
    with pytest.raises(ValueError, match="empty"):
        Patch.of(empty)
    with pytest.raises(ValueError, match="empty"):
        Patch.unpacked(rle.encode(empty))


@given(masks, masks)
def test_two_patches_share_what_their_masks_share(a: np.ndarray, b: np.ndarray) -> None:
    assert Patch.of(a).overlap(Patch.of(b)) == np.count_nonzero(a & b)
    assert ops.inside(Patch.of(a), Patch.of(b)) == ops.inside(a, b) == np.count_nonzero(a & b) / np.count_nonzero(a)


@given(masks)
def test_the_outline_is_what_touches_the_outside(mask: np.ndarray) -> None:
    rim = [
        (x, y)
        for y, x in np.argwhere(mask)
        if not all(
            0 <= y + dy < 9 and 0 <= x + dx < 11 and mask[y + dy, x + dx]
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0))
        )
    ]
    assert [tuple(point) for point in Patch.of(mask).outline] == rim


@given(st.lists(masks, min_size=1, max_size=6))
def test_layers_are_where_publishing_packs_the_masks(drawn: list[np.ndarray]) -> None:
    named = {f"r{n}": mask for n, mask in enumerate(drawn, 1)}
    assert layers({rid: Patch.of(mask) for rid, mask in named.items()}) == index_masks(named)[1]
