"""Numbers as people write them."""

import pytest

from transforms.tasks.numbers import bounds, digits, numbers, spelt


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("minus 786 HU", "HU", [-786.0]),
        ("- 786 HU", "HU", [-786.0]),
        ("The mean is - 786 HU.", "HU", [-786.0]),
        ("−786 HU", "HU", [-786.0]),
        ("20 - 30 HU", "HU", [30.0]),
        ("- 27.6 mm", "mm", [27.6]),  # the sign of a list: no length is less than nothing
        ("19,6 mm", "mm", [19.6]),
        ("1,200 mm", "mm", [1200.0]),
        ("2.2e4 mm²", "mm2", [22000.0]),
        ("2.2 x 10^4 mm²", "mm2", [22000.0]),
        ("2.2 × 10⁴ mm²", "mm2", [22000.0]),
        ("0.0222 m²", "mm2", [22200.0]),
        ("66%", None, [0.66]),
        ("66 percent", None, [0.66]),
        ("66%", "%", [66.0]),
        ("twice", None, [2.0]),
        ("It is twice as large.", None, [2.0]),
        ("A single nodule.", None, [1.0]),
        ("twenty-one nuclei", None, [21.0]),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, unit: str | None, found: list[float]) -> None:
    assert numbers(text, unit) == pytest.approx(found)


def test_a_bound_is_no_value() -> None:
    for text in ("less than 19.6 mm", "at least one", "more than 16", ">= 3", "3 or more", "16+", "no more than five"):
        assert bounds(text), text
    for text in ("19.6 mm", "3, more than in image 2", "2 cm above the liver", "one", "a->b"):
        assert not bounds(text), text


def test_words_become_digits() -> None:
    assert spelt("Six, not minus 7") == "6, not -7"
    assert digits("Twenty-one, [1, 2], 1,5") == "21, [1, 2], 1.5"
