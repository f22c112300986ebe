"""A question of a picture in another spelling is the same; one of another side, number or thing is not."""

import pytest

from transforms.identity.questions import same

ASKED = "Is there a fracture in the left rib?"


@pytest.mark.parametrize(
    "copy",
    [
        "is there a FRACTURE in left rib ?", "<image>\nIs there a fracture in the left rib?",
        "Is there a fracture in the left rib? Answer with one word.", "Is there a fractre in the left rib",
        "Please look at this picture. Is there a fracture in the left rib?",
    ],
)  # fmt: skip
def test_spelling_and_what_is_said_around_it_do_not_count(copy: str) -> None:
    assert same(ASKED, copy)


@pytest.mark.parametrize(
    "other",
    [
        "Is there a fracture in the right rib?", "Is there no fracture in the left rib?",
        "Is there a fracture in the left hip?", "Is there a fracture?", "Where is a fracture in the left rib?",
    ],
)  # fmt: skip
def test_another_question_is_another(other: str) -> None:
    assert not same(ASKED, other)


def test_numbers_are_exact_and_other_scripts_are_words() -> None:
    assert not same("Is this slice 12 of the volume?", "Is this slice 13 of the volume?")
    assert same("图中的器官是什么？", "图中的器官是什么?")
    assert not same("图中的器官是什么？", "图中的病变是什么?")
