"""Published questions, conversations and captions."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.connectors.annotations.published import pictures, problems, read


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return pictures(tmp_path, "img/a.png", "img/b.png")


def meta(root: Path, name: str, text: str, **table: Any) -> dict[str, Any]:
    (root / name).write_text(text)
    records, _ = read(root, {}, {"format": "questions", "file": name, "match": "{name}", **table})
    assert all("annotations" not in record.meta for record in records.values())
    return {case: record.meta for case, record in records.items()}


def test_rows_of_questions(root: Path) -> None:
    rows = [
        {"img": "a.png", "q": "Is it?", "a": "yes", "t": "closed"}, {"img": "a.png", "q": "How many?", "a": 2},
        {"img": "a.png", "q": "Is it?", "a": "yes", "t": "closed"}, {"img": "b.png", "q": "Held back?", "a": None},
    ]  # fmt: skip
    found = meta(
        root,
        "q.json",
        json.dumps({"data": {"rows": rows}}),
        rows="data.rows",
        key="img",
        question="q",
        answer="a",
        type_column="t",
    )
    assert found["a"]["questions"] == [
        {"question": "Is it?", "answer": "yes", "type": "closed"}, {"question": "How many?", "answer": "2"},
    ]  # fmt: skip
    assert found["b"] == {}


def test_choices_and_letters(root: Path) -> None:
    csv = 'f,Q,A,C1,C2,C3\na.png,Which?,B, A: lung ," B: the heart",\nb.png,Which?,"A: lung",A: lung,B: heart,\n'
    found = meta(root, "q.csv", csv, key="f", question="Q", answer="A", options=["C1", "C2", "C3"], lettered=True)
    assert found["a"]["questions"] == [{"question": "Which?", "answer": "the heart", "options": ["lung", "the heart"]}]
    assert found["b"]["questions"][0]["answer"] == "lung"
    plain = meta(root, "q.csv", csv, key="f", question="Q", answer="A", options=["C1", "C2", "C3"])
    assert plain["a"]["questions"][0] == {"question": "Which?", "answer": "B", "options": ["A: lung", "B: the heart"]}
    (root / "q.csv").write_text("f,Q,A,C1\na.png,Which?,D,A: lung\n")
    options = {
        "file": "q.csv",
        "match": "{name}",
        "key": "f",
        "question": "Q",
        "answer": "A",
        "options": ["C1"],
        "lettered": True,
    }
    (reason,) = problems(root, {}, {"format": "questions", **options})
    assert "line 2: the answer 'D' is none of 1 choices" in reason


def test_lists_of_choices_in_parquet(root: Path) -> None:
    pd.DataFrame({"f": ["a.png"], "q": ["Which?"], "a": ["x"], "o": [["x", "y"]], "img": [b"..."]}).to_parquet(
        root / "q.parquet"
    )
    table = {"format": "questions", "file": "q.parquet", "key": "f", "match": "{name}", "question": "q", "answer": "a"}
    records, _ = read(root, {}, {**table, "options": "o", "more": {"set": "f"}})
    assert records["a"].meta["questions"] == [
        {"question": "Which?", "answer": "x", "options": ["x", "y"], "set": "a.png"}
    ]


def test_nested_questions(root: Path) -> None:
    entries = {"a.png": {"qa": [{"q": "One?", "a": "1"}, {"q": "Two?", "a": "2"}]}}
    found = meta(root, "q.json", json.dumps(entries), id="img", each=["qa"], key="img", question="qa.q", answer="qa.a")
    assert [one["answer"] for one in found["a"]["questions"]] == ["1", "2"]


def test_conversations(root: Path) -> None:
    turns = [
        {"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "A lung."},
        {"from": "human", "value": "See <image> which side?"}, {"from": "gpt", "value": "Left."},
        {"from": "human", "value": "Bye"},
    ]  # fmt: skip
    line = json.dumps({"image": "a.png", "conversatons": turns})
    found = meta(root, "c.jsonl", line, key="image", conversation="conversatons")
    assert found["a"]["questions"] == [
        {"question": "What is it?", "answer": "A lung.", "conversation": "c.jsonl: 1"},
        {"question": "See which side?", "answer": "Left.", "conversation": "c.jsonl: 1"},
    ]  # fmt: skip
    (root / "c.jsonl").write_text(json.dumps({"image": "a.png", "c": "hello"}))
    table = {"format": "questions", "file": "c.jsonl", "key": "image", "match": "{name}", "conversation": "c"}
    assert "line 1: column 'c'" in problems(root, {}, table)[0]


def test_captions(root: Path) -> None:
    csv = "ID,Caption,other\na.png,A lung.,Left.\na.png,A lung.,\nb.png,,\n"
    assert meta(root, "c.csv", csv, key="ID", captions=["Caption", "other"])["a"] == {"captions": ["A lung.", "Left."]}
    table = {
        "format": "questions",
        "file": "c.csv",
        "key": "ID",
        "match": "{name}",
        "captions": ["Caption"],
        "written": True,
    }
    records, _ = read(root, {}, table)
    assert (records["a"].text, records["b"].text) == ("A lung.", None)


def test_a_bad_list_costs_its_question_and_two_answers_are_told(root: Path) -> None:
    csv = 'id,q,a,o\na,Where?,left,"[""left"", ""right""]"\na,What?,x,[broken\na,Where?,right,\n'
    (root / "t.csv").write_text(csv)
    table = {"format": "questions", "file": "t.csv", "key": "id", "question": "q", "answer": "a", "options": "o"}
    asked = read(root, {}, table)[0]["a"].meta["questions"]
    assert [(one["question"], one["answer"]) for one in asked] == [("Where?", "left"), ("Where?", "right")]
    bad, two = problems(root, {}, table)
    assert bad.startswith("t.csv: line 3: column 'o'")
    assert two == "t.csv: line 2: 2 answers to one question: 'left', 'right'"
