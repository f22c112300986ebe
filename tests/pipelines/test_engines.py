"""The same bytes whatever carries the work: again, elsewhere on disk, and on Ray with one worker and with two."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from tests.pipelines.workshop import context, hashes


def shards(ctx: Context, engine: str, workers: int = 1, runner: str = "FnApiRunner") -> dict[str, str]:
    out = Path(ctx.workspace) / "shards"
    build.run(ctx, Job(("ingest", "curate", "publish"), engine, workers, runner=runner), Console(quiet=True))
    return hashes(out)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No cluster before, none after."""
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    ray.shutdown()
    yield
    ray.shutdown()


def test_a_copy_of_the_data_gives_the_same_bytes(built: Context, recipe: Path, raw: Path, tmp_path: Path) -> None:
    shutil.copytree(raw, tmp_path / "elsewhere", copy_function=shutil.copyfile)
    for number, path in enumerate(sorted((tmp_path / "elsewhere").rglob("*.*"))):
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    again = context(recipe, tmp_path / "elsewhere", tmp_path / "space")
    assert shards(again, "inline") == hashes(Path(built.workspace) / "shards")


@pytest.mark.parametrize(("workers", "runner"), [(1, "FnApiRunner"), (2, "engine")])
@pytest.mark.usefixtures("away")
def test_ray_writes_what_inline_writes(
    built: Context, recipe: Path, raw: Path, tmp_path: Path, workers: int, runner: str
) -> None:
    on_ray = context(recipe, raw, tmp_path / "space")
    found = shards(on_ray, "ray", workers, runner)
    assert int(ray.cluster_resources()["CPU"]) == workers
    assert len(found) > 5
    assert found == hashes(Path(built.workspace) / "shards")
