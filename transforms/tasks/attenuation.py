"""How dense is a structure on CT, averaged over all of it, and which of two is denser: of scans shown whole."""

import random
from collections.abc import Iterator
from itertools import pairwise

from schemas import Fact, ItemCheck, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks.base import Book, DialogueDraft, draft, mixed
from transforms.tasks.density import LEAST
from transforms.tasks.program import Program, Sketch
from transforms.tasks.which_of_two import Compared, sentences
from transforms.text.line import Line

NAME = "attenuation"
VERSION = "1"
SKILL = "measure"

ASK_MEAN = (
    "What is the mean attenuation of {name} over the whole scan, in Hounsfield units?",
    "Averaged over all of its voxels in this scan, what is the attenuation of {name}, in Hounsfield units?",
)
ASK_WHICH = ("Which {has} the higher mean attenuation over the whole scan, {first} or {second}?",)
ASK_WHETHER = "{Does} {first} have a higher mean attenuation over the whole scan than {second}?"
WITHIN = 5.0
"""HU: a tenth would be nothing near water, and much of bone."""
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns how dense one is, and which of two is denser."""
    book = Book(scene, space)
    facts = mixed([fact for fact, _ in book.named("whole_attenuation") if book.shows(fact)], rng)
    forms = rng.sample((COMPARED_IN.which, COMPARED_IN.whether), 2)
    apart = [pair for pair in pairwise(facts) if _difference(*pair) >= LEAST]
    for number, fact in enumerate(facts[:MOST]):
        yield _mean(book, fact, rng)
        if number < len(apart):
            denser, other = sorted(apart[number], key=lambda one: -float(one.value))
            yield forms[number % 2](book, denser, other, rng)


def _difference(a: Fact, b: Fact) -> float:
    return abs(float(a.value) - float(b.value)) - (a.tolerance or 0.0) - (b.tolerance or 0.0)


def _looks(book: Book, *facts: Fact) -> Program:
    return tuple(
        Sketch("whole_mean", {"region": fact.regions[0]},
               f"Average the values of all voxels of {book.called(fact.regions[0])}: {{value}}.", fact.regions[0],
               fact.value)
        for fact in facts
    )  # fmt: skip


def _mean(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    question = rng.choice(ASK_MEAN).format(name=book.called(fact.regions[0]))
    check = ItemCheck(kind="tolerance", value=float(fact.value), unit=fact.unit, within=WITHIN)
    return draft(NAME, question, sentences(book, Line(), fact), stated(fact), regions=fact.regions, check=check,
                 program=_looks(book, fact))  # fmt: skip


COMPARED_IN = Compared(NAME, "higher", ASK_WHICH, ASK_WHETHER, _looks, sentences)
