"""What does a measurement of one sentence come to (circularity, depth, cup-to-disc ratio ...), and what does a
published rule make of the facts?"""

import random
from collections.abc import Callable, Iterator, Mapping

from schemas import Fact, ItemCheck, LabelSpace, ReasoningStep, Scene
from transforms.facts import ecg, levels, wording
from transforms.facts.format import stated
from transforms.tasks import in_volume, judging, measuring, steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, in_unit, mixed
from transforms.tasks.operations import OPS
from transforms.tasks.program import Program, Sketch, joined
from transforms.text.grammar import definite
from transforms.text.line import Line

NAME = "quantity"
VERSION = "7"
SKILL = "measure"

ASK = ("What is {what}?", "By measurement, what is {what}?")
LEFT = {"solidity", "agreement", "brightness", "black_share", "suv_max", "whole_attenuation", "clearance",
        *ecg.PREDICATES}  # fmt: skip
"""Nearly every outline fills nine tenths of its hull, how readers agreed no picture shows, and how bright one is nobody
asks of it; of ways in volumes, of the values of these and of curves ask families of their own."""
ASKED = [name for name in wording.TEMPLATES if wording.asked(name) and name not in LEFT]
NEAR = 2.0
"""A ratio is right within so many of its tolerances: a tenth of it would hold for most."""
ENDS = {
    "circularity": " Answer from 0 to 1, where 1 is a circle.",
    "sphericity": " Answer from 0 to 1, where 1 is a sphere.",
    "elongation": " Answer from 0 to 1, where 1 is as wide as long.",
    "quadrant": " Answer with superonasal, superotemporal, inferonasal or inferotemporal.",
    **dict.fromkeys(levels.PREDICATES, " Answer with the letter and the number of a vertebra."),
    "cup_to_disc": " Answer from 0 to 1.", "cardiothoracic": " Answer from 0 to 1.",
}  # fmt: skip
"""Of a number without a unit, on which scale it is; of a vertebra, how to name it."""
ASK_RULE = ("By the {rule}, what does {a} count as?",)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Judgements first: few scenes have them. What the edge cuts and what cannot be seen is not asked."""
    book = Book(scene, space)
    rules = [fact for fact in book.of("judgement") if book.shows(fact)]
    yield from (found for fact in rules if (found := _judged(book, fact, rng)))
    facts = [fact for predicate in ASKED for fact in book.of(predicate) if book.shows(fact)]
    facts = [fact for fact in facts if fact.bound is None and book.seen(*fact.regions)]
    yield from (found for fact in mixed(facts, rng) if (found := _measured(book, fact, rng)))


def _said(book: Book, fact: Fact) -> str | None:
    return wording.sentence(fact, book.name, lambda concept: definite(book.space.of(concept)))


def _measured(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    said, what = _said(book, fact), wording.asked(fact.predicate)
    if said is None or what is None:
        return None
    names = [book.called(rid) for rid in fact.regions][:2] or [""]
    how = ASK[:1] if isinstance(fact.value, str) else ASK
    question = in_unit(rng.choice(how).format(what=what.format(a=names[0], b=names[-1])), fact.unit)
    question += ENDS.get(fact.predicate, "")
    line, answer = Line().claim(capital(said), fact).say("."), stated(fact)
    check = None
    if fact.unit is None and not isinstance(fact.value, str):
        check = ItemCheck(kind="tolerance", value=float(fact.value), within=NEAR * (fact.tolerance or 0.0))
    reasoning, program = _steps(book, fact, said), _program(book, fact)
    return draft(NAME, question, line, answer, regions=fact.regions, reasoning=reasoning, check=check, program=program)


def _program(book: Book, fact: Fact) -> Program:
    """The measurement taken apart."""
    if not fact.regions:
        return ()
    if fact.predicate in in_volume.MAKERS:
        return in_volume.program(book, fact)
    if fact.predicate in measuring.OF_FACT:
        return measuring.OF_FACT[fact.predicate](book, fact)
    apart = APART.get(fact.predicate)
    return apart(book, fact) if apart is not None else ()


def _pixels(rid: str, name: str) -> Program:
    return (Sketch("pixels", {"region": rid}, f"Count the pixels of {name}: {{value}}.", rid),)


def _circularity(book: Book, fact: Fact) -> Program:
    rid = fact.regions[0]
    return (
        *_pixels(rid, book.called(rid)),
        Sketch("perimeter", {"region": rid}, "Measure the length of its outline: {value}.", rid),
        Sketch("roundness", {"pixels": "#1", "perimeter": "#2"}, "4 pi A over P squared: {value}."),
    )


def _elongation(book: Book, fact: Fact) -> Program:
    rid = fact.regions[0]
    ends = (("short_axis", f"Measure the short axis of {book.called(rid)}: {{value}}."),
            ("long_axis", "Measure its long axis: {value}."))  # fmt: skip
    looks = tuple(Sketch(op, {"region": rid}, text, rid) for op, text in ends)
    return (*looks, Sketch("ratio", BOTH, "Divide the first by the second: {value}."))


def _contrast(book: Book, fact: Fact) -> Program:
    finding, organ = fact.regions[:2]
    mean, names = book.fact("mean_intensity", finding), (book.called(finding), book.called(organ))
    if mean is None:
        return ()
    return in_volume.contrast(finding, organ, *names, float(mean.value), float(fact.value), on="")


def _joint_area(book: Book, fact: Fact) -> Program:
    areas = [measuring.area(book, rid, name) or _pixels(rid, name) for rid, name in _named(book, fact)]
    total = {"steps": [f"#{len(areas[0])}", f"#{2 * len(areas[0])}"]}
    return (*joined(*areas), Sketch("sum_areas", total, "Add the two: {value}."))


def _area_share(book: Book, fact: Fact) -> Program:
    looks = tuple(look for rid, name in _named(book, fact) for look in _pixels(rid, name))
    return (*looks, Sketch("percent", BOTH, PERCENT))


def _joint_volume(book: Book, fact: Fact) -> Program:
    """Where the whole scan is at hand."""
    if book.noun != "scan":
        return ()
    looks = tuple(Sketch("volume", {"region": rid}, f"Measure the volume of {name}: {{value}}.", rid)
                  for rid, name in _named(book, fact))  # fmt: skip
    return (*looks, Sketch("sum_volumes", {"steps": ["#1", "#2"]}, "Add the two: {value}."))


def _named(book: Book, fact: Fact) -> list[tuple[str, str]]:
    return [(rid, book.called(rid)) for rid in fact.regions]


BOTH = {"a": "#1", "b": "#2"}
PERCENT = "Take the first as a share of the second: {value}."
APART: Mapping[str, Callable[[Book, Fact], Program]] = {
    "circularity": _circularity,
    "elongation": _elongation,
    "cup_to_disc": lambda book, fact: judging.heights(book, *fact.regions),
    "cardiothoracic": lambda book, fact: judging.widths(book, *fact.regions),
    "contrast": _contrast,
    "joint_area": _joint_area,
    "area_share": _area_share,
    "joint_volume": _joint_volume,
}
"""Predicate -> the steps that its value is worked out in."""


def _steps(book: Book, fact: Fact, said: str) -> list[ReasoningStep]:
    """The measurement itself, where it can be done again on the masks."""
    if fact.predicate not in OPS or not book.replayable(*fact.regions):
        return []
    args = dict(zip("ab", fact.regions, strict=False))
    text = f"Measure it on the masks: {said}."
    return [steps.step(book, fact.predicate, args, fact.value, text, fact.unit, fact.regions[0])]


def _judged(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    said = _said(book, fact)
    read = wording.read(said) if said is not None else None
    if said is None or read is None:
        return None
    inputs = [one for one in book.scene.facts if one.id in fact.inputs]
    question = rng.choice(ASK_RULE).format(rule=read.rule, a=read.a)
    line = Line().claim(capital(said), fact).say(".")
    program = judging.judged(book, fact, inputs)
    return draft(NAME, question, line, str(fact.value), regions=fact.regions, facts=inputs, program=program)
