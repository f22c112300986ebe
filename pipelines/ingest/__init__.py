"""Ingest: published folders to records and source regions, on Apache Beam.

    python -m pipelines.ingest recipes/starter.yaml --raw data/raw --workspace build/starter --runner FnApiRunner

A data set that changed is listed inside a worker; what is new is read in blocks, and each record's rows go to the part
of its subject. The driver sees names of data sets and blocks, never a unit. Beam's local runner works in this process:
then the listing does without Beam, which takes seconds to import, and so does reading where there are but few blocks.
With `--runner engine`, and in a build on Ray that names no runner, blocks are read by the workers of the run's own
engine.
"""

from collections.abc import Iterable, Sequence

from connectors import PackingError, open_dataset
from pipelines.context import Context
from pipelines.ingest import spread
from pipelines.ingest.listing import Listing, look
from pipelines.ingest.reading import NAME
from pipelines.ingest.watch import Progress, watched
from pipelines.report import StageCounts, Stopwatch, balanced
from pipelines.store import Store

LOCAL = "FnApiRunner"  # Beam's own, which works in this process
ENGINE = "engine"  # none of Beam's: the engine of the run
RECORDS_A_PART = 1000  # units, of which most are one record
FEW = 32  # blocks that are read here and now: they are small, for they grow with what is new


def ingest(
    ctx: Context,
    runner: str | None = LOCAL,
    limit: int | None = None,
    options: Sequence[str] = (),
    again: bool = False,
    progress: Progress = lambda done, total, units: None,
    engine: str = "inline",
    workers: int = 1,
) -> list[StageCounts]:
    """Read what is new in each source's folder; leaves items, records, regions, quarantine and the ledger.

    `runner`: of Beam, or "engine" for `engine` with its `workers`; None: that on Ray, else Beam's local one; `limit`:
    units a data set; `options`: Beam's own, such as --flink_master=...; `again`: try once more what could not be read.
    Raises FileNotFoundError that says which `triptych get` to run, PackingError of a folder in which nothing of its
    data set lies, ImbalanceError when counts do not add up, and ValueError of Beam's options without Beam.
    """
    if runner is None:
        runner = ENGINE if engine == "ray" and not options else LOCAL
    if runner == ENGINE and options:
        raise ValueError(f"{' '.join(options)}: options after -- are Beam's: name a runner of Beam's, or none")
    store, watch = Store(ctx.workspace), Stopwatch()
    limits = {s.dataset: min((n for n in (limit, s.limit) if n is not None), default=None) for s in ctx.recipe.sources}
    _check_folders(ctx, store, limits)
    with watched(store.files, list(limits), progress):
        listings = _listed(ctx, limits, again, runner, options, engine, workers)
        parts = _parts(store, listings)
        changed = [listing for listing in listings.values() if not listing.unchanged]
        few = _here(runner, options) and sum(len(listing.blocks) for listing in changed) <= FEW
        if changed and (few or runner == ENGINE):
            spread.read_all(ctx, changed, parts, "inline" if few else engine, workers)
        elif changed:
            from pipelines.ingest.beam import read_all

            read_all(ctx, changed, parts, runner, options)
    return [_counts(store, name, watch.seconds()) for name in listings]


def _check_folders(ctx: Context, store: Store, names: Iterable[str]) -> None:
    """Raises FileNotFoundError of a data set that is not here, and PackingError of a folder with nothing of it."""
    for name in names:
        if not ctx.has(name):
            raise FileNotFoundError(f"{ctx.raw}/{name}: {name} is not here; {ctx.how_to_get(name)}")
        first = not store.files.exists(f"ingest/{name}.json")
        if first and not ctx.remote:  # before any is listed; later, and of an object store, its listing says so
            open_dataset(ctx.card(name), ctx.space).check(ctx.root(name))


def _here(runner: str, options: Sequence[str]) -> bool:
    """Whether listing in this process is what would be done anyway."""
    return runner == ENGINE or (runner == LOCAL and not options)


def _listed(
    ctx: Context,
    limits: dict[str, int | None],
    again: bool,
    runner: str,
    options: Sequence[str],
    engine: str,
    workers: int,
) -> dict[str, Listing]:
    if _here(runner, options):
        heads = {name: look(ctx, name, limit, again) for name, limit in limits.items()}
        changed = [(head, limits[name]) for name, head in heads.items() if not head.unchanged]
        by = engine if runner == ENGINE else "inline"
        return heads | {one.dataset: one for one in spread.list_all(ctx, changed, by, workers)}
    from pipelines.ingest.beam import scan_all

    return scan_all(ctx, limits, again, runner, options)


def _parts(store: Store, listings: dict[str, Listing]) -> int:
    """How many parts there are, from the first ingest on. Raises PackingError where nothing of a set is in its
    folder."""
    empty = next((listing.nothing for listing in listings.values() if listing.nothing), None)
    if empty is not None:
        raise PackingError(empty)
    return store.fix_parts(max(1, -(-sum(one.items for one in listings.values()) // RECORDS_A_PART)))


def _counts(store: Store, dataset: str, seconds: float) -> StageCounts:
    state = store.files.read_json(f"ingest/{dataset}.json") or {}
    counts = StageCounts(
        stage=NAME, dataset=dataset, read=state.get("items", 0), out=state.get("out", 0), seconds=seconds,
        **state.get("fates", {}),
    )  # fmt: skip
    return balanced(counts)
