"""What do the curves of an electrocardiogram give: how many beats, at which rate, to which side, along which axis?"""

import random
from collections.abc import Callable, Iterator

from schemas import Fact, ItemCheck, LabelSpace, Scene
from transforms.facts import wording
from transforms.facts.format import quantity, stated
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.tasks.program import Program, Sketch
from transforms.text.line import Line

NAME = "ecg"
VERSION = "1"
SKILL = "measure"

ASK_BEATS = ("How many QRS complexes does this recording show?", "Count the QRS complexes of this recording.")
ASK_RATE = (
    "At which mean heart rate was this recording made, in beats per minute?",
    "From the curves, what is the mean heart rate over this recording, in beats per minute?",
)
ASK_AXIS = (
    "By the net areas of the QRS complex in leads I and aVF, what is the QRS axis of this recording, in degrees?",
    "Work out the QRS axis of this recording from leads I and aVF, in degrees from -180 to 180.",
)
ASK_SIGN = ("Does the QRS complex in lead {lead} of this recording have more area above the baseline than below?",)
LEADS = {"net_area_i": "I", "net_area_avf": "aVF"}
CLOSE = 0.05
"""A rate is right within this share of it, or its tolerance where that is more: a tenth would hold for most people."""
RATES, TURNS = (0.5, 0.62, 0.78, 1.28, 1.6, 2.0), (-135.0, -90.0, -45.0, 45.0, 90.0, 135.0)
"""What makes wrong choices: factors of a rate, degrees from an axis."""
WRONG = 3
OPPOSITE = 150.0
"""Degrees: beyond it an axis has no choices, for -175 and 175 look far apart."""
PLAIN = 2.0
"""An area has a sign where it is so many times its tolerance."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Open or with choices, as a coin falls; in an order of `rng`'s, for a recording is asked three of these."""
    book = Book(scene, space)
    makers: list[tuple[str, Callable[[Book, Fact, random.Random], DialogueDraft | None]]] = [
        ("beats", _beats), ("beat_rate", _rate), ("frontal_axis", _axis), *((name, _sign) for name in LEADS),
    ]  # fmt: skip
    rng.shuffle(makers)
    for predicate, make in makers:
        for fact in book.of(predicate):
            if (found := make(book, fact, rng)) is not None:
                yield found


def _line(book: Book, fact: Fact, before: str = "") -> Line:
    said = wording.sentence(fact, book.name)
    assert said is not None
    return Line().say(before).claim(said if before else capital(said), fact).say(".")


def _beats(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    """Right within one: a complex at the edge may be counted or not."""
    check = ItemCheck(kind="tolerance", value=float(fact.value), within=fact.tolerance)
    return draft(NAME, rng.choice(ASK_BEATS), _line(book, fact), str(fact.value), check=check, program=_counted(fact))


def _counted(fact: Fact) -> Program:
    return (Sketch("beats", {}, "Count the QRS complexes: {value}.", known=fact.value),)


def _rate(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    counted = next(iter(book.of("beats")), None)
    if counted is None:
        return None
    value, rate = stated(fact), float(fact.value)
    wrong = [quantity(rate * by, fact.unit, fact.tolerance) for by in _some(RATES, rng)]
    span = 60 * (float(counted.value) - 1) / rate
    program = (
        *_counted(counted),
        Sketch("beat_span", {}, "From the first to the last they take {value}.", known=span),
        Sketch("per_minute", {"beats": "#1", "span": "#2"}, "That many intervals, less one, in a minute: {value}."),
    )
    check = ItemCheck(kind="tolerance", value=rate, unit=fact.unit, within=max(fact.tolerance or 0.0, CLOSE * rate))
    choices = shuffled([value, *wrong], rng) if rng.random() < 0.5 else None
    question = rng.choice(ASK_RATE)
    line = _line(book, fact)
    if choices is not None:
        return draft(NAME, question, line, value, choices=choices, facts=[counted], program=program)
    return draft(NAME, question, line, value, facts=[counted], check=check, program=program)


def _some(ways: tuple[float, ...], rng: random.Random) -> list[float]:
    """As many below as above, or any number of either: the answer's place among the choices must not tell it."""
    below = rng.randint(0, WRONG)
    half = len(ways) // 2
    return [*rng.sample(ways[:half], below), *rng.sample(ways[half:], WRONG - below)]


def _axis(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    areas = {name: next(iter(book.of(name)), None) for name in LEADS}
    given = [one for one in areas.values() if one is not None]
    if len(given) != len(LEADS):
        return None
    looks = tuple(
        Sketch("net_area", {"lead": LEADS[one.predicate]},
               f"Sum what lies above the baseline less what lies below in lead {LEADS[one.predicate]}: {{value}}.",
               known=one.value)
        for one in given
    )  # fmt: skip
    last = Sketch("axis_of", {"i": "#1", "avf": "#2"}, "atan2(2 aVF, sqrt(3) I): {value}.")
    turned = [(float(fact.value) + by + 180) % 360 - 180 for by in rng.sample(TURNS, WRONG)]
    wrong = [quantity(one, fact.unit, fact.tolerance) for one in turned]
    value = stated(fact)
    chosen = rng.random() < 0.5 and abs(float(fact.value)) <= OPPOSITE
    choices = shuffled([value, *wrong], rng) if chosen else None
    return draft(NAME, rng.choice(ASK_AXIS), _line(book, fact), value, choices=choices, facts=given,
                 program=(*looks, last))  # fmt: skip


def _sign(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    """None where the complex is nearly as much above as below."""
    area, lead = float(fact.value), LEADS[fact.predicate]
    if abs(area) <= PLAIN * (fact.tolerance or 0.0):
        return None
    answer = "yes" if area > 0 else "no"
    look = Sketch("net_area", {"lead": lead}, f"Sum the complex in lead {lead} around its baseline: {{value}}.",
                  known=fact.value)  # fmt: skip
    above = Sketch("at_least", {"a": "#1", "threshold": 0.0}, "Hold it against 0: {value}.")
    question = rng.choice(ASK_SIGN).format(lead=lead)
    return draft(NAME, question, _line(book, fact, f"{capital(answer)}, "), answer, program=(look, above))
