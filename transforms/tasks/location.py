"""Where is it? The zone of the body or of the image, the side of the patient."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, ReasoningStep, Scene
from transforms.facts import ops
from transforms.facts.base import named_side
from transforms.tasks import measuring, steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.text.line import Line
from transforms.text.names import place

NAME = "location"
VERSION = "4"
SKILL = "localise"

ASK_ZONE = (
    "In which part of the image {does} {name} lie?",
    "Where in this image {is} {name}?",
    "Which part of the image holds the center of {name}?",
)
ASK_BODY = (
    "In which part of the body in view {does} {name} lie?",
    "Which part of the body in view holds the center of {name}?",
)
ASK_SIDE = ("On which side of the patient {does} {name} lie?", "{Is} {name} on the patient's left or right side?")
PATIENT = " Left and right are the patient's."
FRAMES = {"axial": PATIENT, "coronal": PATIENT, "": " Left and right are those of the image."}
"""By plane, whose left is meant; in a sagittal slice nothing lies left or right."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    sides = [(fact, name) for fact, name in book.named("side") if named_side(book.entry(fact.regions[0])) is None]
    for fact, name in [(fact, name) for fact, name in sides if book.seen(fact.regions[0])][:1]:
        yield _side(book, fact, name, rng)
    for number, fact in enumerate(mixed([fact for fact, _ in book.named("zone") if book.seen(fact.regions[0])], rng)):
        yield _zone(book, fact, book.called(fact.regions[0]), rng, choose=number % 2 == 1)


def _zone(book: Book, fact: Fact, name: str, rng: random.Random, *, choose: bool) -> DialogueDraft:
    plane = book.scene.view.plane
    zone, v = str(fact.value), book.verbs(fact.regions[0])
    question = rng.choice(ASK_ZONE if len(fact.regions) == 1 else ASK_BODY).format(name=name, **v)
    question += FRAMES.get(plane or "", "")
    choices = None
    if choose:
        others = shuffled([other for other in ops.zones(plane) if other != zone], rng)
        choices = shuffled([zone, *others[:3]], rng)
    line = Line().claim(f"{capital(name)} {v['lies']} {place(fact, plane)}", fact).say(".")
    reasoning = [steps.measure(book, fact, name)]
    program = measuring.zone(book, fact.regions[0], name, *(fact.regions[1:] or (None,)))
    return draft(
        NAME, question, line, zone, choices=choices, regions=fact.regions[:1], reasoning=reasoning, program=program
    )


def _side(book: Book, fact: Fact, name: str, rng: random.Random) -> DialogueDraft:
    side, v = str(fact.value), book.verbs(fact.regions[0])
    where = "in the midline" if side == "midline" else f"on the patient's {side} side"
    line = Line().claim(f"{capital(name)} {v['lies']} {where}", fact).say(".")
    question = rng.choice(ASK_SIDE[:1] if side == "midline" else ASK_SIDE).format(name=name, **v)
    rid, body = fact.regions
    reasoning: list[ReasoningStep] = [
        steps.step(
            book, "side", {"region": rid, "body": body}, side,
            f"Compare the center of {name} with the middle of the body: {side}.", at=rid,
        )
    ]  # fmt: skip
    program = measuring.side(rid, name, body) if side != "midline" else ()
    return draft(NAME, question, line, side, regions=fact.regions, reasoning=reasoning, program=program)
