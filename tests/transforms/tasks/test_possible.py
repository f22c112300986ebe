"""No wrong choice that cannot be: no length beyond the picture's diagonal, no structure of another region."""

import math
import re

import catalog
from schemas import Scene
from tests.spaces import small_space
from tests.views import lps, picture, rectangle
from transforms.facts import measure_all
from transforms.tasks import ask_all
from transforms.tasks.choices import Choice, redrawn

SPACE = catalog.labelspace()
SHAPE = (48, 60)  # its diagonal is 76.8 px
SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) (px|mm)(²?)")


def small(spacing: float | None = None) -> Scene:
    """A lung that takes nearly all of a small picture."""
    lung = (SPACE.concept("lung"), rectangle(SHAPE, 4, 4, 50, 44))
    geometry = None if spacing is None else lps("axial", spacing)
    return measure_all(picture([lung], geometry=geometry, plane=None if spacing is None else "axial"), SPACE)


def test_no_size_is_asked_that_the_picture_has_no_room_for() -> None:
    for spacing in (None, 2.0):
        scale = spacing or 1.0
        asked = [one for seed in range(60) for one in ask_all(small(spacing), SPACE, ["verification", "size"], seed)]
        said = [match.groups() for one in asked for match in SIZE.finditer(one.turns[0].text)]
        lengths = [float(number) for number, _, square in said if not square]
        areas = [float(number) for number, _, square in said if square]
        assert lengths
        assert areas
        assert max(lengths) <= math.hypot(*SHAPE) * scale + 0.5
        assert max(areas) <= SHAPE[0] * SHAPE[1] * scale**2 + 0.5


def test_choices_from_other_pictures_fit_into_this_one() -> None:
    answers = [f"{value} px" for value in (20, 30, 40, 60, 100, 150, 250, 400)] * 10
    items = [Choice(f"k{n:03}", "d1", "size | long_axis | px | lung", a, 4, n, 77.0) for n, a in enumerate(answers)]
    small_ones = [one for one in items if float(one.answer.split()[0]) <= 77]
    found = redrawn([*items], 5, small_space())
    for one in small_ones:
        choices = found[one.key]["d1"]
        assert choices is None or max(float(choice.split()[0]) for choice in choices) <= 77
    assert any(found[one.key]["d1"] for one in small_ones)
