"""Questions from a box on one picture to that on another: what is right by hand is right by their own check, and the
box that the question gives is not."""

import random
from typing import Any

import pytest

import catalog
from schemas import Dialogue, Fact, Scene
from schemas.dialogue import TextMaker
from tests.scenes import LIVER, filled
from tests.transforms.facts.test_followed import HERE, THERE, drawn, slices
from transforms.checks import run_all
from transforms.groups.across import measure, problems
from transforms.groups.compose import describe
from transforms.tasks import tracking, visual_concept
from transforms.tasks.judged import check_of
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

SPACE = catalog.labelspace()
LESION_LABEL = "lesion"


def told(scene: Scene) -> Scene:
    return scene.model_copy(update={"facts": tuple(one.fact(n) for n, one in enumerate(measure(scene), 1))})


def followed() -> Scene:
    return told(slices(drawn("r1", 0, HERE), drawn("r2", 2, THERE)))


def alike() -> Scene:
    return told(slices(drawn("r1", 0, HERE, region="a"), drawn("r2", 1, THERE, region="b")))


def asked(family: Any, scene: Scene, seed: int = 0) -> list[Dialogue]:
    maker = TextMaker(backend="tasks", revision="1", seed=seed)
    drafts = family.ask(scene, SPACE, random.Random(seed))
    return [Dialogue(id=f"d{n}", made_by=maker, **draft.fields) for n, draft in enumerate(drafts, 1)]


def outcomes(dialogue: Dialogue, scene: Scene) -> set[str]:
    return {one.outcome for one in replay(dialogue, filled(scene), scene.media[0], scene=scene)}


@pytest.mark.parametrize("seed", range(4))
def test_the_same_thing_is_found_where_it_has_moved(seed: int) -> None:
    (talk,) = asked(tracking, followed(), seed)
    assert talk.answer == str(list(THERE))
    assert str(list(HERE)) in talk.turns[0].text
    assert "image 1" in talk.turns[0].text
    assert "image 3" in talk.turns[0].text
    assert LESION_LABEL in talk.turns[0].text
    said = "The lesion within [10, 10, 30, 30] of image 1 lies within [60, 70, 90, 95] of image 3."
    assert talk.turns[1].text == said
    assert outcomes(talk, followed()) == {"pass"}
    wrong = talk.reasoning[1].model_copy(update={"result": "r1"})
    changed = talk.model_copy(update={"reasoning": (talk.reasoning[0], wrong, talk.reasoning[2])})
    assert "fail" in outcomes(changed, followed())


@pytest.mark.parametrize("seed", range(4))
def test_an_example_is_not_named(seed: int) -> None:
    (talk,) = asked(visual_concept, alike(), seed)
    assert talk.answer == str(list(THERE))
    assert LESION_LABEL not in talk.turns[0].text
    assert outcomes(talk, alike()) == {"pass"}
    assert asked(tracking, alike()) == [] == asked(visual_concept, followed())


@pytest.mark.parametrize(("family", "scene"), [(tracking, followed()), (visual_concept, alike())])
def test_the_box_of_the_question_is_wrong_and_every_sentence_is_checked(family: Any, scene: Scene) -> None:
    (talk,) = asked(family, scene)
    checked = talk.model_copy(update={"check": _check(talk, scene)})
    assert checked.check is not None
    assert checked.check.kind == "iou"
    assert score(checked.check, talk.turns[1].text.rpartition("within ")[2]).right
    assert not score(checked.check, str(list(HERE))).right
    said = describe(scene, (), SPACE, 5)
    assert [one.reason for one in run_all(scene, said, (talk,), SPACE) if one.outcome != "pass"] == []
    text = talk.turns[1].text.replace(str(list(THERE)), "[61, 70, 90, 95]")
    wrong = talk.model_copy(update={"turns": (talk.turns[0], talk.turns[1].model_copy(update={"text": text}))})
    assert any(one.outcome == "fail" for one in run_all(scene, said, (wrong,), SPACE))


def _check(talk: Dialogue, scene: Scene) -> Any:
    return check_of(talk.answer, None, list(scene.facts), scene, SPACE)


def test_an_example_is_not_asked_about_where_the_other_picture_shows_a_kind_of_it_too() -> None:
    organ = SPACE.get("left_kidney").concept
    kidney = SPACE.get("kidney").concept
    pair = (drawn("r1", 0, HERE, kidney, region="a"), drawn("r2", 1, THERE, kidney, region="b"))
    assert asked(visual_concept, told(slices(*pair)))
    assert asked(visual_concept, told(slices(*pair, drawn("r3", 1, (1, 1, 9, 9), LIVER, region="c"))))
    assert asked(visual_concept, told(slices(*pair, drawn("r3", 1, (1, 1, 9, 9), organ, region="c")))) == []


def test_a_changed_fact_is_found() -> None:
    scene = followed()
    fields = {name: getattr(scene, name) for name in Scene.model_fields}
    moved = Fact(id="f1", predicate="followed", regions=("r2", "r1"), value=True, media=("2.png", "0.png"))
    found = [one for one in problems(Scene(**{**fields, "facts": (moved,)})) if one]  # type: ignore[arg-type]
    assert found
    assert [one for one in problems(scene) if one] == []
