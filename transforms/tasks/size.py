"""How large is it? In this image, and over the whole scan."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import quantity, stated
from transforms.tasks import measuring, steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, in_unit, mixed, shuffled
from transforms.tasks.judged import beyond, possible
from transforms.text.line import Line

NAME = "size"
VERSION = "7"
SKILL = "measure"

ASK = {
    "long_axis": (
        "What is the longest diameter of {name} in this image?",
        "How long {is} {name} in this image, measured along {its} longest axis?",
    ),
    "short_axis": (
        "What is the short axis of {name} in this image, at right angles to {its} longest diameter?",
        "How wide {is} {name} in this image, measured across {its} longest axis?",
    ),
    "area": ("What area {does} {name} cover in this image?", "How large is the cross-section of {name} in this image?"),
    "box_width": ("How wide is the box around {name} in this image?",),
    "box_height": ("How high is the box around {name} in this image?",),
    "line_length": ("How long is the line along {name} in this image, from end to end?",),
    "circle_diameter": ("What is the diameter of the circle around {name} in this image?",),
    "ellipse_long": ("How long is the longer axis of the ellipse around {name} in this image?",),
    "ellipse_short": ("How long is the shorter axis of the ellipse around {name} in this image?",),
    "turned_long": ("How long is the longer side of the slanting box around {name} in this image?",),
    "turned_short": ("How long is the shorter side of the slanting box around {name} in this image?",),
    "ellipse_angle": (
        "By how many degrees, from 0 to 180 and clockwise from the horizontal, is the longer axis of the ellipse "
        "around {name} turned in this image?",
    ),
    "volume": ("What is the volume of {name} over the whole scan?",),
    "diameter": ("What is the largest in-plane diameter of {name} over all slices of the scan?",),
}
SAY = {
    "long_axis": "The longest diameter of {name} is {value}",
    "short_axis": "The short axis of {name} is {value}",
    "area": "{Name} {covers} {value}",
    "box_width": "{Name} {is} marked with a box; the width of {its} box is {value}",
    "box_height": "{Name} {is} marked with a box; the height of {its} box is {value}",
    "line_length": "{Name} {is} marked with a line of {value}",
    "circle_diameter": "{Name} {is} marked with a circle; the diameter of {its} circle is {value}",
    "ellipse_long": "{Name} {is} marked with an ellipse; the longer axis of {its} ellipse is {value}",
    "ellipse_short": "{Name} {is} marked with an ellipse; the shorter axis of {its} ellipse is {value}",
    "turned_long": "{Name} {is} marked with a box; the longer side of {its} box is {value}",
    "turned_short": "{Name} {is} marked with a box; the shorter side of {its} box is {value}",
    "ellipse_angle": "{Name} {is} marked with an ellipse; the longer axis of {its} ellipse is turned by {value}",
    "volume": "The volume of {name} over the whole scan is {value}",
    "diameter": "The largest in-plane diameter of {name} over the whole scan is {value}",
}
SMALLER, LARGER = (0.25, 0.4, 0.55, 0.7, 0.8), (1.25, 1.5, 2.0, 2.5, 3.3)
"""Factors that make wrong choices, near by and far off: those of them are taken that are wrong whatever the rounding
and the tolerance."""

CHOICE_SHARE = 0.3
UPRIGHT = 10.0
"""Degrees from the horizontal within which nobody asks for a turn: 1 and 179 are nearly the same."""
MARKED = (
    ("box_width", "box_height"), ("circle_diameter",), ("ellipse_long", "ellipse_short", "ellipse_angle"),
    ("line_length",), ("turned_long", "turned_short"),
)  # fmt: skip
"""Of each form of mark, what is asked in turn; every one of it has the first."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Over the whole scan first, where all of it is shown; then one measurement a region, a different one in turn."""
    book = Book(scene, space)
    for fact in [*_named(book, "volume"), *_named(book, "diameter")]:
        yield _size(book, fact, rng)
    predicates = rng.sample(("long_axis", "area", "short_axis"), 3)
    for number, area in enumerate(mixed(_named(book, "area"), rng)):
        measured = book.fact(predicates[number % 3], *area.regions)
        if measured is not None and measured.bound is None:
            yield _size(book, measured, rng, choose=rng.random() < CHOICE_SHARE)
    for measured in mixed(list(_marked(book, rng)), rng):
        yield _size(book, measured, rng, choose=measured.unit != "degrees" and rng.random() < CHOICE_SHARE)


def _marked(book: Book, rng: random.Random) -> Iterator[Fact]:
    """A measurement of each mark, a different one in turn."""
    for first, *others in MARKED:
        turns = rng.sample((first, *others), 1 + len(others))
        for number, found in enumerate(mixed(_named(book, first), rng)):
            measured = book.fact(turns[number % len(turns)], *found.regions)
            if measured is not None and (measured.unit != "degrees" or UPRIGHT < float(measured.value) < 180 - UPRIGHT):
                yield measured


def _named(book: Book, predicate: str) -> list[Fact]:
    """Of what has a name of its own and lies whole in view: how large the rest is, nobody saw."""
    found = [fact for fact, _ in book.named(predicate) if fact.bound is None and book.shows(fact)]
    return [fact for fact in found if book.seen(*fact.regions)]


def _size(book: Book, fact: Fact, rng: random.Random, *, choose: bool = False) -> DialogueDraft:
    name = book.called(fact.regions[0])
    value = stated(fact)
    v = book.verbs(fact.regions[0])
    said = SAY[fact.predicate].format(name=name, Name=capital(name), value=value, **v)
    line = Line().claim(said, fact).say(".")
    choices = None
    if choose:
        below = rng.randint(0, 3)  # the answer's place among the sizes must not tell it
        clear = [by for by in (*SMALLER, *LARGER) if beyond(fact, by) and possible(fact, by, book.scene)]
        smaller, larger = [by for by in clear if by < 1], [by for by in clear if by > 1]
        below = min(below, len(smaller))
        factors = [*rng.sample(smaller, below), *rng.sample(larger, min(3 - below, len(larger)))]
        wrong = [quantity(float(fact.value) * factor, fact.unit, fact.tolerance) for factor in factors]
        choices = shuffled({value, *wrong}, rng) if {*wrong} - {value} else None
    reasoning = [steps.measure(book, fact, name)] if fact.scope == "view" else []
    asked = ASK[fact.predicate]
    if fact.predicate == "area" and not book.scene.view.plane:
        asked = asked[:1]  # a photograph or a radiograph has no cross-sections
    question = in_unit(rng.choice(asked).format(name=name, **v), fact.unit)
    program = measuring.measured(book, fact.predicate, fact.regions[0], name) if book.shows(fact) else ()
    return draft(
        NAME, question, line, value, choices=choices, regions=fact.regions, reasoning=reasoning, program=program
    )
