"""In which of several images is it shown?"""

import random
from collections.abc import Iterator

from schemas import Fact, ItemCheck, LabelSpace, ReasoningStep, Scene
from transforms.groups.across import NONE
from transforms.groups.wording import written
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.grammar import mention
from transforms.text.line import Line

NAME = "which_image"
VERSION = "2"
ACROSS = True
SKILL = "recognise"

ASK = (
    "Which of these images show {name}? Answer with their numbers, or none.",
    "In which of the images is {name} shown? Give their numbers, or none.",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Only of what each image shows, or was examined for: of all that tells the images apart, and of one thing that
    none of them shows, or all."""
    book = Book(scene, space)
    number = len(scene.group.shown) if scene.group is not None else 0
    facts = mixed([fact for fact in book.of("shown_in") if fact.concept is not None], rng)
    alike = [fact for fact in facts if _all_alike(fact, number)]
    none = [fact for fact in alike if fact.value == NONE]
    telling = [fact for fact in facts if fact not in alike]
    for fact in (*telling, *(none or alike)[: 1 if none or not telling or rng.random() < 0.5 else 0]):
        said = written(fact, scene, space)
        if said is not None:
            yield _which(book, fact, Line().claim(capital(said.text), fact).say("."), rng)


def _all_alike(fact: Fact, number: int) -> bool:
    return str(fact.value).count(",") + 1 == number or fact.value == NONE


def _which(book: Book, fact: Fact, line: Line, rng: random.Random) -> DialogueDraft:
    assert fact.concept is not None
    name = mention(book.space.of(fact.concept))
    reasoning: list[ReasoningStep] = []
    for media in fact.media:
        there = book.image(media).removeprefix("image ") in str(fact.value).split(", ")
        text = f"{capital(book.image(media))} {'shows' if there else 'does not show'} {name}."
        args = {"concept": fact.concept.label, "media": media}
        reasoning.append(steps.step(book, "shows", args, there, text))
    looked = {"steps": [f"#{number}" for number in range(1, len(reasoning) + 1)]}
    reasoning.append(steps.step(book, "which_of", looked, str(fact.value), f"Those that do: {fact.value}."))
    regions = [one.id for one in book.scene.regions if one.concept == fact.concept]
    question = rng.choice(ASK).format(name=name)
    numbers = tuple(str(fact.value).split(", "))
    others = {*(book.image(media).removeprefix("image ") for media in fact.media), NONE} - {*numbers}
    return draft(NAME, question, line, str(fact.value), regions=regions, reasoning=reasoning,
                 check=ItemCheck(kind="set", accepted=numbers, alternatives=tuple(sorted(others))))  # fmt: skip
