"""What an answer may be called besides: of a part of the body, of a plane, beside choices and without."""

import pytest

from schemas import Fact, Scene, View
from tests.scenes import CT
from tests.spaces import LUNG, small_space
from transforms.tasks.judged import check_of
from transforms.tasks.scoring import score

SPACE = small_space()
SCENE = Scene(key="k", dataset="toy", record="r", subject="toy/1", modality=CT, view=View(frame="axial:3"))


def fact(predicate: str, value: str, **rest: object) -> Fact:
    return Fact.model_validate({"id": "f1", "predicate": predicate, "value": value, **rest})


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("lung", True),
        ("the lungs", True),
        ("This image shows the chest.", True),
        ("the body", False),
        ("the abdomen", False),
        ("the left lung", False),
    ],
)
def test_a_part_is_named_by_its_plural_or_by_its_whole(answer: str, right: bool) -> None:
    check = check_of("lung", None, [fact("body_part", "lung", concept=LUNG)], SCENE, SPACE)
    assert score(check, answer, None, "What anatomy does this image show?").right is right


@pytest.mark.parametrize("choices", [None, ("sagittal", "axial", "coronal")])
def test_a_plane_has_two_names(choices: tuple[str, ...] | None) -> None:
    check = check_of("axial", choices, [fact("plane", "axial")], SCENE, SPACE)
    for said in ("transverse", "axial, not coronal", "This is a transverse slice."):
        assert score(check, said, choices, "In which plane is this slice?").right, said
    for said in ("coronal", "not axial", "coronal, not axial"):
        assert not score(check, said, choices, "In which plane is this slice?").right, said


def test_a_choice_is_no_other_name_of_the_answer() -> None:
    check = check_of("axial", ("axial", "transverse"), [fact("plane", "axial")], SCENE, SPACE)
    assert not score(check, "transverse", ("axial", "transverse")).right
