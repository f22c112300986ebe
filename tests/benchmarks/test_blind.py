"""The guessers find habits that were planted, and none in coin flips."""

import random
from collections import Counter

import numpy as np
import pytest

import catalog
from benchmarks.blind import item_of, row_of
from benchmarks.blind_scenes import settled
from benchmarks.blind_wholes import asked_about, kinds
from schemas import Candidate
from transforms.tasks.blindly import YES_NO, Item

SPACE = catalog.labelspace()


def items(kind: str) -> list[Item]:
    """240 items of 60 subjects."""
    rng, made = random.Random(7), []
    for n in range(240):
        subject, coin = f"s{n % 60}", rng.random() < 0.5
        number = rng.randint(10, 99)
        wrong = [str(number * 3), str(number * 4), str(number * 5)]
        about, choices, right = {
            "coin": ("a cyst", ("no", "yes"), int(coin)),
            "always": ("a cyst", ("no", "yes"), 1),
            "word": ("a rib" if coin else "a cyst", ("no", "yes"), int(coin)),
            "smallest": ("a cyst", tuple(sorted([str(number), *wrong], key=lambda c: (len(c), c))), 0),
        }[kind]
        made.append(Item("presence", subject, f"Is {about} visible in this image?", choices, right))
    return made


@pytest.mark.parametrize(("kind", "guesser"), [("always", "majority"), ("word", "ngrams"), ("smallest", "trees")])
def test_a_habit_is_found(kind: str, guesser: str) -> None:
    row = row_of("presence", items(kind))
    assert getattr(row, guesser) >= 0.95
    assert row.over >= 0.45


def test_a_coin_is_not_guessed() -> None:
    row = row_of("presence", items("coin"))
    assert row.chance == 0.5
    assert row.over < 0.1
    assert row.yes == pytest.approx(0.5, abs=0.1)


def made_up(kind: str, people: int) -> list[Candidate]:
    make, tasks = kinds()[kind]
    scenes = [make(number, SPACE, np.random.default_rng((7, number))) for number in range(people)]
    return [asked_about(scene, SPACE, tasks, 7) for scene in scenes]


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_is_asked_closed_questions_of_its_families_and_made_up_again_alike(kind: str) -> None:
    found = made_up(kind, 8)
    closed = {item.family for one in found for talk in one.dialogues if (item := item_of(one.subject, talk))}
    assert closed == set(kinds()[kind][1])
    assert found == made_up(kind, 8)


@pytest.mark.parametrize(("kind", "told"), [
    ("patient", ("diabetes", "hypertension", "asthma")), ("recording", ("in lead I ", "in lead aVF ")),
])  # fmt: skip
def test_of_each_condition_and_lead_yes_is_right_of_half(kind: str, told: tuple[str, ...]) -> None:
    """However often people have it: its name must not tell."""
    said: dict[str, Counter[str]] = {name: Counter() for name in told}
    for _, talk in settled(made_up(kind, 300), SPACE, 7):
        for name in told:
            if talk.answer in YES_NO and name in talk.turns[0].text:
                said[name][talk.answer] += 1
    for name, answers in said.items():
        assert answers.total() >= 20, name
        assert 0.45 <= answers["yes"] / answers.total() <= 0.55, (name, answers)
