"""Does this box enclose that structure? Yes of its own box, no of another structure's that lies elsewhere: both are
known from what is outlined, so neither needs anything to be absent."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, ReasoningStep, Scene
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, draft, shuffled
from transforms.tasks.judged import IOU
from transforms.tasks.scoring import iou
from transforms.text.line import Line

NAME = "verification"
VERSION = "2"
SKILL = "localise"

ASK = (
    "Does the box {box} enclose {name} most tightly?",
    "Is {box} the box of {name}, in pixels of this image?",
)
APART = 0.2
"""Boxes that overlap more, as intersection over union, are too alike to tell apart."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Each structure once: of its own box or of another's, as a coin falls."""
    book = Book(scene, space)
    if not book.one_picture:
        return
    present = {rid: fact for fact in book.of("present") for rid in fact.regions}
    named = [rid for rid in shuffled(present, rng) if book.box(rid) and book.form(rid) == "mask" and book.name(rid)]
    named = [rid for rid in named if book.seen(rid)]
    for rid in named:
        others = [other for other in named if _apart(book, rid, other)]
        if others:
            shown = rng.choice(others) if rng.random() < 0.5 else rid
            yield _asked(book, present[rid], rid, shown, rng)


def _apart(book: Book, one: str, other: str) -> bool:
    a, b = book.box(one), book.box(other)
    same = book.region(one).concept.label == book.region(other).concept.label
    return not same and a is not None and b is not None and iou(a, b) <= APART


def _asked(book: Book, fact: Fact, rid: str, shown: str, rng: random.Random) -> DialogueDraft:
    name, own, v = book.called(rid), steps.box_text(book, rid), book.verbs(rid)
    answer = "yes" if shown == rid else "no"
    line = Line().say(f"{answer.capitalize()}, ").claim(f"{name} {v['lies']} within {own}", fact).say(".")
    question = rng.choice(ASK).format(box=steps.box_text(book, shown), name=name)
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=_compared(book, rid, shown, name))


def _compared(book: Book, rid: str, shown: str, name: str) -> list[ReasoningStep]:
    """The box of the structure, how far it is the one that was asked about, and whether that is enough."""
    asked, own = book.box(shown) or (0, 0, 0, 0), book.box(rid) or (0, 0, 0, 0)
    value = round(iou(asked, own), 4)
    text = f"Compare it with {list(asked)}: they share {steps.share(value)} of the area that they cover together."
    overlap = steps.step(book, "box_iou", {"own": "#1", "box": list(asked)}, value, text, at=rid)
    judge, why = (steps.at_least, "it is") if value >= IOU else (steps.less, "it is not")
    return [steps.box(book, rid, name), overlap, judge(book, 2, IOU, None, f"{why} the box of {name}")]
