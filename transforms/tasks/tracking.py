"""Where on another slice, frame or visit does the same thing lie? Asked only where it has moved: the box that the
question gives is never right on the other picture."""

import random
from collections.abc import Iterator, Sequence

from schemas import Fact, LabelSpace, Scene
from transforms.facts.followed import pictures
from transforms.groups.wording import written
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.line import Line

NAME = "tracking"
VERSION = "1"
ANYWHERE = True
SKILL = "localise"

ASK = (
    "The box {box} in {a} holds {thing}. Where is the same {label} in {b}? Give its box there as [x0, y0, x1, y1].",
    "Follow the {label} within {box} of {a} to {b}: which box [x0, y0, x1, y1] encloses it there?",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    for fact in mixed(book.of("followed"), rng):
        found = elsewhere(NAME, book, fact, ASK, rng)
        if found is not None:
            yield found


def elsewhere(task: str, book: Book, fact: Fact, asked: Sequence[str], rng: random.Random) -> DialogueDraft | None:
    """The question from the box on one picture to that on another. None where the fact has no sentence."""
    said = written(fact, book.scene, book.space)
    if said is None:
        return None
    first, other = fact.regions
    a, b = (f"image {pictures(book.scene).index(name) + 1}" for name in fact.media)
    entry, box, answer = book.entry(first), steps.box_text(book, first), steps.box_text(book, other)
    words = {"thing": book.mention(entry.concept), "label": entry.concept.label}
    reasoning = (
        steps.step(book, "box", {"region": first}, box, f"Look at {box} in {a}.", "px", first),
        steps.step(book, "same_on", {"of": "#1", "media": fact.media[1]}, other, f"Find it in {b}.", at=other),
        steps.step(book, "box", {"region": "#2"}, answer, f"Read off its box in {b}: {answer}.", "px", other),
    )
    line = Line().claim(capital(said.text), fact).say(".")
    question = rng.choice(asked).format(a=a, b=b, box=box, **words)
    return draft(task, question, line, answer, regions=(other, first), reasoning=reasoning)
