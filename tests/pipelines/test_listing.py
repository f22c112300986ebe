"""A folder that did not change is not listed again; whatever changes in it is seen."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import PackingError
from pipelines.ingest import ingest
from pipelines.ingest.listing import look, tree_digest
from tests.pipelines import workshop

DATASET = "stardist_nuclei"
Change = Callable[[Path], object]


def tree(root: Path) -> Path:
    """Two files of different sizes, one of them two folders down, and an empty folder."""
    (root / "a/b").mkdir(parents=True)
    (root / "empty").mkdir()
    for name, text in (("a/b/deep", "1"), ("top", "22")):
        (root / name).write_text(text)
        os.utime(root / name, (1, 1))
    return root


def resized(root: Path) -> None:
    (root / "a/b/deep").write_text("333")
    os.utime(root / "a/b/deep", (1, 1))


CHANGES: dict[str, Change] = {
    "size": resized,
    "time": lambda root: os.utime(root / "a/b/deep", ns=(10**9, 10**9 + 1)),
    "added": lambda root: (root / "a/new").write_bytes(b""),
    "removed": lambda root: (root / "top").unlink(),
    "renamed": lambda root: (root / "top").rename(root / "pot"),
    "moved": lambda root: (root / "top").rename(root / "a/top"),
    "folder added": lambda root: (root / "a/c").mkdir(),
    "folder renamed": lambda root: (root / "a/b").rename(root / "a/c"),
    "link to a file": lambda root: (root / "link").symlink_to("top"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_a_tree_gives_another_digest(name: str, tmp_path: Path) -> None:
    here, there = tree(tmp_path / "here"), tree(tmp_path / "there")
    assert tree_digest(here) == tree_digest(there) is not None
    CHANGES[name](there)
    assert tree_digest(here) != tree_digest(there) is not None


@pytest.mark.parametrize("target", ["../elsewhere", "nowhere", "link"])
def test_a_link_that_may_hide_changes_has_none(target: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = tree(tmp_path / "here")
    (root / "a/link").symlink_to(tmp_path / "elsewhere" if target == "../elsewhere" else target)
    assert tree_digest(root) is None


def test_names_that_are_no_text_are_told_apart(tmp_path: Path) -> None:
    for name in (b"\xff", b"\xfe"):
        (tmp_path / name.hex()).mkdir()
        file = os.fsencode(tmp_path / name.hex()) + b"/" + name
        os.close(os.open(file, os.O_CREAT))
        os.utime(file, (1, 1))
    assert tree_digest(tmp_path / "ff") != tree_digest(tmp_path / "fe") is not None


def test_a_set_is_listed_again_only_where_its_folder_or_its_card_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = workshop.raw(tmp_path / "raw", DATASET)
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", DATASET), raw, tmp_path / "space")
    ingest(ctx)
    assert look(ctx, DATASET, None).unchanged
    assert not look(ctx, DATASET, 1).unchanged
    card = ctx.card(DATASET)
    monkeypatch.setattr(type(ctx), "card", lambda self, name: card.model_copy(update={"subject_space": "toy"}))
    assert not look(ctx, DATASET, None).unchanged
    monkeypatch.undo()
    file = next(path for path in sorted((raw / DATASET).rglob("*")) if path.is_file())
    file.unlink()
    assert not look(ctx, DATASET, None).unchanged


def test_a_folder_that_was_emptied_since_is_named(tmp_path: Path) -> None:
    raw = workshop.raw(tmp_path / "raw", DATASET)
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", DATASET), raw, tmp_path / "space")
    ingest(ctx)
    before = workshop.hashes(tmp_path / "space")
    shutil.rmtree(raw / DATASET)
    (raw / DATASET).mkdir()
    with pytest.raises(PackingError, match=f"nothing of {DATASET} is here"):
        ingest(ctx)
    assert workshop.hashes(tmp_path / "space") == before
