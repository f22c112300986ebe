"""`triptych score` on a corpus that was built: right answers, wrong ones, none, and answers to nothing."""

import json
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.scoring import items, judged
from schemas import Dialogue, Sample
from tests.pipelines import command
from transforms.shards.manifest import groups


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


def otherwise(one: Dialogue) -> list[str]:
    """An item's own answer sentence with each other answer in the place of its own."""
    check, said = one.check, one.turns[-1].text
    assert check is not None
    if one.answer in ("yes", "no"):
        return [said.replace(one.answer.capitalize(), {"yes": "No", "no": "Yes"}[one.answer], 1)]
    if check.kind == "tolerance" and check.value is not None and check.within is not None:
        return [said.replace(one.answer, f"{check.value + 1.2 * check.within + 1:g} {check.unit or ''}")]
    if check.kind == "order" and one.task == "ranking":
        first, second = check.accepted[:2]
        return [said.casefold().replace(first, "?").replace(second, first).replace("?", second)]
    others = [choice for choice in one.choices or check.alternatives if choice not in check.accepted]
    return [said.replace(one.answer, other) for other in others if said.count(one.answer) == 1 and one.answer in said]


def test_an_items_own_sentence_is_right_and_wrong_with_another_answer_in_its_place(shards: Path) -> None:
    """By hand: what is said otherwise is another answer. Families with both closed and open items are among them."""
    changed = set()
    for key, one in items(shards):
        own = judged(key, one, one.turns[-1].text)
        assert own.right, (one.task, one.turns[-1].text, own.reason)
        for text in otherwise(one):
            if text != one.turns[-1].text:
                changed.add(one.task)
                assert not judged(key, one, text).right, (one.task, text, one.answer)
    assert {"location", "modality", "size", "presence", "comparison"} <= changed


