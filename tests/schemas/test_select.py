import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.select import panel_of, parse_select, select_of


@given(st.permutations("nyxc"), st.integers(0, 2), st.integers(0, 1))
def test_takes_what_numpy_takes(axes: list[str], row: int, colour: int) -> None:
    size = {"n": 3, "y": 4, "x": 5, "c": 2}
    array = np.arange(120).reshape([size[axis] for axis in axes])
    taken = parse_select(select_of("a/b", "".join(axes), {"n": row, "c": colour}))
    whole = array.transpose([axes.index(axis) for axis in "nyxc"])  # the same array, in the order of the names
    part = array[taken.index]
    assert (taken.name, taken.shape(array.shape)) == ("a/b", part.shape)
    assert np.array_equal(part.transpose(taken.order()), whole[row, :, :, colour])


@pytest.mark.parametrize(
    ("axes", "order"), [("zyx", (2, 1, 0)), ("xyz", (0, 1, 2)), ("tyxc", (0, 1, 2, 3)), ("xyct", (3, 1, 0, 2))]
)
def test_order(axes: str, order: tuple[int, ...]) -> None:
    assert parse_select(f"@{axes}").order() == order


@pytest.mark.parametrize("axes", ["y", "zz", "tzyx", "zyxc", "yxx"])
def test_axes_of_nothing(axes: str) -> None:
    with pytest.raises(ValueError, match="axes"):
        parse_select(f"@{axes}").order()


@pytest.mark.parametrize("text", ["a[1", "a[x]", "a[1:]", "a[0:1:2]", "a[-1]", "a[1.5]", "a@q", "[...,...]"])
def test_what_is_no_select(text: str) -> None:
    with pytest.raises(ValueError):
        parse_select(text)


@pytest.mark.parametrize("text", ["[3]", "[:,:,:,0]", "[...,5]", "[1:4]", "[2:2]"])
def test_outside(text: str) -> None:
    with pytest.raises(ValueError):
        parse_select(text).shape((3, 4, 5))


def test_a_part_of_an_axis() -> None:
    array = np.arange(40).reshape(2, 4, 5)
    select = select_of("", "yxc", {"c": (1, 4)})
    taken = parse_select(select)
    assert (select, taken.shape(array.shape)) == ("[:,:,1:4]@yxc", (2, 4, 3))
    assert np.array_equal(array[taken.index], array[..., 1:4])


def test_panels() -> None:
    assert panel_of("panel 2 of 6") == (2, 6)
    assert [panel_of(text) for text in (None, "left", "panel 0 of 6", "panel 7 of 6", "[2]")] == [None] * 5


def test_an_axis_turned_round() -> None:
    array = np.arange(24).reshape(2, 3, 4)
    taken = parse_select("[:,::-1,:]")
    assert taken.shape(array.shape) == (2, 3, 4)
    assert np.array_equal(array[taken.index], array[:, ::-1])
