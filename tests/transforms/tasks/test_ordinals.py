"""Images by their place or their number in words, where a question's answers are images."""

import pytest

from schemas import ItemCheck
from transforms.tasks.scoring import score

FIRST = ItemCheck(kind="exact", accepted=("image 1",), alternatives=("image 2", "image 3"))
VISITS = ItemCheck(kind="order", accepted=("image 2", "image 1", "image 3"))
WHICH = ItemCheck(kind="set", accepted=("1", "3"), alternatives=("2", "none"))
MOST = ItemCheck(kind="order", accepted=("3", "1", "2"))
WHEN = ItemCheck(kind="tolerance", value=3.0, within=0.0)
COUNT = "How many are there?"
PLACE = "Which is the first image of this clip to show the grasper? Answer with its number, counted from 1."


@pytest.mark.parametrize(
    ("check", "question", "answer", "right"),
    [
        (FIRST, "", "The first image.", True),
        (FIRST, "", "the first one", True),
        (FIRST, "", "First", True),
        (FIRST, "", "Image one.", True),
        (FIRST, "", "It is the 1st picture, not the second.", True),
        (FIRST, "", "Picture no. 1", True),
        (FIRST, "", "The second image.", False),
        (FIRST, "", "the second one", False),
        (FIRST, "", "image two", False),
        (FIRST, "", "The first or the second.", False),
        (FIRST, "", "The first image, and the third one.", False),
        (FIRST, "", "not the first image", False),
        (VISITS, "", "First image 2, then image 1, and image 3 last", True),
        (VISITS, "", "the second, the first, the third", True),
        (VISITS, "", "the first, the second, the third", False),
        (WHICH, "", "Images one and three.", True),
        (WHICH, "", "The first and the third.", True),
        (WHICH, "", "the first image and the second one", False),
        (MOST, "", "the third, then the first, then the second", True),
        (WHEN, PLACE, "The third one.", True),
        (WHEN, PLACE, "on the 3rd image", True),
        (WHEN, PLACE, "The first image of this clip to show the grasper is the third one.", True),
        (WHEN, PLACE, "The first image of this clip to show the grasper is image 3.", True),
        (WHEN, PLACE, "The first image of this clip to show the grasper is the second one.", False),
        (WHEN, COUNT, "In this image one lesion and two cysts.", False),
    ],
)
def test_an_image_is_named_by_its_place(check: ItemCheck, question: str, answer: str, right: bool) -> None:
    assert score(check, answer, question=question).right is right


def test_a_choice_is_named_by_its_place() -> None:
    choices = ("image 1", "image 2")
    assert score(FIRST, "The first one.", choices).right
    assert not score(FIRST, "The second one.", choices).right
