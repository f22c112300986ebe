"""What is said of several images together: sentences of one grammar (transforms/groups/wording.py), held against it."""

import re

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.groups.across import PREDICATES
from transforms.groups.wording import SENTENCE, items, written

ANSWER = re.compile(r"(?:yes|no), (?=as the source says of )", re.IGNORECASE)


def between(sentence: str) -> tuple[Parsed, ...]:
    """The assertion of a sentence that is wholly of the grammar; none of any other."""
    start, text = len(sentence) - len(sentence.lstrip()), sentence.strip().removesuffix(".")
    answer = ANSWER.match(text)
    if answer is not None:
        start, text = start + answer.end(), text[answer.end() :]
    if not SENTENCE.fullmatch(text):
        return ()
    several = items(text)
    if len(several) > 1:
        return tuple(Parsed((start + a, start + b), "across", value=f"{alone}\n{text}") for (a, b), alone in several)
    return (Parsed((start, start + len(text)), "across", value=text),)


def judge_between(claim: Parsed, known: Evidence) -> Ruling:
    """By the facts that it may be the sentence of: no other wording counts."""
    text, _, sentence = (claim.value or "").casefold().partition("\n")
    facts = [fact for predicate in PREDICATES for fact in known.facts[predicate]]
    said = [(fact, wording) for fact in facts if (wording := written(fact, known.scene, known.space)) is not None]
    for fact, wording in said:
        if wording.text.casefold() in (text, sentence):
            return yes(fact, "what the images give")
    other = next((fact for fact, wording in said if wording.otherwise(text)), None)
    return unknown("no fact of these images says so") if other is None else no(other, f"it is {other.value}")
