"""Is this its box, is it so long? Yes of its own, no of another: near by - moved or resized, half to twice as large -
or far off, always beyond what a right answer may be off. Both are known from what is outlined: neither needs anything
to be absent. A corpus of many such questions offers what is right of another (transforms/tasks/exchange.py)."""

import json
import random
from collections.abc import Iterator
from itertools import chain, zip_longest

from schemas import Dialogue, Fact, LabelSpace, ReasoningStep, Scene
from transforms.facts.format import quantity
from transforms.regions.metrics import box_iou
from transforms.regions.patch import Box
from transforms.tasks import size, steps
from transforms.tasks.base import Book, DialogueDraft, draft, mixed, shuffled
from transforms.tasks.judged import IOU, allowed, beyond, possible
from transforms.text.line import Line

NAME = "verification"
VERSION = "6"
SKILL = "localise"

ASK = (
    "Is {box} the tightest box around {name}, in pixels of this image?",
    "Is {box} the box of {name}, in pixels of this image?",
)
ASK_VALUE = {
    "long_axis": ("Is the longest diameter of {name} in this image about {value}?",),
    "short_axis": ("Is the short axis of {name} in this image about {value}?",),
    "area": ("Is the area of {name} in this image about {value}?", "{Does} {name} cover about {value} in this image?"),
    "volume": ("Is the volume of {name} over the whole scan about {value}?",),
}
APART = 0.2
"""Boxes that overlap more, as intersection over union, are too alike to tell apart."""
NEAR = (0.15, 0.42)
"""What a box near by overlaps with its own: too little to be right, and more than nothing."""
MOVED, RESIZED = (-0.6, -0.5, 0.5, 0.6), (0.58, 0.62, 1.6, 1.7)
CLOSE, FAR = (0.5, 0.6, 0.7, 0.8, 1.25, 1.4, 1.6, 2.0), (0.3, 0.4, 2.5, 3.3)
"""What a wrong value is of the right one."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns a box and a size, each structure once: its own or another, as a coin falls."""
    book = Book(scene, space)
    boxes = list(_boxes(book, rng)) if book.one_picture else []
    yield from (one for one in chain.from_iterable(zip_longest(boxes, _values(book, rng))) if one is not None)


def _boxes(book: Book, rng: random.Random) -> Iterator[DialogueDraft]:
    present = {rid: fact for fact in book.of("present") for rid in fact.regions}
    named = [rid for rid in shuffled(present, rng) if book.box(rid) and book.form(rid) == "mask" and book.name(rid)]
    named = [rid for rid in named if book.seen(rid)]
    for rid in named:
        others = [box for other in named if _apart(book, rid, other) and (box := book.box(other))]
        near = _near(book, rid, rng)
        wrong = [near] if near and (not others or rng.random() < 0.5) else others
        own = book.box(rid)
        if wrong and own:
            yield _asked(book, present[rid], rid, own if rng.random() < 0.5 else rng.choice(wrong), rng)


def _apart(book: Book, one: str, other: str) -> bool:
    a, b = book.box(one), book.box(other)
    same = book.region(one).concept.label == book.region(other).concept.label
    return not same and a is not None and b is not None and box_iou(a, b) <= APART


