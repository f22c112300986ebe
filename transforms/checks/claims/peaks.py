"""On which image of a group something is largest or smallest: "the nodule is largest in the second scan"."""

import re

from schemas import LabelSpace
from transforms.checks.claims import changes
from transforms.checks.claims.course import Sentence, spoken
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.members import blanked
from transforms.checks.claims.parse import parse
from transforms.checks.claims.ruling import Ruling
from transforms.checks.claims.selecting import told_by

_MOST = r"larg|bigg|great|high|long|thick|wid|dens|hott"
_LEAST = r"small|low|short|thinn|narrow|few"
_WORD = rf"(?:(?P<most>(?:{_MOST})est|most extensive)|(?:{_LEAST})est)"
_SIZE = r"(?:volume|size|area|extent|diameter)"
_PEAK = re.compile(
    rf"\b(?:is|was|are|were|at its|at their)\s+(?:the\s+)?{_WORD}(?=\s*(?:in {_SIZE})?\s*(?:[,.;:]|$|and\b|with\b))"
    rf"|\b{_WORD.replace('most>', 'most_of>')}\s+{_SIZE}\b", re.IGNORECASE)  # fmt: skip
_OTHER = re.compile(r"\b(?:than|not|never|neither|no|second|third|nodules|lesions|among)\b", re.IGNORECASE)
"""What makes another thing of it: ranks among several things of one image."""


def peak(one: Sentence, space: LabelSpace, known: Evidence) -> None:
    """The value of one thing on the image that the sentence names, against those on all others."""
    parts = known.parts
    image, spans = _named(one, space, known)
    clear = blanked(one.text, [*one.spans, *spans])
    match = _PEAK.search(clear)
    if image is None or match is None or _OTHER.search(clear):
        return
    _, subject, score = spoken(blanked(clear, [match.span()]), space, known)
    slugs = subject.slugs if subject is not None else ()
    values = {n: _value(slugs, score, part) for n, part in enumerate(parts, 1)}
    lacking = [n for n, value in values.items() if value is None and any(parts[n - 1].present(slug) for slug in slugs)]
    own, others = values[image], [value for n, value in values.items() if n != image and value is not None]
    answer = Ruling("uncheckable", None, "it is not measured on all of them")
    if own is not None and others:
        right = own > max(others) if match["most"] or match["most_of"] else own < min(others)
        reason = ", then ".join(f"{value:g}" for value in values.values() if value is not None)
        if not right:
            answer = Ruling("contradicted", None, reason, "comparison")
        elif not lacking:
            answer = Ruling("supported", None, reason)
    one.found.append((match.span(), answer))
    one.spans += [match.span(), *spans]
    one.names = []


def _named(one: Sentence, space: LabelSpace, known: Evidence) -> tuple[int | None, list[tuple[int, int]]]:
    """The one image that a sentence names, by its place or by what is stated of it alone, and where it does."""
    named = [name for name in one.names if name.mode == "each" and len(name.numbers) == 1 and not name.denied]
    if one.names:
        numbers = named[0].numbers if len(named) == len(one.names) == 1 else ()
        return (numbers[0] if numbers and 1 <= numbers[0] <= len(known.parts) else None), []
    numbers, spans = told_by(parse(one.text, space, known.called), known)
    return (numbers[0] + 1 if len(numbers) == 1 else None), spans


def _value(slugs: tuple[str, ...], score: str | None, part: Evidence) -> float | None:
    """How large a thing is on one image, or what is stated of it there; of what is absent, nothing."""
    if score is not None and not slugs:
        fact = changes.score(score, part)
        return float(fact.value) if fact is not None else None
    for slug in slugs:
        for unit in ("mL", "mm", "mm2"):
            if (size := changes.size_in(slug, part, unit)) is not None:
                return size
    return None
