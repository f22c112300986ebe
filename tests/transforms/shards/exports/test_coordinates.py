"""Places in other frames: worked out by hand, and held against their meaning for any box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.shards.exports._coordinates import frame, qwen_size

SIZES = st.tuples(st.integers(1, 3000), st.integers(1, 3000))


def test_a_box_in_each_frame() -> None:
    told = "The kidney lies within [90, 50, 100, 70], see [45.5, 30]."
    assert frame("pixels", (120, 100)).text(told) == told
    assert frame("thousandths", (120, 100)).text(told) == "The kidney lies within [750, 500, 834, 700], see [379, 300]."
    assert (
        frame("fractions", (120, 100)).text(told) == "The kidney lies within [0.75, 0.5, 0.834, 0.7], see [0.379, 0.3]."
    )
    # 120 x 100 becomes 112 x 112: x by 112 / 120, y by 112 / 100, outward
    assert frame("absolute", (120, 100)).text(told) == "The kidney lies within [84, 56, 94, 79], see [42, 34]."


def test_what_is_asked_for_is_named() -> None:
    asked = "Give the box of the liver as [x0, y0, x1, y1] in pixels of the image."
    assert frame("thousandths", (120, 100)).text(asked) == (
        "Give the box of the liver as [x0, y0, x1, y1] in thousandths of the width and height of the image."
    )
    assert frame("absolute", (120, 100)).text(asked) == asked


def test_other_numbers_stay() -> None:
    told = "It measures 27.6 mm; steps [1] and [1, 2, 3]; [a, b]."
    assert frame("thousandths", (120, 100)).text(told) == told


def test_lengths_in_pixels_are_lost_at_another_size() -> None:
    assert frame("absolute", (120, 100)).lost("It is 12 px long.")
    assert not frame("absolute", (112, 112)).lost("It is 12 px long.")
    assert not frame("absolute", (120, 100)).lost("Give its box in pixels of the image.")
    assert not frame("thousandths", (120, 100)).lost("It is 12 px long.")


@pytest.mark.parametrize(
    ("size", "seen"),
    [((112, 112), (112, 112)), ((120, 100), (112, 112)), ((512, 473), (504, 476)), ((28, 28), (56, 56)),
     ((10, 1000), (28, 1008)), ((8000, 4000), (5068, 2520)), ((42, 70), (56, 56))],
)  # fmt: skip
def test_the_size_that_qwen_sees(size: tuple[int, int], seen: tuple[int, int]) -> None:
    assert qwen_size(size) == seen


@given(SIZES, st.data(), st.sampled_from(["thousandths", "fractions", "absolute"]))
def test_a_box_holds_what_it_held(size: tuple[int, int], data: st.DataObject, name: str) -> None:
    x0, y0 = (data.draw(st.integers(0, side - 1)) for side in size)
    x1, y1 = data.draw(st.integers(x0 + 1, size[0])), data.draw(st.integers(y0 + 1, size[1]))
    to = frame(name, size)
    a, b, c, d = to.box((x0, y0, x1, y1))
    step = 10 ** -(to.digits or 0)
    whole = {"thousandths": (1000, 1000), "fractions": (1, 1), "absolute": qwen_size(size)}[name]
    assert 0 <= a < c <= whole[0] + 1e-9
    assert 0 <= b < d <= whole[1] + 1e-9
    for told, exact in ((a, x0 * to.x), (b, y0 * to.y)):
        assert told - 1e-5 <= exact < told + step + 1e-5
    for told, exact in ((c, x1 * to.x), (d, y1 * to.y)):
        assert told - step - 1e-5 < exact <= told + 1e-5


def test_an_unknown_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="use pixels"):
        frame("inches", (1, 1))
