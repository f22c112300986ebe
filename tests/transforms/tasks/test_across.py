"""Questions of several images: what each asks is measured again on the masks of its own image, with its own pixels."""

import random
from typing import Any

import numpy as np
import pytest

import catalog
from schemas import (
    Dialogue,
    Fact,
    Group,
    MadeBy,
    Media,
    MediaGeometry,
    Member,
    ReasoningStep,
    SampleRegion,
    Scene,
    View,
)
from schemas.dialogue import TextMaker
from schemas.sample import RegionBox, RegionMask
from tests.scenes import CT, LESION, LIVER
from transforms.checks import run_all
from transforms.groups import across
from transforms.groups.compose import describe
from transforms.tasks import ask_all, changed, families, visits, visual_concept, which_image
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

SPACE = catalog.labelspace()
HUMAN = MadeBy(kind="human", name="hand drawn")
SPACING = (1.0, 2.0)  # mm a pixel, of each image
SIDES = (6, 4)  # pixels of the lesion's square in each: 36 mm2, then 64 mm2
MASKS = {
    f"r{n}": np.pad(np.ones((side, side), bool), ((3, 17 - side), (3, 17 - side))) for n, side in enumerate(SIDES, 1)
}


def region(number: int, side: int) -> SampleRegion:
    box = RegionBox(media=f"{number}.png", xyxy=(3, 3, 3 + side, 3 + side))
    mask = RegionMask(media=f"{number}.mask.png", value=number + 1)
    return SampleRegion(id=f"r{number + 1}", concept=LESION, source_label="lesion", box=box, mask=mask, made_by=HUMAN)


def scene(**more: Any) -> Scene:
    """A lesion of six pixels at one visit, at the next of four that are twice as wide; a liver in the first alone."""
    pictures = [Media(name=f"{n}.png", kind="image", width=20, height=20, geometry=MediaGeometry(spacing_mm=(mm, mm)))
                for n, mm in enumerate(SPACING)]  # fmt: skip
    sheets = [Media(name=f"{n}.mask.png", kind="mask", width=20, height=20) for n in (0, 1)]
    members = tuple(Member(media=f"{n}.png", visit=n + 1, days=30 * n, frame="full", record=f"c{n}", key=f"k{n}")
                    for n in (0, 1))  # fmt: skip
    said: list[tuple[str, str, dict[str, Any]]] = [
        *(("present", f"{n}.png", {"regions": (f"r{n + 1}",), "concept": LESION}) for n in (0, 1)),
        ("area", "0.png", {"regions": ("r1",), "value": 36.0, "unit": "mm2", "tolerance": 0.2}),
        ("area", "1.png", {"regions": ("r2",), "value": 64.0, "unit": "mm2", "tolerance": 0.4}),
        ("present", "0.png", {"concept": LIVER, "scope": "record"}), ("absent", "1.png", {"concept": LIVER}),
    ]  # fmt: skip
    facts = tuple(
        Fact.model_validate({"id": f"f{n}", "predicate": predicate, "media": (media,), "value": True, **fields})
        for n, (predicate, media, fields) in enumerate(said, 1)
    )
    whole = Scene(
        key="toy-pair", dataset="toy", record="c0", subject="toy/1", modality=CT, view=View(frame="visits"),
        media=(*pictures, *sheets), regions=tuple(region(n, side) for n, side in enumerate(SIDES)), facts=facts,
        group=Group(kind="visits", whole=False, timed=True, members=members), **more,
    )  # fmt: skip
    drafts = enumerate(across.measure(whole), len(facts) + 1)
    return whole.model_copy(update={"facts": (*facts, *(draft.fact(n) for n, draft in drafts))})


def asked(name: str, seed: int = 0) -> list[Dialogue]:
    family = families()[name]
    maker = TextMaker(backend="tasks", revision="1", seed=seed)
    drafts = family.ask(scene(), SPACE, random.Random(seed))
    return [Dialogue(id=f"d{n}", made_by=maker, **draft.fields) for n, draft in enumerate(drafts, 1)]


