"""What a check finds wrong with a scene's texts, and where."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.sample import Check


class Fault(NamedTuple):
    """`where`: "description.global", "description.regions.r2", "description.relations.0", "dialogues.d3", or what no
    text can be blamed for ("regions.r1"). `span`: the characters [start, end) of that text; None for all of it."""

    where: str
    reason: str
    span: tuple[int, int] | None = None


def outcome(name: str, faults: Sequence[Fault], looked: int) -> Check:
    """The check's outcome: it fails on one fault; the score is the share without."""
    score = max(0.0, 1 - len(faults) / looked) if looked else 1.0
    reason = "; ".join(f"{fault.where}: {fault.reason}" for fault in faults[:3]) or None
    return Check(name=name, outcome="fail" if faults else "pass", score=score, reason=reason)
