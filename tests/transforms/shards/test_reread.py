"""What is changed in a published sample is found by reading its texts again, whatever its checksums say."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from schemas import Group, Member, Sample
from tests.corpora import emitted
from tests.handfacts import told_abdomen
from tests.scenes import axial_abdomen
from tests.spaces import small_space
from transforms.shards.reread import brightness, problems
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = small_space()
TASKS = ("modality", "plane", "presence", "size", "counting", "comparison", "relation")
WHOLE = ("volume", "diameter", "rating")
Edit = Callable[[Sample], Sample]


def sample() -> Sample:
    """The hand-drawn abdomen with the texts and questions that are made of its facts."""
    scene = told_abdomen()
    whole = [f.model_copy(update={"scope": "record"}) if f.predicate in WHOLE else f for f in scene.facts]
    scene = scene.model_copy(update={"facts": tuple(whole)})
    made = emitted(scene.model_dump(), 1, describe(scene, SPACE, "grounded", {}, 3))
    return made.model_copy(update={"dialogues": ask_all(scene, SPACE, TASKS, 3)})


SOUND = sample()


def overall(old: str, new: str) -> Edit:
    def edit(one: Sample) -> Sample:
        text = one.description.overall
        changed = re.sub(old, new, text.text, count=1)
        assert changed != text.text, text.text
        said = text.model_copy(update={"text": changed})
        return one.model_copy(update={"description": one.description.model_copy(update={"overall": said})})

    return edit


def region(number: int, old: str, new: str) -> Edit:
    def edit(one: Sample) -> Sample:
        texts = list(one.description.regions)
        changed = re.sub(old, new, texts[number].text, count=1)
        assert changed != texts[number].text, texts[number].text
        texts[number] = texts[number].model_copy(update={"text": changed})
        return one.model_copy(update={"description": one.description.model_copy(update={"regions": tuple(texts)})})

    return edit


def fact(predicate: str, value: object) -> Edit:
    def edit(one: Sample) -> Sample:
        at = next(n for n, found in enumerate(one.facts) if found.predicate == predicate)
        facts = [*one.facts[:at], one.facts[at].model_copy(update={"value": value}), *one.facts[at + 1 :]]
        return one.model_copy(update={"facts": tuple(facts)})

    return edit


def asked(task: str, **change: object) -> Edit:
    def edit(one: Sample) -> Sample:
        dialogues = [d.model_copy(update=change) if d.task == task else d for d in one.dialogues]
        return one.model_copy(update={"dialogues": tuple(dialogues)})

    return edit


def turned(word: str, other: str) -> Edit:
    """Every last turn and answer with one word for another."""

    def edit(one: Sample) -> Sample:
        dialogues = []
        for d in one.dialogues:
            told = d.turns[-1].model_copy(update={"text": re.sub(word, other, d.turns[-1].text)})
            answer = re.sub(word, other, d.answer)
            dialogues.append(d.model_copy(update={"turns": (*d.turns[:-1], told), "answer": answer}))
        return one.model_copy(update={"dialogues": tuple(dialogues)})

    return edit


def test_a_sound_sample_has_no_problem() -> None:
    assert SOUND.dialogues
    assert list(problems(SOUND, SPACE)) == []


@pytest.mark.parametrize(
    ("edit", "check"),
    [
        (overall(r"(?i)computed tomography", "magnetic resonance imaging"), "text"),
        (overall(r"$", " There is a pneumothorax."), "text"),
        (overall(r"$", " The spleen is ruptured."), "text"),
        (region(0, r"patient's right", "patient's left"), "text"),
        (region(0, r"\d+ HU", "77 HU"), "text"),
        (region(0, r"\d+ mm", "99 mm"), "text"),
        (turned(r"\blarger\b", "smaller"), "text"),
        (turned(r"\bYes, (.*) is visible", r"No, \1 is not visible"), "text"),
        (asked("modality", answer="ultrasound"), "answer"),
        (asked("plane", choices=("axial", "oblique")), "answer"),
        (fact("volume", 9.9), "text"),
        (fact("modality", "ultrasound"), "fact"),
        (fact("body_part", "chest"), "fact"),
        (fact("plane", "coronal"), "fact"),
    ],
)
def test_a_planted_change_is_found(edit: Edit, check: str) -> None:
    changed = edit(SOUND)
    assert changed != SOUND
    assert check in {found for found, _ in problems(changed, SPACE)}


def test_another_picture_of_the_set_is_found_by_its_brightness() -> None:
    view = axial_abdomen()
    assert view.image is not None
    own = {"png": view.image}
    assert list(brightness(SOUND, own, view.masks)) == []
    other = {"png": np.roll(view.image, 40, axis=1)}
    assert any("mean_intensity" in message for message in brightness(SOUND, other, view.masks))
    black = {"png": np.zeros_like(view.image)}
    assert any("mean_intensity" in message for message in brightness(SOUND, black, view.masks))


def test_the_modality_of_a_group_is_that_of_its_first_medium() -> None:
    members = tuple(Member(media=f"{n}.image.png", role=role) for n, role in enumerate(("ct", "pet")))
    stated = next(fact for fact in SOUND.facts if fact.predicate == "modality")
    own = tuple(stated.model_copy(update={"media": (one.media,)}) for one in members)
    own = own[0], own[1].model_copy(update={"id": "f99", "value": "positron emission tomography"})
    group = Group(kind="study", whole=True, members=members)
    study = SOUND.model_copy(update={"group": group, "dialogues": (), "facts": own})
    assert not [message for check, message in problems(study, SPACE) if check == "fact"]
    swapped = own[0].model_copy(update={"value": "ultrasound"}), own[1]
    changed = study.model_copy(update={"facts": swapped})
    assert [m for check, m in problems(changed, SPACE) if check == "fact"] == [
        f"{stated.id} modality: says ultrasound, the sample is {SOUND.modality.label}"
    ]
