"""Assertions that a thing of some size is not there."""

from dataclasses import replace

from transforms.checks.claims import existence, sizes
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Kind, Parsed
from transforms.checks.claims.ruling import Ruling, unknown


def absence(claim: Parsed, known: Evidence) -> Ruling:
    """ "No nodule", "no nodule larger than 3 mm": what is there refutes it where it is so large."""
    ruling = existence.absence(claim, known)
    if claim.quantity is None or ruling.answer != "contradicted" or claim.subject is None:
        return ruling
    ids = known.of(replace(claim.subject, plural=True, every=False, rank=None, ids=()))
    if claim.located:
        ids = [fact.regions[0] for fact in known.pair("inside", ids, known.of(claim.object))]
    kind: Kind = claim.value  # type: ignore[assignment]
    size = claim._replace(kind=kind, value=None, negated=False)
    for rid in ids:
        one = size._replace(subject=replace(claim.subject, ids=(rid,), plural=False, every=False, universal=False))
        found = sizes.measured(one, known)
        if found.answer == "supported":
            return ruling._replace(fact=found.fact, reason=f"one is there: it {found.reason}")
    return unknown("whether one of that size is there is not known")
