"""Which comes before which, by area: three structures or more in order."""

import random
from collections.abc import Iterator

from schemas import Fact, ItemCheck, LabelSpace, Scene
from transforms.facts.base import CONTAINERS
from transforms.facts.format import stated
from transforms.facts.relation import COMPARED
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.tasks.program import Program, Sketch
from transforms.text.line import Line

NAME = "ranking"
VERSION = "2"
SKILL = "compare"

ASK = (
    "Order these by the area that they cover in this image, the largest first: {names}.",
    "By area in this image, put these in order from the largest to the smallest: {names}.",
)
RANKED = 3
APART = 1.2
"""Of two that follow one another, the larger covers at least so many times the area of the other."""
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Structures that lie whole in the picture, each the one of its name."""
    book = Book(scene, space)
    left = mixed([fact for fact in book.of("area") if _clear(book, fact)], rng)
    for _ in range(MOST):
        chosen: list[Fact] = []
        for fact in left:
            if len(chosen) < RANKED and all(_apart(fact, other) for other in chosen):
                chosen.append(fact)
        if len(chosen) < RANKED:
            return
        yield _order(book, chosen, rng)
        left = [fact for fact in left if fact not in chosen]


def _clear(book: Book, fact: Fact) -> bool:
    rid = fact.regions[0]
    name = book.name(rid) if len(book.same(rid)) == 1 else None
    alone = name is not None and " and " not in name and book.entry(rid).slug not in CONTAINERS
    return alone and fact.bound is None and book.seen(rid)


def _apart(one: Fact, other: Fact) -> bool:
    small, large = sorted((float(one.value), float(other.value)))
    return APART * small <= large <= COMPARED * small


def _order(book: Book, facts: list[Fact], rng: random.Random) -> DialogueDraft:
    ranked = sorted(facts, key=lambda fact: -float(fact.value))
    names = [book.called(fact.regions[0]) for fact in ranked]
    question = rng.choice(ASK).format(names=", ".join(shuffled(names, rng)))
    line = Line()
    for number, fact in enumerate(ranked):
        verb = book.verbs(fact.regions[0])["covers"]
        line.claim(f"{capital(names[number])} {verb} {stated(fact)}", fact).say(
            ". " if number < len(ranked) - 1 else ""
        )
    line.say(".")
    regions = [fact.regions[0] for fact in ranked]
    check = ItemCheck(kind="order", accepted=tuple(names))
    return draft(NAME, question, line, ", ".join(names), regions=regions, check=check, program=_program(facts, book))


def _program(facts: list[Fact], book: Book) -> Program:
    looks = tuple(
        Sketch("area", {"region": fact.regions[0]}, f"Measure the area of {book.called(fact.regions[0])}: {{value}}.",
               fact.regions[0])
        for fact in facts
    )  # fmt: skip
    steps = [f"#{n}" for n in range(1, len(looks) + 1)]
    return (*looks, Sketch("ranked", {"steps": steps}, "Put them in order, the greatest first."))
