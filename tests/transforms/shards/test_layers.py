"""Shards in two layers say what shards of one tar say, to every reader of ours, and what does not fit is found."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlcroissant
import numpy as np
import pytest

from catalog.portal.shards import Library
from pipelines.exporting import export
from pipelines.leaks.corpora import of_corpus
from tests.corpora import corpus
from transforms.shards.diff import diff
from transforms.shards.energon import INDEX, index_of
from transforms.shards.layers import PIXELS, TEXT
from transforms.shards.manifest import groups, load
from transforms.shards.tar import read_shard, write_shard
from transforms.shards.verify import verify

WORDS, SHOWN = "text-train-000000.tar", "pixels-train-000000.tar"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The toy corpus as one tar a shard, and in layers."""
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    corpus().write(one)
    corpus().write(two, layers=True)
    return one, two


@pytest.fixture
def layered(both: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(both[1], tmp_path / "corpus")


def test_the_same_groups_words_here_and_pixels_there(both: tuple[Path, Path]) -> None:
    one, two = ([(key, members) for _, key, members in groups(folder)] for folder in both)
    assert two == one
    for path in both[1].glob("*.tar"):
        members = {name for _, group in read_shard(path) for name in group}
        assert members <= {"json", "txt"} if path.name.startswith(TEXT) else not members & {"json", "txt"}
    assert [entry.pixels is None for entry in load(both[1]).shards].count(True) == 1  # of the document
    assert verify(both[1]).ok


def test_another_sentence_leaves_the_pixels(tmp_path: Path) -> None:
    made = corpus()
    before = {tar.name: tar.sha256 for one in made.write(tmp_path / "a", layers=True).shards for tar in one.tars}
    for number in range(len(made.samples)):
        made.change(number, lambda sample: sample.model_copy(update={"view": sample.view.model_copy()}))
        made.change(number, lambda sample: sample.model_copy(update={"checks": ()}))
    other = made.write(tmp_path / "b", layers=True)
    after = {tar.name: tar.sha256 for one in other.shards for tar in one.tars}
    assert {name for name in after if after[name] == before[name]} >= {n for n in after if n.startswith(PIXELS)}


def test_exports_differences_and_leaks_are_the_same(both: tuple[Path, Path], tmp_path: Path) -> None:
    for to in ("coco", "hf"):
        found: list[dict[str, bytes]] = []
        for number, folder in enumerate(both):
            out = tmp_path / f"{to}{number}"
            export(folder, to, out)
            mine = [path for path in out.rglob("*") if path.is_file() and path.name != "CORPUS.md"]
            found.append({path.relative_to(out).as_posix(): path.read_bytes() for path in mine})
        assert found[0] == found[1]
    assert list(diff(*both)) == []
    one, two = (list(of_corpus(folder, None)) for folder in both)
    assert [type(thing).__name__ for thing in one] == [type(thing).__name__ for thing in two]
    for first, second in zip(one, two, strict=True):
        if hasattr(first, "thing") and hasattr(second, "thing"):
            assert first.thing.name == second.thing.name
            np.testing.assert_array_equal(first.thing.load(), second.thing.load())


def test_croissant_names_both_tars_and_each_member_in_its_own(both: tuple[Path, Path]) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(both[1] / "croissant.json"))
    held = {node.name: {str(one) for one in node.contained_in or ()} for node in dataset.metadata.file_sets}
    assert all(name.startswith(TEXT) for name in held["samples-files"])
    assert all(name.startswith(PIXELS) for name in held["images-files"])
    assert len(dataset.metadata.file_objects) == 9
    assert sum(1 for _ in dataset.records("samples")) == 10
    assert sum(1 for _ in dataset.records("images")) == 25


def test_the_portal_finds_every_member(both: tuple[Path, Path]) -> None:
    (found,) = Library([both[1]]).corpora()[0].values()
    for _, key, members in groups(both[0]):
        assert found.index.members(key) == sorted(members)
        assert {name: found.read(key, name) for name in members} == members
    assert SHOWN in found.files
    assert found.shard(SHOWN)["bytes"] == (both[1] / SHOWN).stat().st_size


def _rewrite(path: Path, change: Callable[[list[tuple[str, dict[str, bytes]]]], Any]) -> None:
    found = list(read_shard(path))
    change(found)
    write_shard(path, found)
    path.with_name(f"{path.name}{INDEX}").write_bytes(index_of(path))


@pytest.mark.parametrize(
    ("tar", "change", "said"),
    [(SHOWN, lambda rows: rows.reverse(), "its keys are not those of text-train-000000.tar"),
     (SHOWN, lambda rows: rows.pop(), "its keys are not those of text-train-000000.tar"),
     (WORDS, lambda rows: rows.pop(), "its keys are not those of text-train-000000.tar"),
     (SHOWN, lambda rows: rows[1][1].update(txt=b"a"), "a member stands in the other layer"),
     (WORDS, lambda rows: rows[1][1].update({"mask.png": b"a"}), "a member stands in the other layer"),
     (SHOWN, lambda rows: rows[1][1].pop("mask.png"), "has the members")],
)  # fmt: skip
def test_layers_that_do_not_go_together_are_found(layered: Path, tar: str, change: Any, said: str) -> None:
    _rewrite(layered / tar, change)
    report = verify(layered)
    assert any(said in problem.message for problem in report.problems), report.problems
    assert report.failed["checksum"] >= 1


@pytest.mark.parametrize("name", [SHOWN, WORDS, f"{SHOWN}{INDEX}"])
def test_a_layer_that_is_missing_is_found(layered: Path, name: str) -> None:
    (layered / name).unlink()
    report = verify(layered)
    assert not report.ok
    assert any(problem.shard == name and "not in the folder" in problem.message for problem in report.problems)
