"""Images of a study that a sentence tells by what a source states of each: "L CC and L MLO show the mass"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed

Segment = tuple[list[Parsed], list[int]]
"""What is said, and the numbers of the images of which it is said."""
_ON = re.compile(r"\b(?:on|in|at)\s+(?:the|its|an?)\s+$", re.IGNORECASE)


def selected(claims: Sequence[Parsed], text: str, known: Evidence) -> list[Segment] | None:
    """The assertions of a clause, each with the images that the values beside it tell; None where none do, or not all
    of them name images."""
    varying = {name for name in _names(known) if len({_value(name, part) for part in known.parts}) > 1}
    telling = [one for one in claims if _tells(one, varying)]
    if not telling or len(telling) == len(claims) or any(one.negated for one in telling):
        return None
    found = []
    for own in _segments(claims, telling, text):
        values = [one for one in own if one in telling]
        rest = [one for one in own if one not in telling]
        numbers = [_matching(each, known) for each in _each(values)]
        if not rest or not numbers or not all(numbers):
            return None
        found.append((rest, sorted({n for some in numbers for n in some})))
    return found


def on_view(numbers: Sequence[int], claims: Sequence[Parsed], text: str, known: Evidence) -> tuple[int, ...]:
    """ "The left breast shows a mass on the CC view": of the images that are named, counted from 1, those meant."""
    told = [one for one in claims if one.kind == "stated" and one.value and _ON.search(text, 0, one.span[0])]
    if len(told) != 1 or len(claims) == 1:
        return tuple(numbers)
    such = {n + 1 for each in _each(told) for n in _matching(each, known)}
    return tuple(n for n in numbers if n in such) or tuple(numbers)


def told_by(claims: Sequence[Parsed], known: Evidence) -> tuple[list[int], list[tuple[int, int]]]:
    """The images, counted from 0, that all values beside which something else is said tell, and where they stand."""
    varying = {name for name in _names(known) if len({_value(name, part) for part in known.parts}) > 1}
    telling = [one for one in claims if _tells(one, varying) and not one.negated]
    each = _each(telling)
    return (_matching(each[0], known) if len(each) == 1 else []), [one.span for one in telling]


def _names(known: Evidence) -> set[str]:
    return {str(fact.name).lower() for part in known.parts for fact in part.facts["attribute"]}


def _value(name: str, part: Evidence) -> str:
    return next((str(fact.value).lower() for fact in part.facts["attribute"] if str(fact.name).lower() == name), "")


def _tells(one: Parsed, varying: set[str]) -> bool:
    name = (one.measure or "").partition("|")[0]
    return one.kind == "stated" and one.quantity is None and not one.hedged and name in varying and bool(one.value)


def _segments(claims: Sequence[Parsed], telling: Sequence[Parsed], text: str) -> Iterator[list[Parsed]]:
    """The claims, cut at a comma between two values of one name that something else is said between."""
    cuts = [0]
    for a, b in pairwise(telling):
        between = [one for one in claims if a.span[1] <= one.span[0] < b.span[0] and one not in telling]
        comma = max(text.rfind(mark, a.span[1], b.span[0]) for mark in (",", " and "))
        if between and comma > 0:
            cuts.append(comma)
    for start, end in pairwise([*cuts, len(text)]):
        if own := [one for one in claims if start <= one.span[0] < end]:
            yield own


def _each(values: Sequence[Parsed]) -> list[dict[str, str]]:
    """ "L CC and L MLO": two images, each told by its values."""
    found: list[dict[str, str]] = []
    for one in values:
        name = (one.measure or "").partition("|")[0]
        if not found or name in found[-1]:
            found.append({})
        found[-1][name] = (one.value or "").lower()
    return found


def _matching(told: dict[str, str], known: Evidence) -> list[int]:
    return [n for n, part in enumerate(known.parts) if all(_value(name, part) == told[name] for name in told)]
