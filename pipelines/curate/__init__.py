"""Curate: records to checked candidate samples.

    python -m pipelines.curate recipes/starter.yaml --raw data/raw --workspace build/starter --engine ray

The driver knows parts and counts. What a part needs is found inside the worker that takes it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from pipelines.context import Context
from pipelines.curate import groups
from pipelines.curate.settle import inputs, settled
from pipelines.curate.work import Tick
from pipelines.report import FATES, StageCounts, Stopwatch
from pipelines.stages import NAMES
from pipelines.store import Store

Progress = Callable[[int, int, Counter[str]], None]  # parts done, parts in all, units since the last call


def curate(
    ctx: Context, engine: str = "ray", workers: int = 2, progress: Progress = lambda done, total, units: None,
    again: str | None = None,
) -> list[StageCounts]:  # fmt: skip
    """Bring every current record as far as it goes, doing only what is not in the store. `again`: try once more what
    this stage, or "all" of them, set aside.

    Raises ValueError when nothing was ingested, ImbalanceError when counts do not add up.
    """
    store, watch = Store(ctx.workspace), Stopwatch()
    for source in ctx.recipe.sources:
        if not store.files.exists(f"ingest/{source.dataset}.json"):
            raise ValueError(f"{ctx.workspace}: {source.dataset} was never ingested here; run: triptych ingest first")
    numbers, under = range(store.parts or 0), inputs(ctx)
    with ThreadPoolExecutor(8) as pool:
        before = list(pool.map(lambda n: settled(store.part(n), under(store.part(n))), numbers))
    if again:
        before = [None if any(row.quarantined for row in counts or ()) else counts for counts in before]
    total = Totals()
    todo = [number for number, counts in zip(numbers, before, strict=True) if counts is None]
    for counts in before:
        total.add(counts or ())

    def tick(units: Counter[str]) -> None:
        progress(total.parts, len(numbers), units)

    for counts in _engine(engine)(ctx, todo, workers, tick, again):
        total.add(counts)
        tick(Counter())
    store.files.remove_empty("journal")
    store.files.sweep("state")
    return total.rows(ctx, watch.seconds())


class Totals:
    """Counts summed over parts: as many numbers as there are data sets and stages."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], Counter[str]] = {}
        self.parts = 0

    def add(self, counts: Iterable[StageCounts]) -> None:
        found = list(counts)
        self.parts += bool(found)
        for row in found:
            into = self._sums.setdefault((row.dataset, row.stage), Counter())
            into.update({name: getattr(row, name) for name in ("read", "out", *FATES)})

    def rows(self, ctx: Context, seconds: float) -> list[StageCounts]:
        """A row for each data set of the recipe and each stage."""
        none: Counter[str] = Counter()
        stages = {
            source.dataset: [groups.NAME] if groups.kinds(ctx, source.dataset) else [] for source in ctx.recipe.sources
        }
        at = [(dataset, stage) for dataset, more in stages.items() for stage in (*NAMES, *more)]
        return [
            StageCounts(dataset=dataset, stage=stage, seconds=seconds, **self._sums.get((dataset, stage), none))
            for dataset, stage in at
        ]


def _engine(name: str) -> Callable[[Context, Sequence[int], int, Tick, str | None], Iterable[list[StageCounts]]]:
    if name == "inline":
        from pipelines.engines import inline

        return inline.curate
    from pipelines.engines import ray_curate  # Ray takes seconds to import and is not needed inline

    return ray_curate.curate
