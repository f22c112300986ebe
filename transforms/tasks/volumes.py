"""Which of two structures is larger over the whole scan, and how many times: of scans that are shown whole."""

import random
from collections.abc import Iterator
from itertools import pairwise

from schemas import Fact, LabelSpace, Scene
from transforms.facts.base import CONTAINERS
from transforms.facts.format import stated
from transforms.facts.relation import COMPARED, LARGER
from transforms.tasks.base import Book, DialogueDraft, capital, mixed
from transforms.tasks.program import Program, Sketch
from transforms.tasks.which_of_two import Compared
from transforms.text.line import Line

NAME = "volumes"
VERSION = "2"
SKILL = "compare"

ASK_WHICH = ("Which {has} the larger volume over the whole scan, {first} or {second}?",)
ASK_WHETHER = "{Is} {first} larger by volume over the whole scan than {second}?"
PAIRS = 4


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """The two sides of an organ first."""
    book = Book(scene, space)
    facts = [fact for fact, _ in book.named("volume") if fact.bound is None and book.shows(fact)]
    facts = [fact for fact in facts if book.entry(fact.regions[0]).slug not in CONTAINERS]
    slugs = {book.entry(fact.regions[0]).slug: fact for fact in facts}
    sides = [(fact, slugs[pair]) for slug, fact in slugs.items() if (pair := book.entry(fact.regions[0]).pair) in slugs
             and slug < pair]  # fmt: skip
    order = mixed(facts, rng)
    others = [(a, b) for a, b in pairwise(order) if (a, b) not in sides and (b, a) not in sides]
    forms = rng.sample((COMPARED_IN.which, COMPARED_IN.whether), 2)
    clear = [pair for pair in [*sides, *others] if LARGER <= _times(*pair) <= COMPARED and not _kin(book, *pair)]
    for number, (a, b) in enumerate(clear[:PAIRS]):
        larger, smaller = sorted((a, b), key=lambda fact: -float(fact.value))
        yield forms[number % 2](book, larger, smaller, rng)


def _kin(book: Book, a: Fact, b: Fact) -> bool:
    """Whether the name of one says that it is of the other, or a kind of it: a kidney tumor and the kidney."""
    one, other = (book.entry(fact.regions[0]).slug for fact in (a, b))
    return one in book.space.ancestors(other) or other in book.space.ancestors(one)


def _times(a: Fact, b: Fact) -> float:
    small, large = sorted((float(a.value), float(b.value)))
    return large / small


def _looks(book: Book, *facts: Fact) -> Program:
    found: list[Sketch] = []
    for fact in facts:
        name = book.called(fact.regions[0])
        found.append(Sketch("volume", {"region": fact.regions[0]}, f"Measure the volume of {name}: {{value}}.",
                            fact.regions[0]))  # fmt: skip
    return tuple(found)


def _line(book: Book, line: Line, *facts: Fact) -> Line:
    for number, fact in enumerate(facts):
        said = f"the volume of {book.called(fact.regions[0])} over the whole scan is {stated(fact)}"
        line.claim(said if number else capital(said), fact).say(" and " if number < len(facts) - 1 else ".")
    return line


COMPARED_IN = Compared(NAME, "greater", ASK_WHICH, ASK_WHETHER, _looks, _line)
