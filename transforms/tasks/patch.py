"""From which part of the picture does a cut-out come? Of a part that occurs in it once."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace

from schemas import Fact, LabelSpace, Scene
from transforms.facts import wording
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.line import Line

NAME = "patch"
VERSION = "1"
SKILL = "localise"

ASK_BOX = (
    "This cut-out is a part of the image. Where does it lie? Give its box in the image as [x0, y0, x1, y1].",
    "From which box [x0, y0, x1, y1] of the image was this part cut out?",
)
ASK_WHETHER = (
    "Was this part cut out of the box {box} of the image?",
    "Does the box {box} of the image hold this cut-out?",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Its box, then whether it comes from one: its own, or that of another part that could have been cut out too."""
    book = Book(scene, space)
    facts = mixed(book.of("cut_out"), rng)
    if not facts or not book.one_picture:
        return
    yield _asked(book, facts[0], rng.choice(ASK_BOX), str(facts[0].value))
    if len(facts) > 1:
        one, other = facts[1], facts[0]
        yes = rng.random() < 0.5
        question = rng.choice(ASK_WHETHER).format(box=(one if yes else other).value)
        yield _asked(book, one, question, "yes" if yes else "no")


def _asked(book: Book, fact: Fact, question: str, answer: str) -> DialogueDraft:
    said = wording.sentence(fact, book.name)
    assert said is not None
    before = f"{answer.capitalize()}, " if answer in ("yes", "no") else ""
    line = Line().say(before).claim(said if before else capital(said), fact).say(".")
    found = draft(NAME, question, line, answer)
    x0, y0, x1, y1 = json.loads(str(fact.value))
    return replace(found, turns=(found.turns[0].model_copy(update={"crop": (x0, y0, x1, y1)}), *found.turns[1:]))
