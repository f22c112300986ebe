"""A binary mask is what its own values say, or it is refused with the values that it holds."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from transforms.regions.binary import inside

DISC = np.hypot(*(np.mgrid[:48, :64] - np.array([[[24]], [[30]]]))) < 13.3


def exact() -> bool:
    raise AssertionError("the values say it by themselves")


def jpeg(array: np.ndarray, quality: int) -> np.ndarray:
    out = io.BytesIO()
    Image.fromarray(array).save(out, format="JPEG", quality=quality)
    return np.asarray(Image.open(out))


@given(
    hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=3, max_side=6)),
    st.sampled_from([np.uint8, np.uint16, np.int16, np.int32, np.float32, np.float64]),
    st.integers(0, 100), st.integers(1, 27),
)  # fmt: skip
def test_of_two_values_the_higher_is_the_mask(drawn: np.ndarray, kind: type, low: int, more: int) -> None:
    if drawn.any() and not drawn.all():
        mask, doubt = inside(np.where(drawn, low + more, low).astype(kind), exact)
        assert doubt is None
        np.testing.assert_array_equal(mask, drawn)


@pytest.mark.parametrize("high", [1, 255, 65535])
def test_common_codings(high: int) -> None:
    mask, doubt = inside((DISC * high).astype(np.uint16), exact)
    assert doubt is None
    np.testing.assert_array_equal(mask, DISC)
    assert not inside(np.zeros(DISC.shape, np.uint8), exact)[0].any()
    assert inside(DISC, exact)[0] is not None


@pytest.mark.parametrize("high", [1.0, 0.9882, 255.0])
def test_floats_near_two_values_are_those_two(high: float) -> None:
    rng = np.random.default_rng(3)
    stored = (DISC * high + rng.uniform(-0.02, 0.02, DISC.shape) * high).clip(0).astype(np.float32)
    mask, doubt = inside(stored, lambda: False)
    assert doubt is None
    np.testing.assert_array_equal(mask, DISC)


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_jpeg_is_cut_at_half_and_says_what_lies_between(quality: int) -> None:
    stored = jpeg((DISC * 255).astype(np.uint8), quality)
    mask, doubt = inside(stored, lambda: True)
    np.testing.assert_array_equal(mask, stored >= stored.max() / 2)
    assert (mask != DISC).sum() <= 8
    top = int(stored.max())
    between = int(((stored > top / 8) & (stored < top * 7 / 8)).sum())
    assert doubt is not None
    assert f"{between} lie in between" in doubt


def test_a_black_jpeg_holds_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 5, DISC.shape).astype(np.uint8)
    mask, doubt = inside(noise, lambda: True)
    assert not mask.any()
    assert doubt is not None


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.where(DISC, 1, 0) + (DISC & (np.arange(64) > 30)), "0 ("),
        (
            np.where(DISC, 255, 0).astype(np.uint8) // 2 + DISC.astype(np.uint8) * (np.arange(64) % 2).astype(np.uint8),
            "(",
        ),
        (np.where(DISC, 1.98, 0) - DISC * (np.arange(64) % 2), "0.98"),
        (np.where(DISC, -1, 0).astype(np.int8), "-1 ("),
        (np.where(DISC, np.nan, 1.0), "no numbers"),
        (np.full(DISC.shape, 7, np.uint8), "each pixel of the mask is 7"),
    ],
    ids=["three values", "antialiased", "fractions", "below zero", "NaN", "one odd value"],
)
def test_what_is_no_binary_mask_is_refused_with_its_values(array: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match="mask") as refused:
        inside(array, lambda: False)
    assert words in str(refused.value)


def test_a_full_mask_is_said() -> None:
    mask, doubt = inside(np.full((4, 5), 255, np.uint8), exact)
    assert mask.all()
    assert doubt == "each of its 20 pixels is 255: the whole picture counts as inside"
