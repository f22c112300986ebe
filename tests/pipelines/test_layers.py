"""Shards in two layers: other words leave the tars of the pixels to the byte, and little data changes little."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import catalog
from benchmarks import synthetic
from pipelines.context import Context
from pipelines.explain import explain
from pipelines.ledger import recount
from pipelines.publish.source import Source
from pipelines.store import Store
from tests.pipelines import workshop
from tests.pipelines.test_resume import fresh, run
from transforms.shards.layers import PIXELS, TEXT, ShardFiles
from transforms.shards.manifest import load
from transforms.shards.verify import verify

FIRST = 20
Copy = Callable[..., Context]


def recipe(path: Path, grow: str = "append", layers: bool = True, **changes: Any) -> Path:
    made = yaml.safe_load(synthetic.write_recipe(path, max_samples=5, grow=grow).read_text())
    made["shards"]["layers"] = layers
    path.write_text(yaml.safe_dump({**made, **changes}))
    return path


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Context:
    root = tmp_path_factory.mktemp("layers")
    synthetic.make(root / "first", FIRST, side=192, regions=3)
    synthetic.more(root / "first", root / "grown")  # one more
    ctx = workshop.context(recipe(root / "r.yaml"), root / "first/raw", root / "space")
    run(ctx)
    return ctx


@pytest.fixture
def copy(once: Context, tmp_path: Path) -> Copy:
    """A copy of the first corpus, to go on from with another folder or recipe."""

    def make(raw: str = "first", **changes: Any) -> Context:
        shutil.copytree(once.workspace, tmp_path / "space")
        folder = Path(once.raw).parents[1] / raw / "raw"
        return workshop.context(recipe(tmp_path / "r.yaml", **changes), folder, tmp_path / "space")

    return make


def tars(ctx: Context) -> dict[str, str]:
    """Tar -> its sum, as the manifest has it."""
    return {tar.name: tar.sha256 for entry in load(shards(ctx)).shards for tar in entry.tars}


def shards(ctx: Context) -> Path:
    return Path(ctx.workspace) / "shards"


def of(layer: str, sums: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in sums.items() if name.startswith(layer)}


def sound(ctx: Context) -> None:
    report = verify(shards(ctx), catalog.labelspace())
    assert report.ok, report.problems
    assert recount(ctx)[1] == []


@pytest.mark.parametrize("grow", ["append", "rebuild"])
def test_other_words_leave_every_byte_of_the_pixels(copy: Copy, once: Context, grow: str) -> None:
    ctx = copy(grow=grow, text={"backend": "grounded", "registers": ["patient"]})
    run(ctx)
    before, after = tars(once), tars(ctx)
    assert of(PIXELS, after) == of(PIXELS, before)
    assert len(of(PIXELS, after)) == len(of(TEXT, after)) > 3
    assert not set(of(TEXT, after).values()) & set(of(TEXT, before).values())
    sound(ctx)


def test_little_more_data_changes_twice_its_share_at_most(copy: Copy, once: Context) -> None:
    ctx = copy("grown")
    run(ctx)
    before = set(tars(once).values())
    every = [tar for entry in load(shards(ctx)).shards for tar in entry.tars]
    new = sum(tar.bytes for tar in every if tar.sha256 not in before)
    assert 0 < new <= 2 / FIRST * sum(tar.bytes for tar in every)
    sound(ctx)


def test_one_tar_a_shard_becomes_two_and_one_again_and_nothing_is_drawn(
    copy: Copy, once: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Source, "_packed", lambda *given: pytest.fail("was drawn again"))
    monkeypatch.setattr(Source, "_kept", lambda self, sample: None)
    single = copy(grow="rebuild", layers=False)
    one = run(single)
    assert not any(name.startswith((TEXT, PIXELS)) for name in one)
    monkeypatch.undo()
    assert fresh(single, tmp_path / "fresh") == one
    layered = workshop.context(recipe(tmp_path / "two.yaml"), Path(once.raw), Path(single.workspace))
    run(layered)
    assert tars(layered) == tars(once)
    sound(layered)


def test_a_run_that_is_killed_in_a_shard_goes_on_to_the_same_bytes(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = copy(grow="rebuild", text={"backend": "grounded", "registers": ["caption"]})
    real, made = ShardFiles.add, 0

    def add(self: ShardFiles, key: str, members: Mapping[str, bytes]) -> Any:
        nonlocal made
        made += 1
        if made == 8:
            raise KeyboardInterrupt
        return real(self, key, members)

    monkeypatch.setattr(ShardFiles, "add", add)
    with pytest.raises(KeyboardInterrupt):
        run(ctx)
    monkeypatch.undo()
    found = run(ctx)
    assert fresh(ctx, tmp_path / "fresh") == found


def test_a_place_in_either_tar_is_explained(once: Context) -> None:
    entry = load(shards(once)).shards[0]
    store = Store(once.workspace)
    for tar in entry.tars:
        told = explain(store, tar.name)
        assert told is not None
        last = told["samples"][-1]
        found = explain(store, f"{tar.name}@{last['offset']}")
        assert found is not None
        assert found["key"] == last["key"]
