"""No wrong choice that cannot be: no length beyond the picture's diagonal, no structure of another region."""

import math
import re

import catalog
from schemas import Scene
from tests.spaces import small_space
from tests.transforms.tasks.test_choices import redraw
from tests.views import lps, picture, rectangle
from transforms.facts import measure_all
from transforms.tasks import ask_all
from transforms.tasks.choices import Choice

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
    found = redraw(items, 5, small_space())
    for one in small_ones:
        choices = found[one.key]
        assert choices is None or max(float(choice.split()[0]) for choice in choices) <= 77
    assert any(found[one.key] for one in small_ones)


def holders(*others: str) -> set[tuple[str, ...]]:
    """The choices of which structure holds a pulmonary nodule, where these are shown elsewhere."""
    wide = (160, 200)
    shapes = [
        (SPACE.concept("left_lung_upper_lobe"), rectangle(wide, 10, 10, 60, 60)),
        (SPACE.concept("pulmonary_nodule"), rectangle(wide, 30, 30, 40, 40)),
        *((SPACE.concept(slug), rectangle(wide, 80 + 25 * n, 80, 100 + 25 * n, 100)) for n, slug in enumerate(others)),
    ]
    scene = measure_all(picture(shapes), SPACE)
    asked = [one for seed in range(40) for one in ask_all(scene, SPACE, ["relation"], seed)]
    return {tuple(sorted(one.choices)) for one in asked if one.choices and "In which of these" in one.turns[0].text}


def test_what_holds_a_nodule_is_asked_among_lobes_alone() -> None:
    far = ("small_bowel", "stomach", "lumbar_vertebra_1")
    assert holders(*far) == set()
    labels = [SPACE.concept(slug).label for slug in ("left_lung_upper_lobe", "right_lung_lower_lobe")]
    assert holders(*far[:2], "right_lung_lower_lobe") == {tuple(sorted(f"the {label}" for label in labels))}


def test_sizes_of_a_plural_are_asked_in_the_plural() -> None:
    many = measure_all(picture([(SPACE.concept("drusen"), rectangle(SHAPE, 4, 4, 50, 44))]), SPACE)
    asked = {one.turns[0].text for seed in range(60) for one in ask_all(many, SPACE, ["size"], seed)}
    assert [one for one in asked if "their longest" in one]
    assert not [one for one in asked if "its longest" in one]
