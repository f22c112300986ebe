"""Which of two is denser on CT: a finding and its organ, or two organs."""

import random
from collections.abc import Iterator
from itertools import combinations

from schemas import Fact, LabelSpace, Scene
from transforms.facts.base import CONTAINERS
from transforms.facts.format import stated
from transforms.tasks.base import Book, DialogueDraft, capital
from transforms.tasks.program import Program, Sketch
from transforms.tasks.which_of_two import Compared
from transforms.text.line import Line

NAME = "density"
VERSION = "1"
SKILL = "compare"

ASK_WHICH = (
    "Which {has} the higher mean attenuation in this image, {first} or {second}?",
    "On this CT image, which {is} denser on average, {first} or {second}?",
)
ASK_WHETHER = "{Does} {first} have a higher mean attenuation than {second} in this image?"
LEAST = 10.0
"""HU: of less, nobody would call one of them denser."""
PAIRS = 3


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """A finding with what holds it first."""
    book = Book(scene, space)
    known = {fact.regions[0]: fact for fact in book.of("mean_intensity") if _clear(book, fact)}
    held = [tuple(fact.regions) for fact in book.of("inside") if set(fact.regions) <= known.keys()]
    others = [pair for pair in combinations(sorted(known), 2) if pair not in held and pair[::-1] not in held]
    rng.shuffle(others)
    forms = rng.sample((COMPARED_IN.which, COMPARED_IN.whether), 2)
    apart = [pair for pair in [*held, *others] if _difference(known, pair) >= LEAST]
    for number, (a, b) in enumerate(apart[:PAIRS]):
        denser, other = sorted((known[a], known[b]), key=lambda fact: -float(fact.value))
        yield forms[number % 2](book, denser, other, rng)


def _clear(book: Book, fact: Fact) -> bool:
    rid = fact.regions[0]
    return book.name(rid) is not None and book.seen(rid) and book.entry(rid).slug not in CONTAINERS


def _difference(known: dict[str, Fact], pair: tuple[str, ...]) -> float:
    a, b = (known[rid] for rid in pair)
    return abs(float(a.value) - float(b.value)) - (a.tolerance or 0.0) - (b.tolerance or 0.0)


def _looks(book: Book, *facts: Fact) -> Program:
    return tuple(
        Sketch("mean_intensity", {"region": fact.regions[0]},
               f"Average the values within {book.called(fact.regions[0])}: {{value}}.", fact.regions[0], fact.value)
        for fact in facts
    )  # fmt: skip


def _line(book: Book, line: Line, *facts: Fact) -> Line:
    for number, fact in enumerate(facts):
        name, v = book.called(fact.regions[0]), book.verbs(fact.regions[0])
        line.claim(f"{name if number else capital(name)} {v['has']} a mean attenuation of {stated(fact)}", fact)
        line.say(" and " if number < len(facts) - 1 else ".")
    return line


COMPARED_IN = Compared(NAME, "higher", ASK_WHICH, ASK_WHETHER, _looks, _line)
