"""What a source is said to have reported: sentences of one grammar (transforms/facts/statement.py), held against it."""

import re
from collections.abc import Iterator

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.numbers import half_digit, number
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.facts import statement
from transforms.facts.format import SHOWN

NUMBER = re.compile(r"(?P<number>[-−]?\d+(?:\.\d+)?)(?:\s*(?P<unit>\D\S*(?: \S+)*))?")


def reported(sentence: str) -> tuple[Parsed, ...]:
    """The assertions of a sentence that is wholly of the grammar; none of any other."""
    start = len(sentence) - len(sentence.lstrip())
    text = sentence.strip()
    if match := statement.SENTENCE.fullmatch(text):
        measure = f"{match['name'].casefold()}|{(match['owner'] or '').casefold()}"
        return (_parsed(start, (match.start("name"), match.end("value")), measure, match["value"]),)
    if match := statement.PERSON.fullmatch(text):
        return tuple(_of_person(start, match))
    return ()


def _of_person(start: int, match: re.Match[str]) -> Iterator[Parsed]:
    if match["age"]:
        yield _parsed(start, match.span("age"), "age|the patient", f"{match['age']} years")
    sex = statement.PERSONS[match["sex"].lower()]
    yield _parsed(start, match.span("sex"), "sex|the patient", sex)


def _parsed(start: int, span: tuple[int, int], measure: str, value: str) -> Parsed:
    return Parsed((span[0] + start, span[1] + start), "stated", value=value, measure=measure)


def judge_stated(claim: Parsed, known: Evidence) -> Ruling:
    """By the facts of that name. One that is of another thing (a scan's, said of a slice) or has another value is
    contradicted."""
    name, _, owner = (claim.measure or "").partition("|")
    stated = statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate])
    facts = [fact for fact in stated if statement.name(fact).casefold() == name]
    if not facts:
        return unknown("the source does not state it")
    frame = known.scene.view.frame
    own = [fact for fact in facts if not owner or statement.owner(fact, frame) == owner]
    if not own:
        return no(facts[0], f"stated of {statement.owner(facts[0], frame)}")
    answers = [_agrees(fact, claim.value or "") for fact in own]
    for fact, answer in zip(own, answers, strict=True):
        if answer:
            return yes(fact, "as the source states it")
    if None in answers:
        return unknown("it cannot be compared with what the source states")
    return no(own[0], f"stated as {statement.value(own[0])}")


def _agrees(fact: Fact, said: str) -> bool | None:
    """Whether a text says the fact's value; None where the two cannot be compared."""
    note = statement.aside(fact)
    if note and said.endswith(f" ({note})"):
        said = said.removesuffix(f" ({note})")
    elif note and said.endswith(")"):
        return False  # of another scale, or another time
    if isinstance(fact.value, str | bool):
        return said.casefold() == statement.value(fact).casefold()
    match = NUMBER.fullmatch(said)
    if match is None:
        return None
    shown = SHOWN.get(fact.unit or "", fact.unit or "")
    if (match["unit"] or "") not in (shown, shown.removesuffix("s")):
        return None
    return (
        abs(number(match["number"]) - float(fact.value)) <= max(fact.tolerance or 0, half_digit(match["number"])) + 1e-9
    )
