"""Expressions that mean one region, and the ladder of prompts for it."""

import re
from itertools import pairwise

import pytest

from schemas import Dialogue, Scene
from tests.scenes import LESION, LIVER, axial_abdomen
from tests.spaces import small_space
from tests.views import disc, picture
from transforms.checks.claims.samples import verdicts
from transforms.facts import measure_all
from transforms.tasks import ask_all

SPACE = small_space()
SHAPE = (160, 200)
UPPER, LOWER, SMALL = disc(SHAPE, 30, 30, 9), disc(SHAPE, 120, 120, 14), disc(SHAPE, 40, 130, 5)
HOLDER = disc(SHAPE, 120, 110, 40)


def drawn(*lesions: object) -> Scene:
    return measure_all(picture([*((LESION, one) for one in lesions), (LIVER, HOLDER)]), SPACE)  # type: ignore[misc]


def asked(scene: Scene, seeds: int = 20) -> list[Dialogue]:
    return [one for seed in range(seeds) for one in ask_all(scene, SPACE, ["referring"], seed)]


def expressions(scene: Scene) -> dict[str, str]:
    """What is asked for -> the box that is the answer."""
    found = {}
    for one in asked(scene):
        if match := re.search(r"(?:y1\] of|Find) (the .+?)(?:, in pixels|\. Answer)", one.turns[0].text):
            assert found.setdefault(match[1], one.answer) == one.answer
    return found


@pytest.mark.parametrize("scene", [measure_all(axial_abdomen(), SPACE), drawn(UPPER, LOWER, SMALL)])
def test_what_is_said_of_a_region_is_supported(scene: Scene) -> None:
    found = asked(scene)
    assert {one.check.kind for one in found if one.check} == {"iou"}
    assert {one.verdict for _, one in verdicts(scene, None, found, SPACE)} == {"supported"}


def test_by_anatomy_by_position_and_by_size() -> None:
    found = expressions(measure_all(axial_abdomen(), SPACE))
    assert found["the lesion inside the liver"] == "[25, 35, 36, 46]"
    assert found["the lesion with a longest diameter of 22 mm"] == "[25, 35, 36, 46]"
    assert found["the left kidney in the middle left part of the image (the patient's left)"] == "[90, 50, 100, 70]"


def test_of_several_an_expression_says_what_no_other_of_them_has() -> None:
    found = expressions(drawn(UPPER, LOWER, SMALL))
    assert found["the lesion in the upper left part of the image"] == "[21, 21, 40, 40]"
    assert found["the lesion in the lower left part of the image"] == "[35, 125, 46, 136]"
    assert found["the largest lesion inside the liver"] == "[106, 106, 135, 135]"
    beside = disc(SHAPE, 20, 50, 5)
    alike = {box for words, box in expressions(drawn(UPPER, LOWER, beside)).items() if "upper left" in words}
    assert alike == set()  # two of them lie there


def test_a_holder_that_another_may_lie_in_singles_nothing_out() -> None:
    """The second lies across the liver's edge: not inside, and not away from it. Neither is the larger."""
    across = disc(SHAPE, 84, 110, 14)
    words = expressions(drawn(LOWER, across))
    assert not any("inside the liver" in one and "lesion" in one for one in words), words


def test_each_rung_of_the_ladder_says_more() -> None:
    ladders = [one for one in asked(measure_all(axial_abdomen(), SPACE)) if "\n1. " in one.turns[0].text]
    assert ladders
    for one in ladders:
        rungs = re.findall(r"^\d\. (.+)$", one.turns[0].text, re.M)
        assert len(rungs) >= 3
        assert all(later.startswith(earlier) for earlier, later in pairwise(rungs))
        assert len(one.turns[1].claims) == len(rungs)  # that it is there, and what each rung adds
    lesion = measure_all(picture([(LESION, disc(SHAPE, 30, 30, 9)), (LIVER, disc(SHAPE, 40, 40, 30))]), SPACE)
    longest = max((one.turns[0].text for one in asked(lesion)), key=len)
    for words in ("1. the lesion\n", "inside the liver", "with a circularity of", "longest diameter of 19 px"):
        assert words in longest
