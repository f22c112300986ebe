"""How values are put in front of people: numbers, facts, licences, and text cut where its claims begin and end."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from schemas import Claim, Fact, Terms

UNITS = {"mm2": "mm²", "px2": "px²"}
MARKS = {
    "redistribute": "pass it on",
    "derivatives": "build on it",
    "commercial": "use it commercially",
}


@dataclass(frozen=True)
class Mark:
    """One question about a licence and its answer in words."""

    name: str
    question: str
    answer: str

    @property
    def sentence(self) -> str:
        said = {"yes": "You may {}", "no": "You may not {}"}.get(self.answer, "Nobody has found whether you may {}")
        return said.format(self.question)


@dataclass(frozen=True)
class Segment:
    """A run of text that the same facts and regions speak of; both empty for plain text between claims."""

    text: str
    facts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


def marks(terms: Terms) -> tuple[Mark, ...]:
    answers = (terms.redistribution, terms.derivatives, terms.commercial)
    return tuple(Mark(name, MARKS[name], answer) for name, answer in zip(MARKS, answers, strict=True))


def marks_of(redistribute: bool | None, derivatives: bool | None, commercial: bool | None) -> tuple[Mark, ...]:
    said = {True: "yes", False: "no", None: "unknown"}
    answers = (redistribute, derivatives, commercial)
    return tuple(Mark(name, MARKS[name], said[answer]) for name, answer in zip(MARKS, answers, strict=True))


def number(value: float) -> str:
    """At most four significant digits, thin spaces between thousands, no exponent: 12 345, 22.03, 0.0124."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}".replace(",", "\u202f")
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4
    text = f"{value:,.{digits}f}".replace(",", "\u202f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_text(value: bool | int | float | str, unit: str | None = None, tolerance: float | None = None) -> str:
    """A value as people write it: "22.03 mm ± 2.83"; True is "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    parts = [value if isinstance(value, str) else number(value)]
    if unit:
        parts.append(UNITS.get(unit, unit))
    if tolerance:
        parts.append(f"± {number(tolerance)}")
    return " ".join(parts)


def size_text(count: int) -> str:
    """Bytes as people say them: 16 kB, 3.2 MB."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.3g}\u202f{unit}"
    return f"{count}\u202fbytes"


def some(labels: Iterable[str], most: int = 4) -> str:
    """The first few labels, and how many more there are."""
    names = list(labels)
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def json_text(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False, default=str)


def predicate_text(predicate: str) -> str:
    return predicate.replace("_", " ")


def fact_regions(facts: Iterable[str], by_id: Mapping[str, Fact]) -> tuple[str, ...]:
    """The regions that these facts measure, in the order met, each once."""
    return tuple(dict.fromkeys(region for fact in facts if fact in by_id for region in by_id[fact].regions))


def claim_segments(text: str, claims: Iterable[Claim], by_id: Mapping[str, Fact]) -> list[Segment]:
    """Cuts a text wherever a claim begins or ends. Claims may share characters; a piece then has the facts of all."""
    spans = [(claim.span[0], claim.span[1], claim.fact) for claim in claims]
    return [Segment(piece, facts, fact_regions(facts, by_id)) for piece, facts in _cut(text, spans)]


def span_segments(text: str, spans: Iterable[tuple[int, int, str]], facts_of: Mapping[str, list[str]]) -> list[Segment]:
    """Cuts a document at its regions' character spans (start, end, region id)."""
    return [
        Segment(piece, tuple(dict.fromkeys(fact for region in regions for fact in facts_of.get(region, ()))), regions)
        for piece, regions in _cut(text, list(spans))
    ]


def _cut(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[str, tuple[str, ...]]]:
    edges = {0, len(text)} | {edge for start, end, _ in spans for edge in (start, end) if 0 < edge < len(text)}
    ordered = sorted(edges)
    return [
        (
            text[start:end],
            tuple(dict.fromkeys(name for first, last, name in spans if first <= start and end <= last)),
        )
        for start, end in pairwise(ordered)
    ]
