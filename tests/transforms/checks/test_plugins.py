"""The other checks: boxes in the image and on their masks, no refusals, and all of them by name."""

import pytest

from schemas import Dialogue, ReasoningStep, Scene, Turn
from schemas.dialogue import TextMaker
from schemas.sample import RegionBox
from tests.handfacts import told_abdomen
from tests.scenes import axial_abdomen
from tests.spaces import small_space
from transforms.checks import boxes, refusals, run_all
from transforms.text import describe

SPACE = small_space()
SCENE = told_abdomen()
DESCRIPTION = describe(SCENE, SPACE, "grounded", {}, 5)
MAKER = TextMaker(backend="test", revision="1")


def dialogue(question: str, answer: str, short: str = "yes", box: tuple[int, int, int, int] | None = None) -> Dialogue:
    steps = (ReasoningStep(op="box", args={}, result=True, text="look", box=box),) if box else ()
    turns = (Turn(role="user", text=question), Turn(role="assistant", text=answer))
    return Dialogue(id="d1", task="presence", turns=turns, answer=short, reasoning=steps, made_by=MAKER)


def moved(box: tuple[int, int, int, int]) -> Scene:
    region = SCENE.regions[0].model_copy(update={"box": RegionBox(media="png", xyxy=box)})
    return SCENE.model_copy(update={"regions": (region, *SCENE.regions[1:])})


def test_boxes_inside_the_image_and_equal_to_the_masks_pass() -> None:
    assert boxes.run(SCENE, DESCRIPTION, (), SPACE, axial_abdomen().masks).outcome == "pass"


@pytest.mark.parametrize("box", [(-1, 20, 50, 70), (10, 20, 121, 70), (10, 20, 10, 70), (10, 20, 50, 101)])
def test_a_box_outside_the_image_or_empty_fails(box: tuple[int, int, int, int]) -> None:
    check = boxes.run(moved(box), DESCRIPTION, (), SPACE)
    assert check.outcome == "fail"
    assert "r1" in str(check.reason)
    assert boxes.run(SCENE, DESCRIPTION, (dialogue("q", "a", box=box),), SPACE).outcome == "fail"


def test_a_box_that_is_not_the_extent_of_its_mask_fails_only_where_masks_are_given() -> None:
    scene = moved((10, 20, 50, 71))
    assert boxes.run(scene, DESCRIPTION, (), SPACE).outcome == "pass"
    assert boxes.run(scene, DESCRIPTION, (), SPACE, axial_abdomen().masks).outcome == "fail"


@pytest.mark.parametrize(
    "answer",
    ["I'm sorry, I can't see.", "As an AI language model, no.", " ", "The {organ} is seen.", "<|box_start|>", "TODO",
     "Is there a lesion in the liver? Yes."],
)  # fmt: skip
def test_refusals_placeholders_echoes_and_silence_fail(answer: str) -> None:
    assert (
        refusals.run(SCENE, DESCRIPTION, (dialogue("Is there a lesion in the liver?", answer),), SPACE).outcome
        == "fail"
    )


def test_plain_answers_pass() -> None:
    fine = dialogue("Is there a lesion in the liver?", "Yes, a lesion lies inside the liver.")
    assert refusals.run(SCENE, DESCRIPTION, (fine,), SPACE).outcome == "pass"
    assert refusals.run(SCENE, DESCRIPTION, (dialogue("Why?", "So.", short=""),), SPACE).outcome == "fail"


def test_all_checks_run_by_name_and_a_false_answer_fails_the_claims() -> None:
    found = {check.name: check for check in run_all(SCENE, DESCRIPTION, (), SPACE)}
    assert {"boxes", "claims", "refusals"} <= set(found)
    assert {check.outcome for check in found.values()} == {"pass"}
    lie = dialogue("Where is the lesion?", "The lesion lies in the left kidney.")
    claims = next(check for check in run_all(SCENE, DESCRIPTION, (lie,), SPACE) if check.name == "claims")
    assert claims.outcome == "fail"
    assert claims.score is not None
    assert claims.score < 1
    assert "contradicted" in str(claims.reason)
