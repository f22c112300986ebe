"""Counts that must balance: what a stage read is what it emitted, quarantined, filtered and found twice."""

import resource
import time
from collections.abc import Iterable

from schemas import Model

FATES = ("emitted", "quarantined", "filtered", "deduplicated")


class StageCounts(Model):
    """One stage on one data set. `read` is counted where units are handed in, the fates in the ledger; `out` is how
    many units of the next stage came of the emitted."""

    stage: str
    dataset: str
    read: int = 0
    emitted: int = 0
    quarantined: int = 0
    filtered: int = 0
    deduplicated: int = 0
    out: int = 0
    seconds: float = 0.0

    @property
    def balanced(self) -> bool:
        return bool(self.read == sum(getattr(self, name) for name in FATES))


class ImbalanceError(RuntimeError):
    """A unit was lost or counted twice: a bug of ours, so the run stops."""


class Stopwatch:
    """Wall seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        return round(time.perf_counter() - self._start, 3)


def balanced(counts: StageCounts) -> StageCounts:
    """The same counts. Raises ImbalanceError when they do not add up."""
    if not counts.balanced:
        fates = {name: getattr(counts, name) for name in FATES}
        raise ImbalanceError(f"{counts.dataset}: stage {counts.stage} read {counts.read} units but booked {fates}: "
                             "please report this")  # fmt: skip
    return counts


def total(counts: Iterable[StageCounts]) -> list[StageCounts]:
    """The same, summed over the data sets; the time is the longest, since data sets run beside one another."""
    out: dict[str, StageCounts] = {}
    for one in counts:
        before = out.get(one.stage)
        if before is None:
            out[one.stage] = one.model_copy(update={"dataset": "all"})
        else:
            fields = ("read", "emitted", "quarantined", "filtered", "deduplicated", "out")
            summed = {name: getattr(before, name) + getattr(one, name) for name in fields}
            out[one.stage] = before.model_copy(update={**summed, "seconds": max(before.seconds, one.seconds)})
    return list(out.values())


def peak_memory_mib() -> int:
    """The largest resident size that this process reached, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
