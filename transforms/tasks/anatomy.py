"""Which part of the body, and which structures?"""

import random
from collections.abc import Callable, Iterator

from schemas import Entry, Fact, LabelSpace, Scene
from transforms.facts.base import CONTAINERS, RESIDUAL, SEVERAL
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.text.grammar import definite
from transforms.text.line import Line

NAME = "anatomy"
VERSION = "5"
SKILL = "recognise"

ASK_PART = ("Which part of the body does this image show?", "What anatomy does this image show?")
ASK_LIST = (
    "Which structures do these boxes enclose, each as a whole: {places}?",
    "Name what lies within each of these boxes of the image, and fills it: {places}.",
)
ASK_MARKED = ("Which structures are marked in this image with these boxes or points: {places}?",)
MOST_LISTED = 6
"""More structures than this make a list that nobody asks for."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    if not book.pictured:
        return
    parts = book.of("body_part") if scene.view.frame != "signal" else []  # the curves of a heart are no heart
    entries = [book.space.of(fact.concept) for fact in parts if fact.concept]
    if parts and not any(entry.slug == "body" or _cells(book, entry) for entry in entries):
        line = Line().say(f"This {book.noun} shows ")
        _list(line, [(definite(book.space.of(fact.concept)), fact) for fact in parts if fact.concept])
        answer = ", ".join(str(fact.value) for fact in parts)
        question = book.put(rng.choice(ASK_PART[any(entry.mass for entry in entries) :]))
        yield draft(NAME, question, line.say("."), answer)
    if book.one_picture:
        yield from _drawn(book, rng.choice(ASK_LIST), rng, "outlined", "mask")
        yield from _drawn(book, rng.choice(ASK_MARKED), rng, "marked", "box", "point")


def _cells(book: Book, entry: Entry) -> bool:
    """Whether a "body part" is a kind of cells: no part of the body to ask for."""
    return entry.slug == "cell" or "cell" in book.space.ancestors(entry.slug)


def _drawn(book: Book, question: str, rng: random.Random, verb: str, *forms: str) -> Iterator[DialogueDraft]:
    """What is drawn in one of these forms, where that is a short list: no picture shows its outlines, so the question
    says where they are."""
    shown = [(fact, words) for fact in book.of("present") if (words := _listed(book, fact, forms))]
    regions = [rid for fact, _ in shown for rid in fact.regions]
    placed = all(book.box(rid) or book.point(rid) for rid in regions)
    if len(shown) >= 2 and len(regions) <= MOST_LISTED and placed:
        line = Line()
        _list(line, [(capital(words) if not number else words, fact) for number, (fact, words) in enumerate(shown)])
        answer = ", ".join(fact.concept.label for fact, _ in shown if fact.concept)
        places = ", ".join(shuffled(map(_place(book), regions), rng))
        yield draft(NAME, question.format(places=places), line.say(f" are {verb}."), answer, regions=regions)


def _place(book: Book) -> Callable[[str], str]:
    """Where a region is, as a question says it."""
    return lambda rid: steps.box_text(book, rid) if book.box(rid) else steps.point_text(book, rid)


def _listed(book: Book, fact: Fact, forms: tuple[str, ...]) -> str | None:
    """How a list names a concept that regions show: "the liver", "a lesion", "nuclei"."""
    if not fact.regions or fact.concept is None or book.form(*fact.regions) not in forms:
        return None
    entry = book.space.of(fact.concept)
    if entry.slug in CONTAINERS | RESIDUAL:
        return None
    pieces = any(book.fact(name, rid) for rid in fact.regions for name in SEVERAL)
    return entry.plural if (book.several(fact) or pieces) and entry.plural else book.mention(fact.concept)


def _list(line: Line, items: list[tuple[str, Fact]]) -> None:
    """Claims joined as English does: "a, b and c"."""
    for number, (words, fact) in enumerate(items):
        if number:
            line.say(" and " if number == len(items) - 1 else ", ")
        line.claim(words, fact)
