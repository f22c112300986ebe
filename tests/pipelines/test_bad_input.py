"""What is not what a command takes: one line that names it and says what to do, exit code 2, nothing left behind."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.corpora import corpus
from tests.pipelines import workshop
from tests.pipelines.command import Run


def refused(run: Run, *args: object) -> str:
    done = run(*args)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), (args, done)
    assert "Errno" not in done.err
    assert ": :" not in done.err
    return done.err


@pytest.fixture
def published(tmp_path: Path) -> Path:
    corpus().write(tmp_path / "corpus")
    return tmp_path / "corpus"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sources": []}, "sources: there are none; name one data set or more"),
        ({"sources": [1]}, "sources.0: give a mapping, not 1"),
        ({"seed": "x"}, "seed: give a whole number, not 'x'"),
        ({"tasks": "size"}, "tasks: give a list, such as [size]"),
        ({"splits": {"held_out": [{"dataset": ["lidc"]}]}}, "splits.held_out.0.dataset: 'lidc' is none of the sources"),
        ({"splits": {"held_out": [{"site": "A"}]}}, "splits.held_out.0.site: give a list, such as [A]"),
        ({"shards": {"layers": "yes"}}, "shards.layers: give true or false, not 'yes'"),
    ],
)
def test_a_recipe_of_the_wrong_kind(changes: dict[str, Any], said: str, tmp_path: Path, triptych: Run) -> None:
    file = workshop.recipe(tmp_path / "r.yaml", "lidc_idri", **changes)
    told = refused(triptych, "build", file, "--raw", tmp_path, "--workspace", tmp_path / "space", "--engine", "inline")
    assert f"{file}: {said}" in told
    assert not (tmp_path / "space").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "the file: give a mapping, not None"), (b"- 1", "the file: give a mapping"),
     (b"a: 1\nb: ]\nc: 2", "line 2: not"), (b"\xff\xfe\0", "no YAML file that can be read")],
)  # fmt: skip
def test_a_file_that_is_no_recipe(content: bytes, said: str, tmp_path: Path, triptych: Run) -> None:
    (tmp_path / "r.yaml").write_bytes(content)
    assert f"{tmp_path / 'r.yaml'}: {said}" in refused(triptych, "plan", tmp_path / "r.yaml")


@pytest.mark.parametrize("place", ["full", "full/file", "full/file/below", "s3://bucket/prefix", "s3:/bucket"])
@pytest.mark.parametrize("command", ["export", "rebuild", "portal"])
def test_a_folder_that_cannot_be_written(
    command: str, place: str, published: Path, triptych: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that holds something, a file, what lies below a file, an address: nothing is put there, nor beside it."""
    (published.parent / "full").mkdir()
    (published.parent / "full/file").write_text("mine")
    monkeypatch.chdir(published.parent)
    before = sorted(published.parent.rglob("*"))
    args = {"export": ("export", published, place, "--to", "llava"), "rebuild": ("rebuild", published, place),
            "portal": ("portal", published, "--static", place)}  # fmt: skip
    assert place.partition("/")[0] in refused(triptych, *args[command])
    assert sorted(published.parent.rglob("*")) == before


@pytest.mark.parametrize("option", ["--html", "--out"])
@pytest.mark.parametrize("place", ["", "no/such/folder/x", "corpus/manifest.json/x", "s3://bucket/x"])
def test_a_file_that_cannot_be_written(option: str, place: str, published: Path, triptych: Run) -> None:
    where = place if ":" in place else published.parent / place
    assert refused(triptych, "leak-check", published, published, option, where).startswith(f"{option} ")


@pytest.mark.parametrize("workspace", ["nowhere", "file", "empty"])
def test_pages_of_a_workspace_that_is_none(workspace: str, tmp_path: Path, triptych: Run) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    told = refused(triptych, "portal", tmp_path / workspace, "--static", tmp_path / "pages")
    assert told.startswith(f"{tmp_path / workspace}: ")
    assert not (tmp_path / "pages").exists()


def test_a_text_or_a_sample_that_is_none(published: Path, tmp_path: Path, triptych: Run) -> None:
    tar = published / "train-000000.tar"
    with tarfile.open(tar) as shard:
        file = shard.extractfile("toy-0000.json")
        assert file is not None
        sample = tmp_path / "toy-0000.json"
        sample.write_bytes(file.read())
    empty, numbers = tmp_path / "empty.txt", tmp_path / "numbers.json"
    empty.write_text(" \n")
    numbers.write_text("[1]")
    assert "is empty; give a text" in refused(triptych, "check-text", sample, "--text", empty)
    for given in (tar, empty, numbers, published / "manifest.json"):
        told = refused(triptych, "check-text", given)
        assert told.startswith(f"{given}: ")
        assert "give a KEY.json, taken out of a shard" in told


def test_an_older_or_newer_corpus(published: Path, triptych: Run) -> None:
    """Its manifest has keys that this version does not know, or lacks some that it needs."""
    path = published / "manifest.json"
    said = json.loads(path.read_text())
    for other in ({**said, "of_tomorrow": 1}, {**said, "schema": "triptych/manifest/9"}, {"name": "x"}, [], yaml):
        path.write_text(json.dumps(other) if other is not yaml else "name: [")
        for args in (("verify", published), ("messages", published), ("diff", published, published)):
            assert refused(triptych, *args).startswith(f"{path}: ")
