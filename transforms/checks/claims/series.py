"""Values of one thing at each visit, in their order: "visual acuity 78, 70 and 74 letters", "from 18 to 9 to 27 mL"."""

import re

from schemas import LabelSpace
from transforms.checks.claims import changes
from transforms.checks.claims.course import Sentence, spoken
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.members import blanked
from transforms.checks.claims.model import Answer, Quantity
from transforms.checks.claims.numerals import any_of, half_digit, number
from transforms.checks.claims.parse import parse
from transforms.checks.claims.ruling import Ruling
from transforms.checks.claims.stated import numeric
from transforms.checks.claims.values import fits
from transforms.checks.claims.words import UNITS

_UNIT = any_of(UNITS)
_N = rf"(?P<n>\d+(?:\.\d+)?)(?:\s*-?\s*(?P<u>{_UNIT})(?!\w))?"
_THEN = r"(?:then\s+)?(?:to\s+)?"
_NEXT = re.compile(
    rf"\s*(?:,\s*(?:and\s+)?{_THEN}|and\s+{_THEN}|then\s+(?:to\s+)?|to\s+|->|→|/|–|-)\s*{_N}", re.IGNORECASE
)
_UNSAID = re.compile(r"\b(?:not|never|neither|cannot|expected|planned|aimed?|goal|target)\b|n['’]t\b", re.IGNORECASE)
"""What is denied of the numbers, or hoped for: it may be right of some visits and wrong of others."""
_FIRST = re.compile(rf"(?:\bfrom\s+)?(?<![\w.,]){_N}", re.IGNORECASE)


def listed(one: Sentence, space: LabelSpace, known: Evidence) -> None:
    """A run of as many numbers as there are visits, each held against its own."""
    parts = known.parts
    for start in _FIRST.finditer(one.text):
        run, end = [start], start.end()
        while (after := _NEXT.match(one.text, end)) is not None:
            run.append(after)
            end = after.end()
        if len(run) == len(parts) > 1 and len(parts) > 2:
            _held(one, run, (start.start(), end), space, known)
            return


def _held(
    one: Sentence, run: list[re.Match[str]], span: tuple[int, int], space: LabelSpace, known: Evidence
) -> None:  # fmt: skip
    unit, factor = UNITS[run[-1]["u"].lower()] if run[-1]["u"] else ("", 1.0)
    said = [Quantity((number(match["n"]) * factor,), unit, half_digit(match["n"]) * factor) for match in run]
    clear = blanked(one.text, [*one.spans, span])
    if (change := changes.change_in(clear)) is not None:
        clear = blanked(clear, [(change.start, change.end)])
    _, subject, score = spoken(clear, space, known)
    if subject is None and score is None:
        score = changes.measured_in(unit, known.parts[0])
    slugs = subject.slugs if subject is not None else ()
    values = [_value(part, score, slugs, value) for part, value in zip(known.parts, said, strict=True)]
    if any(value is None for value in values):
        return
    right = all(fits(value, told, 0.0) for value, told in zip(values, said, strict=True) if value is not None)
    answer: Answer = "supported" if right else "contradicted"
    if changes.DOUBT.search(one.text) or _UNSAID.search(one.text, 0, span[0]):
        answer = "uncheckable"
    reason = ", then ".join(f"{value:g}" for value in values if value is not None)
    one.found.append((span, Ruling(answer, None, reason, "size" if answer == "contradicted" else None)))
    one.spans.append(span)
    one.series = True
    if subject is None:  # nor is what a source states said to have one value
        left = parse(blanked(one.text, one.spans), space, known.called)
        one.spans += [c.span for c in left if c.subject is not None and c.subject.slugs[0] == f"={score}"]


def _value(part: Evidence, score: str | None, slugs: tuple[str, ...], said: Quantity) -> float | None:
    """What was stated, measured or counted at one visit."""
    if score is not None and (fact := changes.score(score, part)) is not None:
        return numeric(fact, said)
    for slug in slugs:
        counted = (
            next((f for f in part.facts["count"] if part.slug(f.concept) == slug), None) if not said.unit else None
        )
        if counted is not None:
            return float(counted.value)
        if said.unit and (sized := changes.size_in(slug, part, said.unit)) is not None:
            return sized
    return None
