"""Published splits from lists of names."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.annotations.published import pictures, problems, read

SPLIT: dict[str, Any] = {"split": {"by": "{split}"}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return pictures(tmp_path, "img/a b.png", "img/c.png", "img/d.png")


def splits(root: Path, **lists: Any) -> dict[str, str | None]:
    records, _ = read(root, {}, {"format": "split_lists", **lists}, **SPLIT)
    assert all("split" not in record.meta for record in records.values())
    return {name: record.split for name, record in records.items()}


def test_a_file_for_each_split(root: Path) -> None:
    (root / "lists").mkdir()
    (root / "lists/train.txt").write_text("img/a b.png\nimg/c.png\n")
    (root / "lists/test.txt").write_text("img/d.png\n")
    lists = {"file": "lists/{split}.txt", "header": ["name"], "separator": "\t", "key": "name", "match": "img/{name}"}
    assert splits(root, **lists) == {"a b": "train", "c": "train", "d": "test"}
    (root / "lists/test.txt").write_text("img/d.png\nimg/c.png\n")
    (reason,) = problems(root, {}, {"format": "split_lists", **lists}, **SPLIT)
    assert "img/c.png is in 'test' and in 'train'" in reason


def test_a_column_says_it(root: Path) -> None:
    (root / "t.csv").write_text("id,Partition\na b,train\nc,validate\n")
    lists = {"file": "t.csv", "key": "id", "split": "Partition"}
    assert splits(root, **lists, default="") == {"a b": "train", "c": "validate", "d": None}
    assert splits(root, **lists, default="test")["d"] == "test"
    (reason,) = problems(root, {}, {"format": "split_lists", **lists}, **SPLIT)
    assert "nothing tells its 'split'" in reason


def test_json_of_lists(root: Path) -> None:
    (root / "s.json").write_text(json.dumps({"train": ["a b.png", "c.png"], "test": ["d.png"]}))
    lists = {"file": "s.json", "id": "split", "each": ["value"], "key": "value.value", "match": "{name}"}
    assert splits(root, **lists) == {"a b": "train", "c": "train", "d": "test"}
