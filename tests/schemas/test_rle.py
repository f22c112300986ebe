import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from schemas import rle


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=1, max_dims=3, max_side=12)))
def test_a_mask_survives(mask: np.ndarray) -> None:
    np.testing.assert_array_equal(rle.decode(rle.encode(mask)), mask)


@given(hnp.arrays(bool, (7, 9)), st.booleans())
def test_layout_in_memory_does_not_matter(mask: np.ndarray, transpose: bool) -> None:
    view = mask.T if transpose else mask[::-1]
    assert rle.encode(view) == rle.encode(np.ascontiguousarray(view))


def test_runs_that_do_not_fill_the_shape_are_refused() -> None:
    shape = rle.encode(np.ones((4, 4), bool)).model_copy(update={"shape": (4, 5)})
    with pytest.raises(ValueError, match="do not fill"):
        rle.decode(shape)


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=1, max_dims=3, max_side=6)), st.data())
def test_a_part_is_encoded_as_the_whole_that_it_lies_in(part: np.ndarray, data: st.DataObject) -> None:
    around = [data.draw(st.tuples(st.integers(0, 2), st.integers(0, 2))) for _ in part.shape]
    whole = np.pad(part, around)
    assert rle.encode_part(part, [before for before, _ in around], whole.shape) == rle.encode(whole)


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
def test_rows_are_those_that_hold_something(mask: np.ndarray) -> None:
    first, rows = rle.decode_rows(rle.encode(mask))
    held = np.flatnonzero(mask.any(axis=1))
    np.testing.assert_array_equal(rows, mask[held[0] : held[-1] + 1] if len(held) else mask[:0])
    assert first == (held[0] if len(held) else 0)
