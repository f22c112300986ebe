"""Questions on measurements of one sentence and on published rules: of what is whole and seen, replayed on masks."""

import numpy as np
import pytest

import catalog
from schemas import Dialogue, Scene
from tests.views import disc, picture, rectangle
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (120, 150)


def asked(scene: Scene) -> list[Dialogue]:
    return [dialogue for seed in range(12) for dialogue in ask_all(scene, SPACE, ["quantity"], seed)]


def liver(mask: np.ndarray) -> ViewData:
    return picture([(SPACE.concept("liver"), disc(SHAPE, 70, 60, 45)), (SPACE.concept("liver_lesion"), mask)])


def eye() -> ViewData:
    concepts = SPACE.concept("optic_cup"), SPACE.concept("optic_disc")
    return picture([(concepts[0], disc(SHAPE, 70, 60, 42)), (concepts[1], disc(SHAPE, 70, 60, 50))])


@pytest.mark.parametrize(
    ("view", "answers"),
    [
        (liver(disc(SHAPE, 70, 60, 9)), {"the depth of the liver lesion below the surface of the liver": "35 px"}),
        (eye(), {"the vertical ratio of the optic cup to the optic disc": "0.84", "the optic cup count as": "large"}),
    ],
)
def test_what_was_measured_is_asked_and_replays(view: ViewData, answers: dict[str, str]) -> None:
    scene = measure_all(view, SPACE)
    found = asked(scene)
    for words, answer in answers.items():
        assert {one.answer for one in found if words in one.turns[0].text} == {answer}
    assert not claims.faults(scene, describe(scene, SPACE, "grounded", {}, 1), found, SPACE)
    steps = [replay(one, view.masks, scene.media[0]) for one in found]
    assert sum(map(len, steps)) > 4
    assert {step.outcome for verdicts in steps for step in verdicts} == {"pass"}
    shrunk = {rid: mask & np.roll(mask, 9, axis=0) for rid, mask in view.masks.items()}  # type: ignore[operator]
    again = [replay(one, shrunk, scene.media[0]) for one in found if one.reasoning]
    assert "fail" in {step.outcome for verdicts in again for step in verdicts}


def test_a_rule_is_asked_with_its_source_and_rests_on_its_inputs() -> None:
    scene = measure_all(eye(), SPACE)
    (ratio,) = [fact.id for fact in scene.facts if fact.predicate == "cup_to_disc"]
    rule = next(one for one in asked(scene) if "count as" in one.turns[0].text)
    assert "(Foster et al., Br J Ophthalmol 2002)" in rule.turns[0].text
    assert ratio in rule.facts


def test_what_the_edge_cuts_and_what_cannot_be_seen_is_not_asked() -> None:
    assert not asked(measure_all(picture([(SPACE.concept("liver_lesion"), rectangle(SHAPE, 0, 20, 30, 60))]), SPACE))
    assert not asked(
        measure_all(picture([(SPACE.concept("liver_lesion"), rectangle((2000, 2000), 9, 9, 18, 18))]), SPACE)
    )
