"""Ingest: published folders to records and source regions, on the engine of the run or on an Apache Beam runner.

    python -m pipelines.ingest recipes/starter.yaml --raw data/raw --workspace build/starter

What is new in each data set is listed in blocks; these are read by whoever is free, and each record's rows go to the
part of its subject. Where a Beam runner is named, each data set is listed inside one of its workers too, and the driver
sees names of data sets and blocks, never a unit. Else Beam, which takes seconds to import, is left alone.
"""

from collections.abc import Sequence

from connectors import PackingError, open_dataset
from pipelines.context import Context
from pipelines.ingest import spread
from pipelines.ingest.listing import Listing, scan
from pipelines.ingest.reading import NAME
from pipelines.ingest.watch import Progress, watched
from pipelines.report import StageCounts, Stopwatch, balanced
from pipelines.store import Store

LOCAL = "FnApiRunner"  # Beam's own, where options are given and no runner
Beam = tuple[str, Sequence[str]]  # a runner and its options
RECORDS_A_PART = 1000  # units, of which most are one record


def ingest(
    ctx: Context,
    runner: str | None = None,
    limit: int | None = None,
    options: Sequence[str] = (),
    again: bool = False,
    progress: Progress = lambda done, total, units: None,
    engine: str = "inline",
    workers: int = 1,
) -> list[StageCounts]:
    """Read what is new in each source's folder; leaves items, records, regions, quarantine and the ledger.

    `runner`: of Beam, in place of the engine; `limit`: units a data set; `options`: Beam's own, such as
    --flink_master=...; `again`: try once more what could not be read. Raises FileNotFoundError that says which
    `triptych get` to run, PackingError of a folder in which nothing of its data set lies, and ImbalanceError when
    counts do not add up.
    """
    store, watch = Store(ctx.workspace), Stopwatch()
    limits = {s.dataset: min((n for n in (limit, s.limit) if n is not None), default=None) for s in ctx.recipe.sources}
    for name in limits:
        if not ctx.has(name):
            raise FileNotFoundError(f"{ctx.raw}/{name}: {name} is not here; {ctx.how_to_get(name)}")
        if not ctx.remote:  # of an object store, whose files may not be here yet, the listing says so
            open_dataset(ctx.card(name), ctx.space).check(ctx.root(name))
    beam = (runner or LOCAL, options) if runner or options else None
    with watched(store.files, list(limits), progress):
        listings = _listed(ctx, limits, again, beam)
        parts = _parts(store, listings)
        changed = [listing for listing in listings.values() if not listing.unchanged]
        if changed:
            _read(ctx, changed, parts, beam, engine, workers)
    return [_counts(store, name, watch.seconds()) for name in listings]


def _listed(ctx: Context, limits: dict[str, int | None], again: bool, beam: Beam | None) -> dict[str, Listing]:
    if beam is None:
        return {name: scan(ctx, name, limit, again) for name, limit in limits.items()}
    from pipelines.ingest.beam import scan_all

    return scan_all(ctx, limits, again, *beam)


def _parts(store: Store, listings: dict[str, Listing]) -> int:
    """How many parts there are, from the first ingest on. Raises PackingError where nothing of a set is in its
    folder."""
    empty = next((listing.nothing for listing in listings.values() if listing.nothing), None)
    if empty is not None:
        raise PackingError(empty)
    return store.fix_parts(max(1, -(-sum(one.items for one in listings.values()) // RECORDS_A_PART)))


def _read(
    ctx: Context, changed: Sequence[Listing], parts: int, beam: Beam | None, engine: str, workers: int
) -> None:  # fmt: skip
    if beam is None:
        spread.read_all(ctx, changed, parts, engine, workers)
    else:
        from pipelines.ingest.beam import read_all

        read_all(ctx, changed, parts, *beam)


def _counts(store: Store, dataset: str, seconds: float) -> StageCounts:
    state = store.files.read_json(f"ingest/{dataset}.json") or {}
    counts = StageCounts(
        stage=NAME, dataset=dataset, read=state.get("items", 0), out=state.get("out", 0), seconds=seconds,
        **state.get("fates", {}),
    )  # fmt: skip
    return balanced(counts)
