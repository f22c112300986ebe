"""Sentences of the grammar of measured facts (transforms/facts/wording.py), held against them."""

import re

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.scan import items
from transforms.checks.claims.values import agrees, open_to
from transforms.facts import altered
from transforms.facts.base import LARGER
from transforms.facts.wording import Read, read
from transforms.text.grammar import definite

MARK = "worded|"
ANSWER = re.compile(r"\s*(?:(?:yes|no)[.,] )?", re.IGNORECASE)
PART = re.compile(r"[^;\s][^;]*")


def parsed(sentence: str) -> tuple[Parsed, ...]:
    """The assertions of a sentence that is wholly of the grammar, after "yes" or "no" or not, or of several that
    semicolons part; none of any other."""
    begins = ANSWER.match(sentence).end()  # type: ignore[union-attr]
    parts = [(one.start(), one.end()) for one in PART.finditer(sentence, begins, len(sentence.rstrip(" .\n")))]
    found = [_parsed(sentence[start:end], start) for start, end in parts]
    return tuple(one for one in found if one is not None) if None not in found else ()


def _parsed(text: str, start: int) -> Parsed | None:
    how, found = altered.read(text), read(text)
    if how is None and found is None:
        return None
    predicate = found.predicate if found is not None else "altered"
    return Parsed((start, start + len(text)), "stated", value=how or text, measure=MARK + predicate)


def judge(claim: Parsed, known: Evidence) -> Ruling:
    """By the facts of the predicate on the regions of those names."""
    if claim.measure == MARK + "altered":
        return _altered(claim.value, known)
    said = read(claim.value or "")
    if said is None:
        return unknown("not measured")
    facts = [fact for fact in known.facts[said.predicate] if _about(fact, said, known)]
    if not facts:
        return unknown("not measured")
    answers = [_agrees(fact, said, known) for fact in facts]
    for fact, answer in zip(facts, answers, strict=True):
        if answer:
            return yes(fact, "agrees with the measurement")
    if None in answers:
        return unknown("it cannot be compared with what was measured")
    return no(facts[0], f"measured {facts[0].value} {facts[0].unit or ''}".rstrip())


def _altered(how: str | None, known: Evidence) -> Ruling:
    """Of a picture of which nothing says that it was altered, it was not."""
    for fact in known.facts["altered"]:
        return yes(fact, "so altered") if fact.value == how else no(fact, f"it is {fact.value}")
    return no(None, "the picture is as it was taken")


def _about(fact: Fact, said: Read, known: Evidence) -> bool:
    names = [names_of(rid, known) for rid in fact.regions]
    if not names and said.a and fact.concept is not None:
        names = [{definite(known.entry(fact.concept)).casefold()}]
    if not names:
        return not said.a
    if said.a.casefold() not in names[0] or (said.b and said.b.casefold() not in names[1]):
        return False
    return not said.rule or said.rule.casefold() == f"{fact.name} ({fact.source})".casefold()


def names_of(rid: str, known: Evidence) -> set[str]:
    """What a region may be called so that no other is meant."""
    entry = known.entry(known.regions[rid].concept)
    same = [other for other, one in known.regions.items() if one.concept.label == entry.concept.label]
    larger = {fact.regions for name in LARGER for fact in known.every[name]}
    if len(same) == 1:
        return {definite(entry).casefold()}
    largest = all((rid, other) in larger for other in same if other != rid)
    return {f"the largest {entry.concept.label}".casefold()} if largest else set()


def _agrees(fact: Fact, said: Read, known: Evidence) -> bool | None:
    if isinstance(fact.value, str):
        return fact.value.casefold() == said.value.casefold()
    numbers = [item.quantity for item in items(said.value, known.words) if item.quantity is not None]
    if len(numbers) != 1 or numbers[0].unit != (fact.unit or ""):
        return None
    if agrees(fact, numbers[0]):
        return True
    return None if open_to(fact, numbers[0]) else False
