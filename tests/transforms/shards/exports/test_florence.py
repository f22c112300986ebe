"""Florence-2's tokens: x before y, in thousandths, after the name of what is there."""

import json
from collections.abc import Callable

from transforms.shards.exports._job import Job
from transforms.shards.exports.florence import tokens


def test_tokens_by_hand() -> None:
    assert tokens((0, 50, 60, 100), (120, 100)) == "<loc_0><loc_500><loc_500><loc_999>"


def test_pairs(exported: Callable[..., Job]) -> None:
    job = exported("florence", split="train")
    rows = [json.loads(line) for line in (job.out / "train.jsonl").read_text().splitlines()]
    told = {(row["image"], row["prefix"]): row["suffix"] for row in rows}
    assert "left kidney<loc_750><loc_500><loc_833><loc_700>" in told["images/toy-0000.png", "<OD>"]
    assert told["images/toy-0000.png", "<DETAILED_CAPTION>"] == "This is a computed tomography image."
