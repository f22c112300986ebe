"""How many are there? Of what is outlined: a source may have outlined less than there is."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, draft, shuffled
from transforms.text.line import Line

NAME = "counting"
VERSION = "2"

ASK = (
    "How many {things} are outlined in this image?",
    "Count the {things} outlined in this image.",
    "What is the number of {things} outlined in this image?",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    for fact in book.of("count"):
        yield _count(book, fact, rng, choose=rng.random() < 0.5)


def _count(book: Book, fact: Fact, rng: random.Random, *, choose: bool) -> DialogueDraft:
    entry = book.entry(fact.regions[0])
    plural = entry.plural or entry.concept.label
    count = int(fact.value)
    said = f"There is 1 {entry.concept.label}" if count == 1 else f"There are {count} {plural}"
    line = Line().claim(f"{said} outlined", fact).say(f" in this {book.noun}.")
    choices = None
    if choose:
        near = [str(other) for other in range(max(0, count - 3), count + 4) if other != count]
        choices = shuffled([str(count), *rng.sample(near, 3)], rng)
    args = {"regions": list(fact.regions)}
    counted = steps.step(book, "count", args, count, f"Count the outlined {plural}: {count}.")
    reasoning = [counted] if book.masked(*fact.regions) else []
    question = book.put(rng.choice(ASK)).format(things=plural)
    return draft(NAME, question, line, str(count), choices=choices, regions=fact.regions, reasoning=reasoning)
