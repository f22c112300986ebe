"""What on another picture is of the kind of an example, which the question shows and does not name?"""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.tasks.base import Book, DialogueDraft, mixed
from transforms.tasks.tracking import elsewhere

NAME = "visual_concept"
VERSION = "1"
ANYWHERE = True
SKILL = "recognise"

ASK = (
    "The box {box} in {a} marks an example. Which box [x0, y0, x1, y1] in {b} encloses what is of the same kind?",
    "What lies within {box} of {a} has its like in {b}. Give the box of that as [x0, y0, x1, y1].",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Not where the other picture also shows a kind of it, or what it is a kind of: then there are two answers."""
    book = Book(scene, space)
    for fact in mixed(book.of("alike"), rng):
        found = elsewhere(NAME, book, fact, ASK, rng) if _alone(book, fact) else None
        if found is not None:
            yield found


def _alone(book: Book, fact: Fact) -> bool:
    own = book.entry(fact.regions[1]).slug
    on = {book.entry(one.id).slug for one in book.scene.regions if one.medium == fact.media[1]} - {own}
    near = book.space.ancestors(own)
    return not any(slug in near or own in book.space.ancestors(slug) for slug in on)
