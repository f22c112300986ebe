"""What does a measurement of one sentence come to (circularity, depth, cup-to-disc ratio ...), and what does a
published rule make of the facts?"""

import random
from collections.abc import Iterator

from schemas import Fact, ItemCheck, LabelSpace, ReasoningStep, Scene
from transforms.facts import wording
from transforms.facts.format import stated
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.tasks.operations import OPS
from transforms.text.grammar import definite
from transforms.text.line import Line

NAME = "quantity"
VERSION = "1"
SKILL = "measure"

ASK = ("What is {what}?", "How much is {what}?")
ASKED = [name for name in wording.TEMPLATES if wording.asked(name) and name not in ("solidity", "agreement")]
"""Nearly every outline fills nine tenths of its hull, and how readers agreed no picture shows."""
NEAR = 2.0
"""A ratio is right within so many of its tolerances: a tenth of it would hold for most."""
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
    names = [book.called(rid) for rid in fact.regions]
    question = rng.choice(ASK).format(what=what.format(a=names[0], b=names[-1]))
    line, answer = Line().claim(capital(said), fact).say("."), stated(fact)
    check = None
    if fact.unit is None:
        check = ItemCheck(kind="tolerance", value=float(fact.value), within=NEAR * (fact.tolerance or 0.0))
    reasoning = _steps(book, fact, said)
    return draft(NAME, question, line, answer, regions=fact.regions, reasoning=reasoning, check=check)


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
    return draft(NAME, question, line, str(fact.value), regions=fact.regions, facts=inputs)
