"""What publish takes over from the corpus that stands, and what it does not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.publish import source
from pipelines.publish.history import STAMP
from pipelines.store import Store
from tests.pipelines import workshop
from tests.pipelines.test_resume import copy, fresh, once, run  # noqa: F401 - fixtures

Copy = Callable[..., Context]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the samples that were drawn and encoded, where curate keeps none."""
    keys: list[str] = []
    real = source.Source._packed

    def packed(self: source.Source, sample: source.Sample, record: source.Record) -> object:
        keys.append(sample.key)
        return real(self, sample, record)

    monkeypatch.setattr(source.Source, "_packed", packed)
    monkeypatch.setattr(source.Source, "_kept", lambda self, sample: None)
    return keys


def test_another_shard_size_copies_every_group(copy: Copy, drawn: list[str], tmp_path: Path) -> None:  # noqa: F811
    ctx = copy(shards={"max_samples": 2})
    found = run(ctx)
    assert drawn == []
    assert found == fresh(ctx, tmp_path / "fresh")


def test_other_words_do_not_draw_pixels_again(copy: Copy, drawn: list[str], tmp_path: Path) -> None:  # noqa: F811
    ctx = copy(tasks=["modality", "size"])
    found = run(ctx)
    assert drawn == []
    assert found == fresh(ctx, tmp_path / "fresh")


def test_other_views_are_drawn(copy: Copy, drawn: list[str]) -> None:  # noqa: F811
    file = workshop.recipe(Path(copy().workspace).parent / "other.yaml", "stardist_nuclei")
    text = file.read_text().replace("tile: 64", "tile: 32")
    assert "tile: 32" in text
    file.write_text(text)
    ctx = copy_to(file, copy)
    run(ctx)
    assert drawn


def copy_to(file: Path, copy: Copy) -> Context:  # noqa: F811
    return workshop.context(file, file.parent / "raw", file.parent / "space")


def test_a_damaged_group_is_named_and_not_taken_over(
    copy: Copy,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    ctx = copy(shards={"max_samples": 2})
    path = max((Path(ctx.workspace) / "shards").glob("train-*.tar"), key=lambda p: p.stat().st_size)
    data = bytearray(path.read_bytes())
    data[700] ^= 1  # in the content of the first member
    path.write_bytes(data)
    assert run(ctx) == fresh(ctx, tmp_path / "fresh")
    assert f"{path.name}: " in caplog.text


@pytest.mark.parametrize("lost", ["train-*.tar", "train-*.tar.idx", "README.md"])
def test_a_lost_file_is_made_again(copy: Copy, lost: str) -> None:  # noqa: F811
    ctx = copy()
    shards = Path(ctx.workspace) / "shards"
    before = workshop.hashes(shards)
    next(shards.glob(lost)).unlink()
    assert run(ctx) == before


def test_a_kill_between_the_swap_and_the_stamp_is_made_good(copy: Copy) -> None:  # noqa: F811
    """The new corpus stands already, and the stamp says the old one."""
    ctx = copy(shards={"max_samples": 2})
    files = Store(ctx.workspace).files
    before = files.read(STAMP)
    real = files.write_json
    run(ctx)
    after, key = workshop.hashes(Path(ctx.workspace) / "shards"), files.read_json(STAMP)
    real("publish/next/ready.json", key)
    files.write(STAMP, before)
    assert run(ctx) == after
    assert files.read_json(STAMP) == key
    assert files.names("publish/next") == []
