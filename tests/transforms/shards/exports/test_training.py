"""Tool calls, preference pairs and rewards: what a trainer calls, prefers and judges by."""

import json
from collections.abc import Callable
from typing import Any

from schemas import ItemCheck
from transforms.shards.exports._job import Job
from transforms.tasks.scoring import score


def rows(job: Job) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (job.out / "train.jsonl").read_text().splitlines()]


def test_each_call_is_answered_and_declared(exported: Callable[..., Job]) -> None:
    job = exported("tool-calls")
    found = rows(job)
    assert [row["id"] for row in found] == [f"toy-{n:04d}-d1" for n in range(6)]
    for row in found:
        calls = [call for one in row["messages"] for call in one.get("tool_calls", ())]
        answered = [one["tool_call_id"] for one in row["messages"] if one["role"] == "tool"]
        assert [call["id"] for call in calls] == answered
        assert {call["function"]["name"] for call in calls} == {one["function"]["name"] for one in row["tools"]}
        assert row["messages"][-1] == {"role": "assistant", "content": "The left kidney covers 8.0 cm2."}
    assert job.left_out["dialogue: has no steps that tools could take"] == 16


def test_a_right_and_a_wrong_answer(exported: Callable[..., Job]) -> None:
    found = rows(exported("preference"))
    assert len(found) == 6
    assert found[0]["chosen"][0]["content"] == "The left kidney lies within [90, 50, 100, 70]."
    assert found[0]["rejected"][0]["content"] == "It lies within [1, 2, 3, 4]."
    assert found[0]["prompt"][0]["role"] == "user"


def test_a_check_judges_its_own_answer(exported: Callable[..., Job]) -> None:
    job = exported("rewards")
    found = rows(job)
    assert [row["dialogue"] for row in found] == ["d1", "d2"] * 6
    for row in found:
        check = ItemCheck.model_validate(row["check"])
        assert score(check, row["answer"], row["choices"]).right
        assert not score(check, "[1, 2, 3, 4]" if check.kind == "iou" else "3 mm²", row["choices"]).right
        assert row["prompt"][-1]["role"] == "user"
