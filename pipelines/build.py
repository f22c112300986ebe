"""Build: ingest, curate and publish in one go, and a report that a person can read.

The way of a record:
    `ingest.listing.scan`      finds the file that it lies in, and whether that is new
    `ingest.reading`           reads its header and annotations; its rows go to the part of its subject
    `curate.pending`           finds in the part what has not passed every stage as it is today
    `curate.work.run_share`    takes it through `stages`: regions, facts, texts, dialogues, samples; rows into a journal
    `curate.settle.settle`     journals become tables, counts must add up, candidates are offered
    `curate.groups.make`       and those of one study, series or person are composed, where the recipe asks for it
    `publish.offers`, `.plan`  licences, copies, splits; which sample goes into which shard
    `publish.shard.write`      its pixels are drawn again and encoded, its group is written
    `publish.corpus.replace`   the new corpus takes the place of the old one
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines import faults
from pipelines.agreement import agreement
from pipelines.context import Context
from pipelines.noticed import noticed
from pipelines.progress import View
from pipelines.report import FATES, StageCounts, Stopwatch, peak_memory_mib, total
from pipelines.store import Store
from pipelines.store.lock import locked
from schemas import content_key

REPORT, PLANNED, LAST = "report.json", "plan.json", "run.json"
UNITS = {"ingest": "blocks", "curate": "parts", "publish": "shards"}
ENDS = {"ingest": ("ingest",), "curate": ("samples", "groups"), "publish": ("publish",)}  # what is left of each
ORDER = ["ingest", "regions", "facts", "texts", "dialogues", "language", "samples", "groups", "publish"]


@dataclass(frozen=True)
class Job:
    """How to run: which stages, on what. `limit`: items a data set; `runner` and `options`: of Beam, or "engine" where
    ingest is to run on that; without one, a run on Ray reads there; `again`: the stage whose quarantined units are
    tried once more, or "all"; `sign`: the private key that the corpus is signed with."""

    stages: tuple[str, ...]
    engine: str = "ray"
    workers: int = 2
    limit: int | None = None
    runner: str | None = None
    options: tuple[str, ...] = ()
    again: str | None = None
    sign: Path | None = None


def run(ctx: Context, job: Job, console: Console) -> list[StageCounts]:
    """Run some of ingest, curate, publish; write `report.json` into the workspace; return the counts.

    Raises BusyError while another run holds the workspace, ClusterError when Ray is lost.
    """
    try:
        return _run(ctx, job, console)
    except KeyboardInterrupt as error:
        if lost := faults.interrupted():
            raise lost from error
        raise


def _run(ctx: Context, job: Job, console: Console) -> list[StageCounts]:
    counts: list[StageCounts] = []
    wall: dict[str, float] = {}
    store = Store(ctx.workspace)
    with locked(store.files), View(console) as view:
        store.write_json(LAST, {"recipe": ctx.recipe.model_dump(mode="json"), "raw": ctx.raw})
        for stage in job.stages:
            watch = Stopwatch()
            view.begin(stage, UNITS[stage], f"{len(ctx.recipe.sources)} data sets")
            found = _stage(ctx, job, stage, view)
            counts += found
            wall[stage] = watch.seconds()
            _summary(ctx, store, stage, found)
            made = sum(row.out for row in found if row.stage in ENDS[stage])
            view.end(wall[stage], f"{made:,} units")
        report = _save(ctx, counts, wall, job)
        if "publish" in job.stages:
            from pipelines import report_page

            if report_page.is_stale(ctx):
                report_page.write(ctx, report)
    return counts


def _stage(ctx: Context, job: Job, stage: str, view: View) -> list[StageCounts]:
    """Each stage brings what it needs: a run of one does not import the others'."""
    if stage == "ingest":
        from pipelines.ingest import ingest

        counts = ingest(ctx, job.runner, job.limit, job.options, again=job.again is not None, progress=view.update,
                        engine=job.engine, workers=job.workers)  # fmt: skip
        if "publish" in job.stages:  # before the work of curate, which another key would ask for anew
            from pipelines.publish.addresses import refuse_guessable

            refuse_guessable(ctx, job.engine, job.workers)
        return counts
    if stage == "curate":
        from pipelines.confounding import held_out
        from pipelines.curate import curate

        held_out(ctx, Store(ctx.workspace))  # a value that nobody has is told before hours go by
        return curate(ctx, job.engine, job.workers, view.update, job.again)
    from pipelines.publish import corpus, publish

    counts = publish(ctx, job.engine, job.workers, view.update)
    if job.sign is not None:
        corpus.sign(Store(ctx.workspace).files, job.sign)
    return counts