def outcomes(dialogue: Dialogue) -> set[str]:
    whole = scene()
    return {one.outcome for one in replay(dialogue, MASKS, whole.media[0], scene=whole)}


def test_the_larger_is_that_in_millimetres_and_not_in_pixels() -> None:
    (talk, *_) = asked("visits")
    assert (talk.answer, talk.choices) == ("image 2", ("image 1", "image 2"))
    assert [step.result for step in talk.reasoning] == [36.0, 64.0, "r2", "image 2"]
    assert talk.turns[1].text == "The area of the lesion in image 2 is 1.78 times that in image 1."


def test_what_only_one_shows_is_asked_and_not_the_time_between_which_no_picture_shows() -> None:
    answers = {talk.turns[1].text: talk.answer for talk in asked("visits")}
    assert answers["Image 1 shows the liver and image 2 does not."] == "image 1"
    assert not [said for said in answers if "days" in said]


def test_which_images_show_it_what_tells_them_apart_first() -> None:
    both = [asked("which_image", seed) for seed in range(8)]
    assert {tuple(talk.answer for talk in talks) for talks in both} == {("1", "1, 2"), ("1",)}  # not always of all
    talks = next(talks for talks in both if len(talks) == 2)
    assert [step.result for step in talks[0].reasoning] == [True, False, "1"]


@pytest.mark.parametrize("seed", range(6))
def test_every_step_is_true_and_a_changed_one_is_not(seed: int) -> None:
    steps = 0
    for talk in (*asked("visits", seed), *asked("which_image", seed)):
        if not talk.reasoning:
            continue
        assert outcomes(talk) == {"pass"}
        for number, step in enumerate(talk.reasoning):
            wrong = {True: False, False: True, "r1": "r2", "r2": "r1", "image 2": "image 1", "image 1": "image 2"}
            value: Any = wrong.get(step.result, "2" if isinstance(step.result, str) else 50.0)
            changed = list(talk.reasoning)
            changed[number] = step.model_copy(update={"result": value})
            assert "fail" in outcomes(talk.model_copy(update={"reasoning": tuple(changed)})), step
            steps += 1
    assert steps


def test_an_image_that_was_not_examined_shows_nothing_and_lacks_nothing() -> None:
    step = ReasoningStep(
        op="shows", args={"concept": "spleen", "media": "1.png"}, result=False, text="Image 2 does not."
    )
    talk = asked("which_image")[0].model_copy(update={"reasoning": (step,)})
    assert outcomes(talk) == {"fail"}


def test_groups_are_asked_by_their_own_families_and_what_is_said_of_them_is_checked() -> None:
    whole = scene()
    talks = ask_all(whole, SPACE, sorted(families()), 5)
    assert {talk.task for talk in talks} == {visits.NAME, which_image.NAME, visual_concept.NAME, changed.NAME}
    said = describe(whole, (), SPACE, 5)
    assert "shows the liver and image 2 does not" in said.overall.text
    assert "alone shows" not in said.overall.text  # that would be the same once more
    assert [check.name for check in run_all(whole, said, talks, SPACE) if check.outcome != "pass"] == []
    talk = next(one for one in talks if "1.78" in one.turns[1].text)
    text = talk.turns[1].text.replace("1.78", "2.78")
    wrong = talk.model_copy(update={"turns": (talk.turns[0], talk.turns[1].model_copy(update={"text": text}))})
    assert any(check.outcome == "fail" for check in run_all(whole, said, (wrong,), SPACE))


@pytest.mark.parametrize("name", ["visits", "which_image"])
def test_the_sentence_that_answers_is_right_and_with_the_images_exchanged_wrong(name: str) -> None:
    found = [one for seed in range(6) for one in ask_all(scene(), SPACE, [name], seed)]
    assert found
    for one in found:
        question, said = one.turns[0].text, one.turns[1].text
        assert one.check is not None
        assert score(one.check, said, one.choices, question).right, said
        other = said.replace("mage 1", "mage ?").replace("mage 2", "mage 1").replace("mage ?", "mage 2")
        if other != said and one.choices:
            assert not score(one.check, other, one.choices, question).right, other
