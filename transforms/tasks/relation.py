"""How do two regions stand to each other: inside, next to, how far apart."""

import random
from collections.abc import Iterator
from itertools import chain, zip_longest

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.facts.relation import NEAR_PX, WITHIN
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.text.line import Line

NAME = "relation"
VERSION = "3"
SKILL = "relate"

ASK_INSIDE = ("{Does} {a} lie inside {b}?", "{Is} {a} contained in {b} in this image?")
ASK_HOLDER = ("In which of these structures {does} {a} lie?",)
ASK_ADJACENT = ("{Does} {a} lie next to {b} in this image?", "Are {a} and {b} adjacent in this image?")
ASK_DISTANCE = (
    "How far apart are the centres of {a} and {b} in this image?",
    "What is the distance between the centres of {a} and {b} in this image?",
)
ASK_POINTS = (
    "How far apart are the points that mark {a} and {b} in this image?",
    "What is the distance between the points that mark {a} and {b} in this image?",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    groups = [
        [_inside(book, fact, rng, choose=rng.random() < 0.5) for fact in _named(book, "inside", rng)],
        [_adjacent(book, fact, rng) for fact in _named(book, "adjacent", rng)],
        [_distance(book, fact, rng) for fact in _named(book, "distance", rng)],
    ]
    yield from (found for found in chain.from_iterable(zip_longest(*groups)) if found is not None)


def _named(book: Book, predicate: str, rng: random.Random) -> list[Fact]:
    return mixed([fact for fact in book.of(predicate) if all(map(book.name, fact.regions))], rng)


def _names(book: Book, fact: Fact) -> tuple[str, str]:
    a, b = fact.regions
    return book.called(a), book.called(b)


def _inside(book: Book, fact: Fact, rng: random.Random, *, choose: bool) -> DialogueDraft:
    a, b = _names(book, fact)
    v = book.verbs(fact.regions[0])
    line = Line().claim(f"{capital(a)} {v['lies']} inside {b}", fact).say(".")
    reasoning = [steps.inside(book, fact, a, b)]
    others = _elsewhere(book, fact) if choose else []
    if others:
        choices = shuffled([b, *shuffled(others, rng)[:3]], rng)
        question = rng.choice(ASK_HOLDER).format(a=a, **v)
        regions = (fact.regions[1], fact.regions[0])
        return draft(NAME, question, line, b, choices=choices, regions=regions, reasoning=reasoning)
    line = Line().say("Yes, ").claim(f"{a} {v['lies']} inside {b}", fact).say(".")
    reasoning.append(steps.at_least(book, 1, WITHIN, None, f"{a} {v['counts']} as inside {b}"))
    question = rng.choice(ASK_INSIDE).format(a=a, b=b, **v)
    return draft(NAME, question, line, "yes", regions=fact.regions, reasoning=reasoning)


def _elsewhere(book: Book, fact: Fact) -> list[str]:
    """Names of anatomy whose box does not even meet the inner region's: certainly wrong answers."""
    inner = book.box(fact.regions[0])
    found = []
    for region in book.scene.regions:
        outer, name = book.box(region.id), book.name(region.id)
        if inner and outer and name and book.entry(region.id).facet == "anatomy" and not _meet(inner, outer):
            found.append(name)
    return sorted(set(found))


def _meet(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _adjacent(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b = _names(book, fact)
    spacing = book.scene.media[0].geometry.spacing_mm if book.scene.media[0].geometry else None
    limit = NEAR_PX * min(spacing or (1.0, 1.0))
    rid, other = fact.regions
    reasoning = [
        steps.step(
            book, "gap", {"a": rid, "b": other}, fact.value,
            f"Measure the gap between {a} and {b}: {stated(fact)}.", fact.unit, rid,
        ),
        steps.at_most(book, 1, limit, fact.unit, "they lie next to each other"),
    ]  # fmt: skip
    v = book.verbs(rid)
    line = Line().say("Yes, ").claim(f"{a} {v['lies']} next to {b}", fact).say(".")
    question = rng.choice(ASK_ADJACENT).format(a=a, b=b, **v)
    return draft(NAME, question, line, "yes", regions=fact.regions, reasoning=reasoning)


def _distance(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b = _names(book, fact)
    rid, other = fact.regions
    points = book.form(rid, other) == "point"
    start = "the point" if points else "the centre"
    reasoning = [
        steps.step(
            book, "distance", {"a": rid, "b": other}, fact.value,
            f"Measure from {start} of {a} to that of {b}: {stated(fact)}.", fact.unit, rid,
        )
    ]  # fmt: skip
    said = f"{capital(a)} and {b} are marked" if points else f"The centres of {a} and {b} are"
    line = Line().claim(f"{said} {stated(fact)} apart", fact).say(" in this image.")
    question = rng.choice(ASK_POINTS if points else ASK_DISTANCE).format(a=a, b=b)
    return draft(NAME, question, line, stated(fact), regions=fact.regions, reasoning=reasoning)
