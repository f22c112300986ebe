"""Which of two parts of an organ holds more of a finding that lies across them: of scans that are shown whole."""

import random
from collections.abc import Iterator
from itertools import pairwise

from schemas import Fact, LabelSpace, Scene
from transforms.tasks import in_volume
from transforms.tasks.base import Book, DialogueDraft, mixed
from transforms.tasks.program import Program
from transforms.tasks.which_of_two import Compared, sentences

NAME = "portions"
VERSION = "1"
SKILL = "compare"

ASK_WHICH = "Which one contains more of {finding} over the whole scan, {first} or {second}?"
ASK_WHETHER = "Is more of {finding} contained in {first} than in {second}, over the whole scan?"
LARGER = 1.25
"""The larger portion is so many times the other, and larger by more than the two may be off."""
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns which of two, and whether the one holds more."""
    book = Book(scene, space)
    facts = [fact for fact in book.of("portion") if all(book.name(rid) for rid in fact.regions)]
    for finding in sorted({fact.regions[1] for fact in facts}):
        own = mixed([fact for fact in facts if fact.regions[1] == finding], rng)
        compared = _compared(book.called(finding))
        forms = rng.sample((compared.which, compared.whether), 2)
        for number, (a, b) in enumerate([pair for pair in pairwise(own) if _apart(*pair)][:MOST]):
            larger, smaller = sorted((a, b), key=lambda fact: -float(fact.value))
            yield forms[number % 2](book, larger, smaller, rng)


def _apart(a: Fact, b: Fact) -> bool:
    small, large = sorted((float(a.value), float(b.value)))
    return large >= LARGER * small and large - small > (a.tolerance or 0.0) + (b.tolerance or 0.0)


def _looks(book: Book, *facts: Fact) -> Program:
    return tuple(in_volume.within(book, fact) for fact in facts)


def _compared(finding: str) -> Compared:
    which, whether = (one.replace("{finding}", finding) for one in (ASK_WHICH, ASK_WHETHER))
    return Compared(NAME, "greater", (which,), whether, _looks, sentences)
