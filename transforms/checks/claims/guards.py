"""What keeps a contradiction from being one: a number that is right of another measure than the one that was tried.

A text is contradicted only where it is sure which property it speaks of. "16 mm thick" may be a short axis, "58 mm" the
diameter that the source states: where one of them is so, the text may mean that one.
"""

from collections.abc import Iterator

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, unknown
from transforms.checks.claims.values import agrees, fits, same_unit
from transforms.checks.claims.words import UNITS, word_set

LENGTHS = ("long_axis", "short_axis", "diameter", "box_width", "box_height")
LOOSE = frozenset({None, "", "diameter", "wide", "high", "thick"})
"""Measures of which a text may mean another."""
FROM_ABOVE = word_set("dermoscopy clinical_photograph gastroscopy colonoscopy op")
"""Pictures of a surface."""


def guarded(claim: Parsed, ruling: Ruling, known: Evidence) -> Ruling:
    """The ruling on a claim, or that it is not sure, where what is said is so of another measure."""
    if ruling.answer != "contradicted" or ruling.error in ("unit", "scope"):
        return ruling
    if (
        claim.kind == "size"
        and claim.quantity is not None
        and claim.value is None
        and claim.measure in LOOSE
        and claim.quantity.bound != "lt"
    ):
        if claim.measure == "thick" and any(known.slug(one.concept) in FROM_ABOVE for one in known.facts["modality"]):
            return unknown("how thick it is, a picture from above does not show")
        other = next((fact for fact in _lengths(claim, known) if agrees(fact, claim.quantity)), None)
        if other is not None or _stated(claim, known):
            return unknown("so long it is by another measure")
    return ruling


def _lengths(claim: Parsed, known: Evidence) -> Iterator[Fact]:
    """The lengths measured of what is spoken of, and its distances from other things."""
    assert claim.quantity is not None
    ids = known.of(claim.subject)
    for predicate in LENGTHS:
        yield from (fact for fact in known.about_regions(predicate, ids) if same_unit(fact, claim.quantity))
    if claim.measure in ("", None):
        near = (fact for fact in known.facts["distance"] if set(fact.regions) & set(ids))
        yield from (fact for fact in near if same_unit(fact, claim.quantity))


def _stated(claim: Parsed, known: Evidence) -> bool:
    """Whether a source states just that length of something."""
    said = claim.quantity
    for fact in known.facts["measurement"]:
        unit, factor = UNITS.get((fact.unit or "").casefold(), ("", 1.0))
        if said is None or unit != said.unit or isinstance(fact.value, str | bool):
            continue
        if fits(float(fact.value) * factor, said, fact.tolerance or 0.0):
            return True
    return False
