"""Answers as people and models write them, judged by hand; boxes against areas counted on a grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ItemCheck
from transforms.regions.metrics import box_iou
from transforms.tasks.scoring import score

LENGTH = ItemCheck(kind="tolerance", value=27.6, unit="mm", within=0.7)
DENSE = ItemCheck(kind="tolerance", value=17.0, unit="HU", within=3.0)
COUNT = ItemCheck(kind="tolerance", value=3.0, within=0.0)
LUNG = ItemCheck(kind="exact", accepted=("left lung",))
YES = ItemCheck(kind="exact", accepted=("yes",))
BOX = ItemCheck(kind="iou", box=(10, 10, 20, 30), unit="px", at_least=0.5)
POINT = ItemCheck(kind="tolerance", point=(40.0, 50.0), unit="px", within=5.0)
ORGANS = ItemCheck(kind="set", accepted=("liver", "spleen", "left kidney"))
VISITS = ItemCheck(kind="order", accepted=("image 2", "image 1", "image 3"))
ENDS = ItemCheck(kind="tolerance", ends=((10.0, 10.0), (40.0, 50.0)), unit="px", within=5.0)
RANGE = ItemCheck(kind="order", accepted=("3", "7"))
ANGLE = ItemCheck(kind="tolerance", value=82.0, unit="degrees", within=3.0)
RATING = ItemCheck(kind="tolerance", value=3.8, unit="1-5", within=0.38)


@pytest.mark.parametrize(
    ("check", "answer", "right"),
    [
        (LENGTH, "27.6 mm", True),
        (LENGTH, "2.76 cm", True),
        (LENGTH, "about 28 millimeters", True),
        (LENGTH, "27.6", True),
        (LENGTH, "The longest diameter of the liver is 27,6 mm", True),
        (LENGTH, "28.4 mm", False),
        (LENGTH, "27.6 cm", False),
        (LENGTH, "27.6 mL", False),
        (LENGTH, "27.6 px", False),
        (LENGTH, "27.6 mm or 35 mm", False),
        (LENGTH, "on slice 88 it measures 27.6 mm", True),
        (LENGTH, "", False),
        (LENGTH, "less than 27.6 mm", False),
        (LENGTH, "at least 27.6 mm", False),
        (LENGTH, "> 27.6 mm", False),
        (LENGTH, "27.6 mm at most", False),
        (LENGTH, "27.6 mm above the diaphragm", True),
        (DENSE, "minus 17 HU", False),
        (DENSE, "negative 17 HU", False),
        (ItemCheck(kind="tolerance", value=1200.0, unit="mL", within=120.0), "1.2 L", True),
        (ItemCheck(kind="tolerance", value=1200.0, unit="mL", within=120.0), "1,200 cc", True),
        (ItemCheck(kind="tolerance", value=800.0, unit="mm2", within=80.0), "8 cm²", True),
        (ItemCheck(kind="tolerance", value=800.0, unit="mm2", within=80.0), "800 mm", False),
        (ItemCheck(kind="tolerance", value=-35.0, unit="HU", within=3.5), "−34 HU", True),
        (ItemCheck(kind="tolerance", value=-35.0, unit="HU", within=3.5), "34 HU", False),
        (ItemCheck(kind="tolerance", value=0.2, unit="s", within=0.02), "200 ms", True),
        (COUNT, "3", True),
        (COUNT, "There are three nuclei.", True),
        (COUNT, "two or three", False),
        (COUNT, "4", False),
        (RATING, "3.8 out of 5", True),
        (RATING, "4/5", True),
        (RATING, "2 out of 5", False),
        (LUNG, "The left lung.", True),
        (LUNG, "LEFT LUNG", True),
        (LUNG, "right lung", False),
        (LUNG, "not the left lung", False),
        (YES, "Yes, the liver is visible.", True),
        (YES, "No.", False),
        (YES, "yes or not yes", False),
        (YES, "yes no left right", False),
        (YES, "The answer is yes.", True),
        (LUNG, "The answer is the left lung.", True),
        (LUNG, "It is the left lung", True),
        (LENGTH, "It is certainly not 27.6 mm.", False),
        (LENGTH, "It isn't 27.6 mm", False),
        (BOX, "not [10, 10, 20, 30]", False),
        (YES, "yesterday", False),
        (BOX, "[10, 10, 20, 30]", True),
        (BOX, "Its box is (11, 9, 20, 29)", True),
        (BOX, "[10, 10, 20, 19]", False),  # 90 of 200: 0.45
        (BOX, "[20, 30, 10, 10]", False),
        (BOX, "10, 10, 20, 30", False),
        (BOX, "[10, 10, 20, 30] or [50, 50, 60, 60]", False),
        (POINT, "[43, 54]", True),
        (POINT, "[44, 54]", False),
        (ENDS, "[11, 12] to [43, 54]", True),
        (ENDS, "from [43, 54] to [11, 12]", True),
        (ENDS, "[11, 12] to [43, 70]", False),
        (ENDS, "[11, 12]", False),
        (RANGE, "3 to 7", True),
        (RANGE, "3-7", True),
        (RANGE, "3 and 7", True),
        (RANGE, "7 to 3", False),
        (RANGE, "3 to 8", False),
        (ANGLE, "84.5 degrees", True),
        (ANGLE, "80°", True),
        (ANGLE, "75 degrees", False),
        (ORGANS, "the spleen, the liver and the left kidney", True),
        (ORGANS, "liver; spleen", False),
        (ORGANS, "liver, spleen, left kidney, colon", False),
        (VISITS, "image 2, image 1, image 3", True),
        (VISITS, "image 1, image 2, image 3", False),
        (VISITS, "image 2, image 1", False),
    ],
)
def test_an_answer_is_right_or_wrong(check: ItemCheck, answer: str, right: bool) -> None:
    assert score(check, answer).right is right


def test_a_choice_is_named_by_its_words_or_its_letter() -> None:
    choices = ("right lung", "left lung", "lung")
    for said in ("left lung", "B", "(b)", "It is the left lung.", "- left lung"):
        assert score(LUNG, said, choices).right, said
    for said in ("A", "D", "lung", "the left lung or the right lung", "neither"):
        assert not score(LUNG, said, choices).right, said


def test_nearness_has_a_value() -> None:
    assert score(BOX, "[10, 10, 20, 20]").value == pytest.approx(0.5)
    assert score(ORGANS, "liver, spleen").value == pytest.approx(0.8)  # precision 1, recall 2/3
    assert score(VISITS, "image 1, image 2, image 3").value == pytest.approx(2 / 3, abs=1e-4)


def test_the_box_that_a_question_gives_is_no_second_answer() -> None:
    asked = "The box [50, 50, 60, 60] in image 1 marks an example. Which box in image 2 has its like?"
    whole = "Image 1 shows a polyp within [50, 50, 60, 60], and image 2 one of that kind within [10, 10, 20, 30]."
    assert score(BOX, whole, question=asked).right
    assert not score(BOX, f"{whole} Or [1, 1, 9, 9].", question=asked).right
    assert not score(BOX, "[50, 50, 60, 60]", question=asked).right
    same = "Image 1 shows it within [10, 10, 20, 30]; which box in image 2 does?"
    assert score(BOX, "[10, 10, 20, 30]", question=same).right


def test_a_check_that_lacks_something_says_what() -> None:
    with pytest.raises(ValueError, match="value"):
        score(ItemCheck(kind="tolerance", unit="mm"), "3 mm")
    with pytest.raises(ValueError, match="at_least"):
        score(ItemCheck(kind="iou", box=(0, 0, 1, 1)), "[0, 0, 1, 1]")


corners = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 8), st.integers(1, 8))


@given(corners, corners)
def test_overlap_is_that_of_counted_pixels(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    grids = []
    for x, y, w, h in (a, b):
        grid = np.zeros((24, 24), bool)
        grid[y : y + h, x : x + w] = True
        grids.append(grid)
    counted = (grids[0] & grids[1]).sum() / (grids[0] | grids[1]).sum()
    boxes = [(x, y, x + w, y + h) for x, y, w, h in (a, b)]
    assert box_iou(*boxes) == pytest.approx(counted)
