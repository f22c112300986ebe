"""The sentence on a signal: heart rate and intervals, those that the whole trace has one of."""

from collections import Counter

from schemas import Fact
from transforms.facts.format import stated
from transforms.text.grammar import article
from transforms.text.line import Line
from transforms.text.names import SceneText
from transforms.text.rules import Slots


def intervals(told: SceneText) -> Line:
    """All of them in one sentence."""
    seen = Counter(fact.concept.label for fact in told.facts["interval"] if fact.concept)
    facts = [fact for fact in told.facts["interval"] if fact.concept and seen[fact.concept.label] == 1]
    if not facts:
        return Line()
    told.rng.shuffle(facts)
    slots = Slots(many=len(facts) > 1)
    slots.words["values"] = Line().listed([_said(told, fact, "the {} is {}") for fact in facts])
    slots.words["names"] = Line().listed([_said(told, fact, "{} {}") for fact in facts])
    slots.words["list"] = Line().listed([_said(told, fact, "{a} of {}") for fact in facts])
    return told.teller.say("signal.intervals", slots)


def _said(told: SceneText, fact: Fact, form: str) -> Line:
    assert fact.concept is not None
    label = told.entry(fact.concept).concept.label
    if "{a}" in form:
        return Line().claim(f"{article(label)} of {stated(fact)}", fact)
    return Line().claim(form.format(label, stated(fact)), fact)
