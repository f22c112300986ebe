"""`triptych score` on a corpus that was built: right answers, wrong ones, none, and answers to nothing."""

import json
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.scoring import items
from tests.pipelines import command


def answered(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    path.write_text("".join(json.dumps({"key": k, "dialogue": d, "answer": a}) + "\n" for k, d, a in rows))
    return path


@pytest.fixture
def shards(built: Context) -> Path:
    return Path(built.workspace) / "shards"


def test_every_item_finds_its_own_answer_right_and_nonsense_wrong(
    shards: Path, tmp_path: Path, triptych: command.Run
) -> None:
    own = [(key, one.id, one.answer) for key, one in items(shards)]
    found = triptych("score", answered(tmp_path / "own.jsonl", own), "--corpus", shards, "--json").json()
    assert found["all"] == {"items": len(own), "answered": len(own), "right": len(own), "score": 1.0}
    other = [(key, name, "zebra") for key, name, _ in own]
    found = triptych("score", answered(tmp_path / "other.jsonl", other), "--corpus", shards, "--json").json()
    assert found["all"]["right"] == 0


def test_what_is_not_answered_is_wrong_and_counted(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    own = [(key, one.id, one.answer) for key, one in items(shards, "train")]
    half, lines = own[: len(own) // 2], tmp_path / "items.jsonl"
    given = answered(tmp_path / "half.jsonl", half)
    found = triptych("score", given, "--corpus", shards, "--split", "train", "--items", lines, "--json").json()
    assert (found["all"]["items"], found["all"]["answered"], found["all"]["right"]) == (len(own), len(half), len(half))
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [row["reason"] for row in rows].count("not answered") == len(own) - len(half)
    assert "accuracy" in triptych("score", given, "--corpus", shards, "--split", "train").out


def test_an_answer_to_nothing_is_named(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    for name, text, said in [
        ("lost", '{"key": "nobody", "dialogue": "d1", "answer": "yes"}\n', "nobody d1 is no item"),
        ("cut", '{"key": "a", "dialogue": "d1", "ans', "cut.jsonl:1: no JSON object"),
        ("short", '{"key": "a", "dialogue": "d1"}\n', "short.jsonl:1: no 'answer'"),
        ("null", '{"key": "a", "dialogue": "d1", "answer": null}\n', "null.jsonl:1: the answer is null"),
        ("twice", '{"key": "a", "dialogue": "d1", "answer": "b"}\n' * 2, "twice.jsonl:2: a d1 is answered twice"),
    ]:
        path = tmp_path / f"{name}.jsonl"
        path.write_text(text)
        ended = triptych("score", path, "--corpus", shards)
        assert ended.code == 2
        assert said in ended.err
        assert len(ended.err.strip().splitlines()) == 1
