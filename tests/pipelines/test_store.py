"""The store: rows once committed stay, the same rows are no new file, a half-written file is never seen."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.store import Store
from pipelines.store.files import Files
from pipelines.store.lock import BusyError, locked
from pipelines.store.part import MOST_FILES, Journal, part_of, place_of
from pipelines.store.tables import JOURNAL, journal_batch, split_journal


def row(key: str, made: str = "m1", dataset: str = "toy", **more: object) -> dict[str, object]:
    return {
        "key": key, "dataset": dataset, "made": made, "record": "r", "stage": "facts", "unit": key,
        "fate": "emitted", "reason": None, "out": 1, "attempt": 1, **more,
    }  # fmt: skip


def test_the_same_rows_again_are_no_new_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("b"), row("a")])
    files = sorted(tmp_path.rglob("*.parquet"))
    store.append("ledger", [row("a"), row("b")])
    assert sorted(tmp_path.rglob("*.parquet")) == files
    assert [r["key"] for r in store.read("ledger")] == ["a", "b"]


def test_rows_are_found_by_column_data_set_and_over_parts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a"), row("b", made="m2")])
    store.append("ledger", [row("c", dataset="other")], part=3)
    assert [r["key"] for r in store.read("ledger", made=["m2"])] == ["b"]
    assert [r["key"] for r in store.read("ledger", dataset="other")] == ["c"]
    assert store.datasets("ledger") == ["other", "toy"]
    assert [r["key"] for r in store.part(3).rows("ledger")] == ["c"]
    assert store.read("samples") == []


def test_one_row_written_by_two_runs_is_read_once_and_the_later_attempt_stands(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a", fate="quarantined")])
    store.append("ledger", [row("a", attempt=2), row("b")])
    assert [(r["key"], r["fate"]) for r in store.read("ledger")] == [("a", "emitted"), ("b", "emitted")]


def test_an_unfinished_file_is_not_read_and_is_swept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a")])
    folder = next(tmp_path.rglob("*.parquet")).parent
    (folder / ".x.parquet.part-1").write_bytes(b"half")
    assert len(store.read("ledger")) == 1
    store.files.sweep(f"ledger/{folder.name}")
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_file_that_another_process_renames_meanwhile_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the progress of a run is looked up while its files are written."""
    store, listed = Store(tmp_path), Files._entries
    (tmp_path / "a").mkdir()

    def renamed(self: Files, folder: str) -> list[os.DirEntry[str]]:
        (tmp_path / "a/.x.part-1").write_bytes(b"whole")
        found = listed(self, folder)
        (tmp_path / "a/.x.part-1").replace(tmp_path / "a/x")
        return found

    monkeypatch.setattr(Files, "_entries", renamed)
    assert (store.files.sizes("a"), store.files.names("a")) == ({}, ["x"])


def test_a_journal_becomes_one_file_a_table(tmp_path: Path) -> None:
    part = Store(tmp_path).part(0)
    for number in range(5):
        journal = Journal(part, f"w{number}")
        journal.add({"ledger": [row(f"k{number}")], "facts": [{"key": f"f{number}", "dataset": "toy", "made": "m"}]})
        journal.flush()
    assert part.rows("ledger") == []
    part.absorb()
    assert not part.journals()
    assert (len(part.paths("ledger")), len(part.paths("facts")), part.journals()) == (1, 1, [])
    assert [r["key"] for r in part.rows("ledger")] == [f"k{n}" for n in range(5)]


def test_many_small_files_become_one(tmp_path: Path) -> None:
    part = Store(tmp_path).part(0)
    for number in range(MOST_FILES + 1):
        part.append({"ledger": [row(f"k{number}")]})
    before = part.rows("ledger")
    part.compact()
    assert len(part.paths("ledger")) == 1
    assert part.rows("ledger") == before


def test_a_cut_state_file_is_named_and_counts_as_missing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path)
    store.write_json("published.json", {"key": "x"})
    path = tmp_path / "published.json"
    path.write_bytes(path.read_bytes()[:5])
    assert store.read_json("published.json") is None
    assert "published.json" in caplog.text


def test_the_second_build_is_refused_by_name(tmp_path: Path) -> None:
    files = Store(tmp_path).files
    with locked(files), pytest.raises(BusyError, match="is building here"), locked(files):
        pass
    with locked(files):  # given back
        pass


def test_a_workspace_of_another_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records/dataset=toy").mkdir(parents=True)
    with pytest.raises(ValueError, match="older"):
        _ = Store(tmp_path).parts
    (tmp_path / "workspace.json").write_text(json.dumps({"layout": 99, "parts": 1}))
    with pytest.raises(ValueError, match="layout 99"):
        _ = Store(tmp_path).parts


@given(st.text(), st.integers(1, 5000), st.integers(1, 5000))
def test_parts_are_ranges_of_one_order(subject: str, few: int, many: int) -> None:
    assert 0 <= part_of(subject, few) < few
    assert part_of(subject, few) == place_of(subject) * few // 2**64
    assert part_of(subject, 1) == 0


@given(st.lists(st.text(), min_size=2, unique=True), st.integers(1, 300))
def test_the_order_of_parts_is_that_of_places(subjects: list[str], parts: int) -> None:
    ordered = sorted(subjects, key=place_of)
    numbers = [part_of(subject, parts) for subject in ordered]
    assert numbers == sorted(numbers)


def test_a_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("ledger", [row("a")])
    with pytest.raises(ValueError, match="colour"):
        store.read("ledger", colour=["red"])


def test_batches_of_other_tables_lie_in_one_file(tmp_path: Path) -> None:
    """A block of ingest has a batch a part, and not every part has rows of every table."""
    files = Store(tmp_path).files
    batches = [journal_batch({"facts": [{"key": "f"}]}), journal_batch({"ledger": [row("k")], "texts": []})]
    files.write_batches("rows.arrow", batches, JOURNAL)
    tables = split_journal(files.read_batches("rows.arrow"))
    assert {name: table["key"].to_pylist() for name, table in tables.items()} == {"facts": ["f"], "ledger": ["k"]}


def test_a_second_name_of_a_file_is_the_file_and_may_be_given_twice(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("a/one", b"bytes")
    (tmp_path / "a/way").symlink_to(tmp_path / "a/one")
    for name in ("a/one", "a/way"):
        files.link(name, "b/two")
        files.link(name, "b/two")
        assert (tmp_path / "b/two").samefile(tmp_path / "a/one")
        assert not (tmp_path / "b/two").is_symlink()
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["two"]
    assert files.size("b/two") == 5
    assert files.size("b/three") is None
    with pytest.raises(FileNotFoundError):
        files.link("a/three", "b/three")


def test_where_a_file_system_has_no_links_the_file_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(f"{path}: no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    files = Files(tmp_path)
    files.write("one", b"bytes")
    files.link("one", "two")
    assert files.read("two") == b"bytes"
    assert not (tmp_path / "two").samefile(tmp_path / "one")