def test_what_is_not_answered_is_wrong_and_counted(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    own = [(key, one.id, one.answer) for key, one in items(shards, "train")]
    half, lines = own[: len(own) // 2], tmp_path / "items.jsonl"
    given = answered(tmp_path / "half.jsonl", half)
    found = triptych("score", given, "--corpus", shards, "--split", "train", "--items", lines, "--json").json()
    assert (found["all"]["items"], found["all"]["answered"], found["all"]["right"]) == (len(own), len(half), len(half))
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [row["reason"] for row in rows].count("not answered") == len(own) - len(half)
    assert "accuracy" in triptych("score", given, "--corpus", shards, "--split", "train").out


def test_of_answers_to_a_whole_corpus_those_of_one_split_are_judged(
    shards: Path, tmp_path: Path, triptych: command.Run
) -> None:
    own = [(key, one.id, one.answer) for key, one in items(shards)]
    given, wanted = answered(tmp_path / "all.jsonl", own), len(list(items(shards, "test")))
    assert 0 < wanted < len(own)
    ended = triptych("score", given, "--corpus", shards, "--split", "test", "--json")
    assert ended.json()["all"] == {"items": wanted, "answered": wanted, "right": wanted, "score": 1.0}
    assert f"{len(own) - wanted} answers are of other splits" in " ".join(ended.err.split())
    ended = triptych("score", given, "--corpus", shards, "--split", "nosuch")
    assert ended.code == 2
    assert "no split 'nosuch'" in ended.err
    assert "test, train" in ended.err


def test_answer_and_box_are_scored_together(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    """By hand: the boxes are those of the first region; four kinds of answer in turn."""
    rows, kinds = [], []
    for _, key, members in groups(shards):
        sample = Sample.model_validate_json(members["json"])
        boxes = {one.id: one.box.xyxy for one in sample.regions if one.box is not None}
        for one in sample.dialogues:
            if one.check is None or not one.regions or one.regions[0] not in boxes:
                continue
            right, there = len(rows) % 2 == 0, len(rows) % 4 < 2
            box = list(boxes[one.regions[0]]) if there else [-9, -9, -1, -1]
            kinds.append((right, there))
            rows.append({"key": key, "dialogue": one.id, "answer": one.answer if right else "zebra", "box": box})
    path = tmp_path / "placed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = triptych("score", path, "--corpus", shards, "--json").json()["all"]
    assert found["placed"] == len(rows) > 20
    want = {"grounded": [there for _, there in kinds], "both": [all(one) for one in kinds],
            "agree": [right is there for right, there in kinds]}  # fmt: skip
    for name, one in want.items():
        assert found[name] == pytest.approx(sum(one) / len(one), abs=1e-5)
    assert "agree" in triptych("score", path, "--corpus", shards).out
    path.write_text(json.dumps({**rows[0], "box": [1, 2, 3]}) + "\n")
    ended = triptych("score", path, "--corpus", shards)
    assert ended.code == 2
    assert "placed.jsonl:1: box [1, 2, 3]" in ended.err


def test_an_answer_to_nothing_is_named(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    for name, text, said in [
        ("lost", '{"key": "nobody", "dialogue": "d1", "answer": "yes"}\n', "nobody d1 is no item"),
        ("cut", '{"key": "a", "dialogue": "d1", "ans', "cut.jsonl:1: no JSON object"),
        ("short", '{"key": "a", "dialogue": "d1"}\n', "short.jsonl:1: no 'answer'"),
        ("null", '{"key": "a", "dialogue": "d1", "answer": null}\n', "null.jsonl:1: the answer is null"),
        ("twice", '{"key": "a", "dialogue": "d1", "answer": "b"}\n' * 2, "twice.jsonl:2: a d1 is answered twice"),
        ("nobody", '{"key": null, "dialogue": "d1", "answer": "b"}\n', "nobody.jsonl:1: the key null is no text"),
        ("number", '{"key": "a", "dialogue": 1, "answer": "b"}\n', "number.jsonl:1: the dialogue 1 is no text"),
        (
            "nan",
            '{"key": "a", "dialogue": "d", "answer": "b", "box": [NaN, 0, 1, 1]}',
            "nan.jsonl:1: box [NaN, 0, 1, 1]",
        ),
        ("empty", "", "empty.jsonl: no answer in it; a line is a JSON object of key, dialogue and answer"),
        ("blank", "\n \n", "blank.jsonl: no answer in it"),
    ]:
        path = tmp_path / f"{name}.jsonl"
        path.write_text(text)
        ended = triptych("score", path, "--corpus", shards)
        assert ended.code == 2
        assert said in ended.err
        assert len(ended.err.strip().splitlines()) == 1


def test_several_answers_to_nothing_are_counted(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    given = answered(tmp_path / "other.jsonl", [(f"other-{n}", "d1", "yes") for n in range(1200)])
    ended = triptych("score", given, "--corpus", shards)
    assert ended.code == 2
    assert "other-0 d1 is no item of" in ended.err
    assert "(nor are 1,199 more)" in ended.err


def test_answers_of_which_none_is_judged_are_no_score_of_nought(
    shards: Path, tmp_path: Path, triptych: command.Run
) -> None:
    given = answered(tmp_path / "train.jsonl", [(key, one.id, one.answer) for key, one in items(shards, "train")])
    ended = triptych("score", given, "--corpus", shards, "--split", "test")
    assert (ended.code, ended.out) == (2, "")
    assert "is to a question of split test; nothing was judged" in ended.err


def test_items_are_written_where_they_overwrite_nothing(shards: Path, tmp_path: Path, triptych: command.Run) -> None:
    given = answered(tmp_path / "own.jsonl", [(key, one.id, one.answer) for key, one in items(shards)])
    before = given.read_bytes()
    for place, said in ((given, "is what is read"), (tmp_path, "cannot be written"), (tmp_path / "no/x", "cannot be")):
        ended = triptych("score", given, "--corpus", shards, "--items", place)
        assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
        assert said in ended.err
    assert triptych("score", tmp_path, "--corpus", shards, "--items", tmp_path / "new").code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["own.jsonl"]
    assert given.read_bytes() == before
