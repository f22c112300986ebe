"""What became of a unit of work: the ledger, the verdicts and the quarantine."""

from typing import Any, Literal

from schemas.base import Model

Fate = Literal["emitted", "quarantined", "filtered", "deduplicated"]


class Outcome(Model):
    """One ledger row: each unit that a stage read has exactly one, so read = the sum over the fates."""

    stage: str
    dataset: str
    unit: str
    key: str
    fate: Fate
    reason: str | None = None
    out: int = 0


class Verdict(Model):
    """One check's outcome on one sample."""

    key: str
    dataset: str
    subject: str
    check: str
    outcome: Literal["pass", "fail", "warn"]
    score: float | None = None
    threshold: float | None = None
    reason: str | None = None


class Quarantined(Model):
    """A unit that could not go on: why, and enough of it to try again."""

    key: str
    dataset: str
    stage: str
    unit: str
    uri: str
    reason: str
    payload: dict[str, Any] = {}
