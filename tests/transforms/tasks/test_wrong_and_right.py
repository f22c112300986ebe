"""Reasoning that is mended, a second look, rejected answers: what is wrong is marked, and the rest is right."""

import random
from collections import Counter

import pytest

import catalog
from schemas import Dialogue, Fact, Scene
from tests.scenes import axial_abdomen
from tests.views import disc, lps, picture, rectangle
from transforms.checks import rejected
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all, preference
from transforms.tasks.needed import unneeded, without
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (160, 200)


def chest() -> ViewData:
    """A nodule on the image's right, which is the patient's left; pixels of 0.49 mm²."""
    body, nodule = rectangle(SHAPE, 20, 10, 180, 150), disc(SHAPE, 140, 60, 9)
    shapes = [(SPACE.concept("body"), body), (SPACE.concept("pulmonary_nodule"), nodule)]
    return picture(shapes, geometry=lps("axial", 0.7), plane="axial")


def asked(view: ViewData, task: str) -> tuple[Scene, list[Dialogue]]:
    scene = measure_all(view, SPACE)
    masks = {rid: Patch.of(mask) for rid, mask in view.masks.items()}
    return scene, [one for seed in range(12) for one in ask_all(scene, SPACE, [task], seed, masks=masks)]


def outcomes(dialogue: Dialogue, view: ViewData) -> list[str]:
    labels = {region.id: region.concept.label for region in view.scene.regions}
    return [one.outcome for one in replay(dialogue, view.masks, view.scene.media[0], view.values, labels)]


def test_a_slip_is_seen_and_mended() -> None:
    view = chest()
    _, found = asked(view, "reflection")
    slips = {(step.op, step.result, step.wrong) for one in found for step in one.reasoning if step.wrong}
    pixels = int(view.masks["r2"].sum())
    assert slips == {
        ("covers", float(pixels), "takes each pixel for 1 mm²"),
        ("one_side", "right", "takes the image's side for the patient's"),
    }
    for dialogue in found:
        assert set(outcomes(dialogue, view)) == {"pass"}
        assert not unneeded(dialogue.reasoning)
        for number in range(1, len(dialogue.reasoning) + 1):
            assert "fail" in outcomes(without(dialogue, number), view)
    assert not ask_all(measure_all(view, SPACE), SPACE, ["reflection"], 1)  # without masks there is nothing to mend


def test_a_slip_that_is_none_and_one_that_is_not_marked_are_found() -> None:
    view = chest()
    _, found = asked(view, "reflection")
    for dialogue in found:
        right = dialogue.reasoning[-1]
        n = next(n for n, step in enumerate(dialogue.reasoning) if step.wrong)
        for bent in ({"result": right.result}, {"wrong": None}):
            steps = [*dialogue.reasoning]
            steps[n] = steps[n].model_copy(update=bent)
            assert "fail" in outcomes(dialogue.model_copy(update={"reasoning": tuple(steps)}), view)


def test_a_second_look_goes_to_the_part_that_holds_the_region() -> None:
    view = chest()
    scene, found = asked(view, "look_again")
    assert len({one.turns[0].text for one in found}) > 2
    for dialogue in found:
        question, think, act, rethink = dialogue.turns
        assert (question.role, think.role, act.role, rethink.role) == ("user", "assistant", "user", "assistant")
        assert "[131, 51, 150, 70]" in think.text
        assert act.crop == (126, 46, 155, 75)  # 19 px across, and a quarter of that about it
        assert set(outcomes(dialogue, view)) <= {"pass"}
    assert not claims.faults(scene, describe(scene, SPACE, "grounded", {}, 1), found, SPACE)


@pytest.mark.parametrize("make", [chest, axial_abdomen])
def test_the_rejected_answer_is_wrong_about_one_named_fact(make) -> None:
    scene, found = asked(make(), "preference")
    facts = {fact.id: fact for fact in scene.facts}
    kinds = Counter()
    for dialogue in found:
        worse = dialogue.rejected
        assert worse is not None
        assert worse.text != dialogue.turns[-1].text
        assert worse.answer != dialogue.answer
        kinds[facts[worse.fact].predicate, worse.error] += 1
        assert len(set(worse.text.split()) ^ set(dialogue.turns[-1].text.split())) <= 4
    assert len(kinds) > 2
    assert not claims.faults(scene, describe(scene, SPACE, "grounded", {}, 1), found, SPACE)
    assert rejected.run(scene, describe(scene, SPACE, "grounded", {}, 1), found, SPACE).outcome == "pass"


def test_a_wrong_density_is_shifted_and_called_one_of_attenuation() -> None:
    _, found = asked(axial_abdomen(), "preference")
    pairs = [(one.answer, one.rejected) for one in found if one.rejected and one.answer.endswith(" HU")]
    assert pairs
    for right, worse in pairs:
        off = float(worse.answer.removesuffix(" HU")) - float(right.removesuffix(" HU"))
        assert 30 <= abs(off) <= 80
        assert worse.error == "attenuation"


def test_a_wrong_rating_is_a_step_of_its_scale() -> None:
    for unit, value in (("1-5", 3.8), ("1-5", 5.0), ("0-10", 2.0)):
        fact = Fact(id="f1", predicate="rating", regions=("r1",), value=value, unit=unit)
        low, high = map(float, unit.split("-"))
        for seed in range(20):
            other = preference._other(fact, random.Random(seed))
            assert other is not None
            assert low <= other <= high
            assert abs(other - value) >= 0.3 * (high - low)
    age = Fact(id="f1", predicate="age", value=88, unit="years")
    assert all(0 < (preference._other(age, random.Random(seed)) or 0) <= 95 for seed in range(20))


def test_an_error_of_side_of_a_finding_weighs_most() -> None:
    _, found = asked(chest(), "preference")
    weights = {(one.rejected.error, one.rejected.weight) for one in found if one.rejected}
    assert ("side", "urgent") in weights
    assert ("size", "significant") in weights


def test_a_rejected_answer_that_is_right_or_said_to_weigh_otherwise_is_found() -> None:
    scene, found = asked(chest(), "preference")
    said = describe(scene, SPACE, "grounded", {}, 1)
    one = found[0]
    assert one.rejected is not None
    for bent in (
        {"text": one.turns[-1].text}, {"answer": one.answer}, {"weight": "none"}, {"error": "modality"},
        {"fact": "f999"},
    ):  # fmt: skip
        lie = one.model_copy(update={"rejected": one.rejected.model_copy(update=bent)})
        assert rejected.faults(scene, said, [lie], SPACE), bent
