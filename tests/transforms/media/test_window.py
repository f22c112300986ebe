"""Windows do not depend on how an array lies in memory, and map as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transforms.media import window


@pytest.mark.parametrize("shape", [(40, 50, 30), (200, 210, 100)])
@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
def test_automatic_windows_follow_the_order_of_indices(shape: tuple[int, ...], kind: type) -> None:
    array = np.random.default_rng(2).integers(-1000, 3000, shape).astype(kind)
    array[:, :, ::7] += 500  # so that the stride matters
    flat = array.ravel()[:: max(1, array.size // 2_000_000)]
    low, high = np.percentile(flat[flat > flat.min()], (0.5, 99.5))
    turned = np.ascontiguousarray(array.transpose(2, 1, 0)).transpose(2, 1, 0)
    assert window.automatic(array) == window.automatic(np.asfortranarray(array)) == window.automatic(turned)
    assert window.automatic(array) == (low, high)


def test_nothing_is_seen_in_a_constant() -> None:
    with pytest.raises(ValueError, match="nothing to show"):
        window.automatic(np.ones((3, 4)))
    with pytest.raises(ValueError, match="empty"):
        window.apply(np.ones((3, 4)), (2.0, 2.0))


@given(
    values=st.sampled_from([np.int16, np.uint8, np.float32]).flatmap(
        lambda kind: arrays(kind, (4, 5), elements={"min_value": 0, "max_value": 250})
    ),
    low=st.integers(-200, 200),
    width=st.integers(1, 500),
)
def test_a_window_is_linear_and_clipped(values: np.ndarray, low: int, width: int) -> None:
    before = values.copy()
    scaled = (values.astype(np.float32) - float(low)) * (255.0 / width)
    expected = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(window.apply(values, (float(low), float(low + width))), expected)
    np.testing.assert_array_equal(values, before)
