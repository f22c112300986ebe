"""What is it like: attenuation, and how readers rated it."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.line import Line

NAME = "attribute"
VERSION = "1"

ASK_HU = (
    "What is the mean attenuation of {name} in this image, in HU?",
    "What is the average density of {name} in Hounsfield units?",
)
ASK_RATING = ("How was the {attribute} of {name} rated?", "What rating did {name} get for {attribute}?")
MOST = 3


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Ratings first: few scenes have them."""
    book = Book(scene, space)
    for fact in mixed([fact for fact, _ in book.named("rating")], rng)[:MOST]:
        yield _rating(book, fact, rng)
    for fact in mixed([fact for fact, _ in book.named("mean_intensity")], rng)[:MOST]:
        yield _attenuation(book, fact, rng)


def _rating(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    name = book.called(fact.regions[0])
    attribute = fact.concept.label if fact.concept else "rating"
    line = Line().claim(f"The {attribute} of {name} was rated {stated(fact)}", fact).say(".")
    question = rng.choice(ASK_RATING).format(attribute=attribute, name=name)
    return draft(NAME, question, line, stated(fact), regions=fact.regions)


def _attenuation(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    name = book.called(fact.regions[0])
    line = Line().claim(f"{capital(name)} has a mean attenuation of {stated(fact)}", fact).say(" in this image.")
    question = rng.choice(ASK_HU).format(name=name)
    reasoning = [steps.measure(book, fact, name)]
    return draft(NAME, question, line, stated(fact), regions=fact.regions, reasoning=reasoning)
