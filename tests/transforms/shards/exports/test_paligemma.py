"""PaliGemma's tokens: y before x, in 1,024ths; one question of one picture a line."""

import json
from collections.abc import Callable

from transforms.shards.exports._job import Job
from transforms.shards.exports.paligemma import tokens


def test_tokens_by_hand() -> None:
    assert tokens((0, 50, 60, 100), (120, 100)) == "<loc0512><loc0000><loc1023><loc0512>"


def test_pairs(exported: Callable[..., Job]) -> None:
    job = exported("paligemma")
    rows = [json.loads(line) for line in (job.out / "train.jsonl").read_text().splitlines()]
    asked = {(row["image"], row["prefix"]): row["suffix"] for row in rows}
    # 50 / 100, 90 / 120, 70 / 100 and 100 / 120 of 1,024, rounded down
    box = "<loc0512><loc0768><loc0716><loc0853> left kidney"
    assert asked["images/toy-0000.png", "detect left kidney"] == box
    question = "answer en What area does the left kidney cover?"
    assert asked["images/toy-0000.png", question] == "The left kidney covers 8.0 cm2."
    assert ("images/toy-0000.png", "describe en") in asked
    assert job.left_out["dialogue: tells places in words, where the format has tokens"] == 8
    assert job.left_out["dialogue: is not one question of one picture"] == 9  # of several turns, and of a text
