"""Counts that must balance: what a stage read is what it emitted, quarantined, filtered and found twice."""

import resource
import time
from collections import Counter
from collections.abc import Iterable

from pipelines.store import Store
from schemas import Model


class StageCounts(Model):
    """One stage on one data set. `read` is counted where units are handed in, the fates in the ledger; `out` is how
    many units of the next stage came of the emitted."""

    stage: str
    dataset: str
    read: int
    emitted: int = 0
    quarantined: int = 0
    filtered: int = 0
    deduplicated: int = 0
    out: int = 0
    seconds: float = 0.0

    @property
    def balanced(self) -> bool:
        return self.read == self.emitted + self.quarantined + self.filtered + self.deduplicated


class ImbalanceError(RuntimeError):
    """A unit was lost or counted twice: a bug of ours, so the run stops."""


class Stopwatch:
    """Wall seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        return round(time.perf_counter() - self._start, 3)


def count(store: Store, stage: str, dataset: str, keys: Iterable[str], read: int, seconds: float = 0.0) -> StageCounts:
    """Counts of a stage over the units that passed it under one of `keys`. Raises ImbalanceError when they do not
    add up."""
    rows = store.read("ledger", ["stage", "fate", "out"], dataset, made=keys, stage=[stage])
    fates = Counter(row["fate"] for row in rows)
    out = sum(row["out"] or 0 for row in rows)
    counts = StageCounts(stage=stage, dataset=dataset, read=read, out=out, seconds=seconds, **fates)
    if not counts.balanced:
        raise ImbalanceError(f"{dataset}: stage {stage} read {read} units but booked {dict(fates)}: please report this")
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