def _summary(ctx: Context, store: Store, stage: str, counts: list[StageCounts]) -> None:
    """<stage>.json, what DVC watches and `dvc metrics show` tells: the counts by stage and data set, what they were
    counted under, and nothing that time changes."""
    rows: dict[str, dict[str, Any]] = {}
    for row in counts:
        rows.setdefault(row.stage, {})[row.dataset] = row.model_dump(exclude={"seconds", "stage", "dataset"})
    listed = [store.read_json(f"ingest/{source.dataset}.json") or {} for source in ctx.recipe.sources]
    tokens = [about.get("token") for about in listed]
    store.write_json(f"{stage}.json", {"counts": rows, "made": content_key(ctx.recipe.to_json(), tokens)})


def _save(ctx: Context, counts: list[StageCounts], wall: dict[str, float], job: Job) -> dict[str, Any]:
    """Merge with the report of stages that this run did not do, so that `dvc repro` ends with one whole report."""
    store = Store(ctx.workspace)
    before = store.read_json(REPORT) or {}
    ran = {one.stage for one in counts}
    old = [row for row in before.get("datasets", []) if row["stage"] not in ran]
    rows = [StageCounts.model_validate(row) for row in old] + counts
    rows.sort(key=lambda row: (ORDER.index(row.stage), row.dataset))
    growth, unmet, goes, held = (before.get(name) for name in ("growth", "unmet", "confounders", "held_out"))
    if "publish" in ran:
        from pipelines import report_page
        from pipelines.confounding import confounders, held_out
        from pipelines.publish.history import STAMP  # which a run without that stage need not import

        growth, unmet = ((store.read_json(STAMP) or {}).get(name) for name in ("growth", "unmet"))
        if goes is None or report_page.is_stale(ctx):
            goes = confounders(ctx, job.engine, job.workers)
            told = [entry.wanted for entry in ctx.recipe.splits.held_out]
            held = [{"who": who, "subjects": len(found)} for who, found in zip(told, held_out(ctx, store), strict=True)]
    report = {
            "recipe": ctx.recipe.name, "version": ctx.recipe.version, "engine": job.engine, "workers": job.workers,
            "stages": [row.model_dump() for row in total(rows)],
            "datasets": [row.model_dump() for row in rows],
            "wall_seconds": {**before.get("wall_seconds", {}), **wall},
            "peak_memory_mib": max(peak_memory_mib(), before.get("peak_memory_mib", 0)),
            "notices": noticed(ctx),
            "growth": growth,
            "unmet": unmet or [],
            "confounders": goes,
            "held_out": held,
            "model": _of_model(ctx),
            "models": agreement(ctx, job.engine, job.workers),
            "planned": (store.read_json(PLANNED) or {}).get("sources"),
    }  # fmt: skip
    store.write_json(REPORT, report)
    return report


def _of_model(ctx: Context) -> dict[str, Any] | None:
    if ctx.recipe.text.model is None or Store(ctx.workspace).parts is None:
        return None
    from pipelines.wording import of_model

    return of_model(ctx)


def table(counts: list[StageCounts]) -> Table:
    """The counts of each stage, summed over the data sets."""
    out = Table(box=None, pad_edge=False)
    out.add_column("stage")
    for name in ("read", "emitted", "filtered", "quarantined", "deduplicated"):
        out.add_column(name, justify="right")
    out.add_column("made", justify="right")
    for row in total(counts):
        numbers = (row.read, row.emitted, row.filtered, row.quarantined, row.deduplicated, row.out)
        out.add_row(row.stage, *[f"{n:,}" if n else "-" for n in numbers])
    return out


def by_dataset(counts: list[StageCounts]) -> Table:
    """The counts of each stage and data set."""
    out = Table("data set", "stage", "read", *FATES, "made", box=None, pad_edge=False)
    for row in counts:
        numbers = (row.read, *(getattr(row, name) for name in FATES), row.out)
        out.add_row(row.dataset, row.stage, *[f"{n:,}" if n else "-" for n in numbers])
    return out
