"""What somebody gets right who does not see the image: the choice that was right most often, of other people."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
YES_NO = ("no", "yes")
Scores = list[NDArray[np.float64]]  # of each item, one a choice


@dataclass(frozen=True)
class Item:
    """A closed question: its words without the list of choices, the choices, and which of them is right."""

    family: str
    subject: str
    question: str
    choices: tuple[str, ...]
    right: int


Guess = Callable[[Sequence[Item], Sequence[Item]], Scores]
"""Of items to learn from and items to answer, scores of each choice of the latter."""


def folds(items: Sequence[Item]) -> Iterator[tuple[list[Item], list[int]]]:
    """(items to learn from, numbers of the items to answer), split by subject; subjects are shuffled under a seed."""
    subjects = sorted({item.subject for item in items})
    random.Random(17).shuffle(subjects)
    place = {subject: number % FOLDS for number, subject in enumerate(subjects)}
    for fold in range(FOLDS):
        asked = [number for number, item in enumerate(items) if place[item.subject] == fold]
        known = [item for item in items if place[item.subject] != fold]
        if asked and known:
            yield known, asked


class Popular:
    """How often a choice was right of the times that it was offered, counted as if once more at chance."""

    def __init__(self, known: Sequence[Item]) -> None:
        self.right: Counter[str] = Counter()
        self.offered: Counter[str] = Counter()
        self.places: Counter[int] = Counter(item.right for item in known)
        for item in known:
            self.offered.update(item.choices)
            self.right[item.choices[item.right]] += 1

    def rate(self, choice: str, chance: float) -> float:
        return (self.right[choice] + chance) / (self.offered[choice] + 1)

    def score(self, item: Item) -> NDArray[np.float64]:
        chance = 1 / len(item.choices)
        rates = [self.rate(choice, chance) + 1e-6 * self.places[n] for n, choice in enumerate(item.choices)]
        return np.array(rates)


def majority(known: Sequence[Item], asked: Sequence[Item]) -> Scores:
    """Scores of each item's choices."""
    popular = Popular(known)
    return [popular.score(item) for item in asked]


def rate(items: Sequence[Item], guess: Guess) -> float:
    """The share of the items that a guesser answers right, each after it has learnt from other subjects alone. 0 where
    there is one subject."""
    right = 0
    for known, numbers in folds(items):
        asked = [items[number] for number in numbers]
        scores = guess(known, asked)
        right += sum(int(np.argmax(own)) == item.right for own, item in zip(scores, asked, strict=True))
    return right / len(items)


def chance(items: Sequence[Item]) -> float:
    """The share that is right where any choice is taken."""
    return sum(1 / len(item.choices) for item in items) / len(items)
