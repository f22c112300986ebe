"""What reading met and did not understand is shown: at the end of a build, in its report, by `explain`; and a folder in
which nothing lies stops a source before any work."""

import json
from pathlib import Path

import pytest

import catalog
from connectors import Connector
from pipelines.store import Store
from tests.pipelines import workshop
from tests.pipelines.command import Run
from tests.replicas.builder.tree import build, declarations, load

SET = "idrid"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A set one level deeper than published, with a mask value that its card does not know."""
    build(load(declarations()[SET]), tmp_path / "raw" / SET / "download")
    return tmp_path / "raw"


def test_a_build_ends_with_its_notices(triptych: Run, raw: Path, tmp_path: Path) -> None:
    table = next(iter(sorted((raw / SET).rglob("*Disease Grading_*Training Labels.csv"))))
    table.write_text(table.read_text().replace("IDRiD_001,", "IDRiD_001,x", 1))
    recipe = workshop.recipe(tmp_path / "r.yaml", SET)
    space = tmp_path / "space"
    code, out, err = triptych("build", recipe, "--raw", raw, "--workspace", space, "--engine", "inline")
    assert code == 0, err
    assert f"notices  {SET}: 1 file, such as .: not packed as published: the top folder is read from download" in out
    rows = json.loads((space / "report.json").read_text())["notices"]
    assert {row["dataset"] for row in rows} == {SET}
    kinds = {row["kind"]: row for row in rows}
    assert kinds["file"]["count"] == 1
    assert set(kinds) - {"file"}, "the grade that the card does not know"
    assert "What was met and not understood" in (space / "report.html").read_text()
    assert triptych("ledger", recipe, "--raw", raw, "--workspace", space)[0] == 0
    other = next(iter(set(kinds) - {"file"}))
    record = next(
        key for key in Store(str(space)).read("records", ["key"], SET)
        if json.loads(triptych("explain", key["key"], "--workspace", space, "--json")[1])["notices"]
    )["key"]  # fmt: skip
    told = triptych("explain", record, "--workspace", space)[1]
    assert f"notice {other}" in told


@pytest.mark.parametrize("command", ["ingest", "build", "plan"])
def test_a_folder_with_nothing_of_the_set_stops_before_any_work(triptych: Run, tmp_path: Path, command: str) -> None:
    folder = tmp_path / "raw" / SET
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("x")
    recipe, space = workshop.recipe(tmp_path / "r.yaml", SET), tmp_path / "space"
    code, _, err = triptych(command, recipe, "--raw", tmp_path / "raw", "--workspace", space)
    (line,) = err.strip().splitlines()
    assert code == 2
    assert f"nothing of {SET} is here: expected A. Segmentation/1. Original Images/ or " in line
    assert "there are notes.txt; give the folder that holds" in line
    assert not (space / "records").exists()


def test_read_says_what_to_give(triptych: Run, raw: Path, tmp_path: Path) -> None:
    root = raw / SET
    code, out, err = triptych("read", SET, root)
    assert code == 0
    assert len(out.splitlines()) == load(declarations()[SET]).expect.records
    assert err.splitlines()[0].startswith(".: not packed as published")
    inner = next(iter(sorted((root / "download").glob("A*/1*"))))
    code, out, err = triptych("read", SET, inner)
    assert (code, out) == (2, "")
    assert f"2 levels too deep: give {root / 'download'}" in err
    (tmp_path / "none").mkdir()
    code, out, err = triptych("read", SET, tmp_path / "none")
    assert (code, out) == (2, "")
    assert "there is nothing" in err
    assert len(err.strip().splitlines()) == 1


def test_read_and_check_end_with_the_same_report(triptych: Run, raw: Path) -> None:
    lost = next(iter(sorted((raw / SET).rglob("B*/1*/*/*.jpg"))))
    lost.unlink()
    (raw / SET / "download" / "odd.bin").write_bytes(b"x")
    said = triptych("read", SET, raw / SET)[2]
    code, out, _ = triptych("get", SET, "--check", "--raw", raw)
    assert code == 1
    for told in (said, out):
        assert "whose image is not there" in told
        assert "download/odd.bin" in told
    code, out, _ = triptych("get", SET, "--check", "--no-pixels", "--raw", raw)
    assert code == 1
    assert "whose image is not there" in out


@pytest.mark.parametrize(
    "command", [("read",), ("read", "--limit", 1), ("get", "--check"), ("get", "--check", "--no-pixels")]
)
def test_what_is_to_be_said_of_a_folder_is_looked_for_and_said_once(
    triptych: Run, raw: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    asked: list[Path] = []
    notices = Connector.notices
    monkeypatch.setattr(Connector, "notices", lambda self, root: asked.append(root) or notices(self, root))
    place = [raw / SET] if command[0] == "read" else ["--raw", raw]
    _, out, err = triptych(command[0], SET, *place, *command[1:])
    assert (out + err).count("not packed as published") == 1
    assert len(asked) == 1


def test_check_of_nothing_is_bad_input(triptych: Run, tmp_path: Path) -> None:
    (tmp_path / "raw" / SET).mkdir(parents=True)
    code, out, _ = triptych("get", SET, "--check", "--raw", tmp_path / "raw")
    assert code == 2
    assert f"nothing of {SET} is here" in out
    assert catalog.card(SET).layout.reader is not None
