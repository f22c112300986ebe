"""Build: ingest, curate and publish in one go, with progress, and a report that a person can read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)  # fmt: skip
from rich.table import Table

from pipelines.context import Context
from pipelines.report import StageCounts, Stopwatch, peak_memory_mib, total
from pipelines.store import Store
from schemas import content_key

REPORT = "report.json"


@dataclass(frozen=True)
class Job:
    """How to run: which stages, on what, into where. `limit`: items a data set; `runner`: of Beam."""

    stages: tuple[str, ...]
    out: Path
    engine: str = "ray"
    workers: int = 2
    limit: int | None = None
    runner: str = "FnApiRunner"


def run(ctx: Context, job: Job, console: Console) -> list[StageCounts]:
    """Run some of ingest, curate, publish; write `report.json` into the workspace; return the counts."""
    counts: list[StageCounts] = []
    wall: dict[str, float] = {}
    with Progress(*_columns(), console=console, transient=True, disable=not console.is_terminal) as bars:
        for stage in job.stages:
            bar, watch, before = bars.add_task(stage, total=None), Stopwatch(), len(counts)

            def progress(done: int, of: int, bar: int = bar) -> None:
                bars.update(bar, completed=done, total=of)  # type: ignore[arg-type]

            # Beam takes seconds to import, so each stage brings its own.
            if stage == "ingest":
                from pipelines.ingest import ingest

                counts += ingest(ctx, job.runner, job.limit)
            elif stage == "curate":
                from pipelines.curate import curate

                counts += curate(ctx, job.engine, job.workers, progress)
            else:
                from pipelines.publish import publish

                counts += publish(ctx, job.out, job.engine, job.workers, progress)
            wall[stage] = watch.seconds()
            _summary(ctx, stage, counts[before:])
            bars.update(bar, completed=1, total=1)
    report = _save(ctx, counts, wall, job)
    if "publish" in job.stages and "://" not in ctx.workspace:
        from pipelines import report_page

        if report_page.is_stale(ctx, job.out):
            report_page.write(ctx, job.out, report)
    return counts


def _columns() -> list[ProgressColumn]:
    return [TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn()]  # fmt: skip


def _summary(ctx: Context, stage: str, counts: list[StageCounts]) -> None:
    """<stage>.json, what DVC watches: the counts and what they were counted under, and nothing that time changes."""
    rows = [row.model_dump(exclude={"seconds"}) for row in counts]
    store = Store(ctx.workspace)
    keys = {source.dataset: store.pointed(f"ingest/{source.dataset}") for source in ctx.recipe.sources}
    store.write_json(f"{stage}.json", {"counts": rows, "made": content_key(ctx.recipe.to_json(), keys)})


def _save(ctx: Context, counts: list[StageCounts], wall: dict[str, float], job: Job) -> dict[str, Any]:
    """Merge with the report of stages that this run did not do, so that `dvc repro` ends with one whole report."""
    store = Store(ctx.workspace)
    before = store.read_json(REPORT) or {}
    ran = {one.stage for one in counts}
    old = [row for row in before.get("datasets", []) if row["stage"] not in ran]
    rows = [StageCounts.model_validate(row) for row in old] + counts
    order = ["ingest", "regions", "facts", "texts", "dialogues", "samples", "publish"]
    rows.sort(key=lambda row: (order.index(row.stage), row.dataset))
    report = {
            "recipe": ctx.recipe.name, "version": ctx.recipe.version, "engine": job.engine, "workers": job.workers,
            "stages": [row.model_dump() for row in total(rows)],
            "datasets": [row.model_dump() for row in rows],
            "wall_seconds": {**before.get("wall_seconds", {}), **wall},
            "peak_memory_mib": max(peak_memory_mib(), before.get("peak_memory_mib", 0)),
    }  # fmt: skip
    store.write_json(REPORT, report)
    return report


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
