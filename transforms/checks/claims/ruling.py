"""A ruling: the answer, the fact that decides, and why."""

from typing import NamedTuple

from schemas import Fact
from transforms.checks.claims.model import Answer, Error


class Ruling(NamedTuple):
    """`error`: of what is contradicted, what kind of error it is, where the claim's kind does not say."""

    answer: Answer
    fact: str | None
    reason: str
    error: Error | None = None


def yes(fact: Fact | None, reason: str) -> Ruling:
    """Supported by a fact; uncheckable where there is none: nothing is true for want of evidence."""
    return Ruling("supported", fact.id or None, reason) if fact is not None else unknown(reason)


def no(fact: Fact | None, reason: str, error: Error | None = None) -> Ruling:
    return Ruling("contradicted", (fact.id or None) if fact is not None else None, reason, error)


def unknown(reason: str) -> Ruling:
    return Ruling("uncheckable", None, reason)
