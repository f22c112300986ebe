"""The guessers find habits that were planted, and none in coin flips."""

import random

import pytest

from benchmarks.blind import row_of
from transforms.tasks.blindly import Item


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