def _near(book: Book, rid: str, rng: random.Random) -> Box | None:
    """The box of a structure moved or resized, within the picture; None where there is no room for one."""
    x0, y0, x1, y1 = own = book.box(rid) or (0, 0, 0, 0)
    first = book.scene.media[0]
    wide, high = x1 - x0, y1 - y0
    ways = [(round(by * wide), 0, wide, high) for by in MOVED] + [(0, round(by * high), wide, high) for by in MOVED]
    for by in RESIZED:
        w, h = round(by * wide), round(by * high)
        ways.append(((wide - w) // 2, (high - h) // 2, w, h))
    found = [(x0 + dx, y0 + dy, x0 + dx + w, y0 + dy + h) for dx, dy, w, h in ways]
    limits = first.width or 0, first.height or 0
    inside = [box for box in found if min(box) >= 0 and box[2] <= limits[0] and box[3] <= limits[1]]
    fit = [box for box in inside if NEAR[0] <= box_iou(box, own) <= NEAR[1]]
    return rng.choice(fit) if fit else None


def _asked(book: Book, fact: Fact, rid: str, shown: Box, rng: random.Random) -> DialogueDraft:
    name, own, v = book.called(rid), steps.box_text(book, rid), book.verbs(rid)
    answer = "yes" if shown == book.box(rid) else "no"
    line = Line().say(f"{answer.capitalize()}, ").claim(f"{name} {v['lies']} within {own}", fact).say(".")
    question = rng.choice(ASK).format(box=str(list(shown)), name=name)
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=_compared(book, rid, shown, name))


def _compared(book: Book, rid: str, asked: Box, name: str) -> list[ReasoningStep]:
    """The box of the structure, how far it is the one that was asked about, and whether that is enough."""
    value = round(box_iou(asked, book.box(rid) or (0, 0, 0, 0)), 4)
    text = f"Compare it with {list(asked)}: they share {steps.share(value)} of the area that they cover together."
    overlap = steps.step(book, "box_iou", {"own": "#1", "box": list(asked)}, value, text, at=rid)
    judge, why = (steps.at_least, "it is") if value >= IOU else (steps.less, "it is not")
    return [steps.box(book, rid, name), overlap, judge(book, 2, IOU, None, f"{why} the box of {name}")]


def _values(book: Book, rng: random.Random) -> Iterator[DialogueDraft]:
    facts = [fact for predicate in ASK_VALUE for fact, _ in book.named(predicate)]
    facts = [fact for fact in facts if fact.bound is None and book.shows(fact) and book.seen(*fact.regions)]
    for fact in mixed([fact for fact in facts if book.form(*fact.regions) == "mask"], rng):
        wrong = [by for by in (CLOSE if rng.random() < 0.6 else FAR) if beyond(fact, by)]
        wrong = [by for by in wrong if possible(fact, by, book.scene)]
        if wrong:
            factor = 1.0 if rng.random() < 0.5 else rng.choice(wrong)
            asked = float(fact.value) * factor
            yield _sized(book, fact, asked, quantity(asked, fact.unit, fact.tolerance), rng)


def offering(book: Book, dialogue: Dialogue, offered: str, rng: random.Random) -> DialogueDraft:
    """The question that `dialogue` asks, with this value or box."""
    (fact,) = (fact for fact in book.scene.facts if fact.id == dialogue.facts[0])
    if fact.unit is not None:
        return _sized(book, fact, float(offered.partition(" ")[0]), offered, rng)
    x0, y0, x1, y1 = json.loads(offered)
    return _asked(book, fact, dialogue.regions[0], (x0, y0, x1, y1), rng)


def _sized(book: Book, fact: Fact, asked: float, value: str, rng: random.Random) -> DialogueDraft:
    """`asked`: the value that is offered, as `value` writes it."""
    name, own = book.called(fact.regions[0]), quantity(float(fact.value), fact.unit, fact.tolerance)
    right, v = abs(asked - float(fact.value)) <= allowed(fact), book.verbs(fact.regions[0])
    answer = "yes" if right else "no"
    said = size.SAY[fact.predicate].format(name=name, Name=name, value=own, **v)
    line = Line().say(f"{answer.capitalize()}, ").claim(said[:1].lower() + said[1:], fact).say(".")
    question = rng.choice(ASK_VALUE[fact.predicate]).format(name=name, value=value, **v)
    reasoning = []
    if fact.scope == "view" and book.replayable(*fact.regions):
        args = {"a": "#1", "value": round(asked, 6), "within": round(allowed(fact), 6)}
        told = "about" if right else "not about"
        reasoning = [
            steps.measure(book, fact, name),
            steps.step(book, "about", args, right, f"Compare it with {value}: it is {told} that."),
        ]
    return draft(NAME, question, line, answer, regions=fact.regions, reasoning=reasoning)
