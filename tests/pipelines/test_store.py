"""The store: rows once committed stay, the same rows are no new file, a half-written file is never seen."""

from pathlib import Path

import pytest

from pipelines.store import Store


def row(key: str, made: str = "m1", dataset: str = "toy", **more: object) -> dict[str, object]:
    return {
        "key": key, "dataset": dataset, "made": made, "record": "r", "stage": "facts", "unit": key,
        "fate": "emitted", "reason": None, "out": 1, **more,
    }  # fmt: skip


def test_the_same_rows_again_are_no_new_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("b"), row("a")])
    files = sorted(tmp_path.rglob("*.parquet"))
    store.append("ledger", [row("a"), row("b")])
    assert sorted(tmp_path.rglob("*.parquet")) == files
    assert [r["key"] for r in store.read("ledger")] == ["a", "b"]


def test_rows_are_found_by_column_and_data_set(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a"), row("b", made="m2"), row("c", dataset="other")])
    assert [r["key"] for r in store.read("ledger", made=["m2"])] == ["b"]
    assert [r["key"] for r in store.read("ledger", dataset="other")] == ["c"]
    assert store.datasets("ledger") == ["other", "toy"]
    assert store.read("samples") == []


def test_one_row_written_by_two_runs_is_read_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a")])
    store.append("ledger", [row("a"), row("b")])
    assert [r["key"] for r in store.read("ledger")] == ["a", "b"]


def test_an_unfinished_file_is_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a")])
    (next(tmp_path.rglob("*.parquet")).parent / ".x.parquet.part-1").write_bytes(b"half")
    assert len(store.read("ledger")) == 1


def test_a_ref_moves(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.pointed("ingest/toy") is None
    store.point("ingest/toy", ["b", "a"])
    store.point("ingest/toy", ["c"])
    assert store.pointed("ingest/toy") == ["c"]


def test_a_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a")])
    with pytest.raises(ValueError, match="colour"):
        store.read("ledger", colour=["red"])
