"""Which of several things of a kind is unlike the others in area? Held against the median: one very large or very small
one moves that little."""

import math
import random
from collections.abc import Iterator
from statistics import median

from schemas import Fact, LabelSpace, Scene
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, draft
from transforms.tasks.measuring import MOST_FOUND
from transforms.tasks.program import Program, Sketch
from transforms.text.grammar import article
from transforms.text.line import Line

NAME = "outlier"
VERSION = "2"
SKILL = "compare"

ASK = (
    "One of the {count} {things} in this image differs most from the others in area. Give its box as [x0, y0, x1, y1].",
    "Which of the {count} {things} in this image has the most unusual area? Give its box as [x0, y0, x1, y1].",
)
FEWEST = 4
UNLIKE = 2.0
"""It is so many times as large as the median, or as small."""
CLEAR = 1.5
"""The next one is less unlike by this factor."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    for count in book.of("count"):
        areas = [fact for rid in count.regions if (fact := book.fact("area", rid)) and fact.bound is None]
        if FEWEST <= len(count.regions) <= MOST_FOUND and len(areas) == len(count.regions):
            found = _odd(areas)
            if found is not None and book.box(found) and book.seen(*count.regions):
                yield _asked(book, count, found, rng)


def _odd(areas: list[Fact]) -> str | None:
    """The region that is unlike the others for certain."""
    middle = median(float(fact.value) for fact in areas)
    ranked = sorted(areas, key=lambda fact: -abs(math.log(float(fact.value) / middle)))
    first, second = (math.exp(abs(math.log(float(fact.value) / middle))) for fact in ranked[:2])
    return ranked[0].regions[0] if first >= UNLIKE and first >= CLEAR * second else None


def _asked(book: Book, count: Fact, rid: str, rng: random.Random) -> DialogueDraft:
    entry = book.entry(rid)
    label, answer = entry.concept.label, steps.box_text(book, rid)
    present = [fact for fact in book.of("present") if rid in fact.regions]
    line = Line().claim(f"{article(label).capitalize()} lies within {answer}", *present).say(".")
    question = rng.choice(ASK).format(count=len(count.regions), things=entry.plural or label)
    regions = (rid, *(other for other in count.regions if other != rid))
    return draft(NAME, question, line, answer, regions=regions, facts=[count], program=_program(count, rid, label))


def _program(count: Fact, rid: str, label: str) -> Program:
    looks = tuple(
        Sketch("pixels", {"region": one}, f"Count the pixels of {label} {n}: {{value}}.", one)
        for n, one in enumerate(count.regions, 1)
    )
    names, n = [f"#{number}" for number in range(1, len(looks) + 1)], len(looks)
    chosen = f"{label} {count.regions.index(rid) + 1}"
    return (
        *looks,
        Sketch("median_pixels", {"steps": names}, "Take the median of these: {value}."),
        Sketch("farthest", {"steps": names, "from": f"#{n + 1}"}, f"Farthest from it is {chosen}.", rid),
        Sketch("box", {"region": f"#{n + 2}"}, f"Read off the box of {chosen}: {{value}}.", rid),
    )
