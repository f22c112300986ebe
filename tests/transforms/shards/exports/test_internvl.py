"""InternVL's lines: sizes beside the picture, boxes in thousandths, and meta.json with the number of lines."""

import json
from collections.abc import Callable

from transforms.shards.exports._job import Job


def test_meta_counts_the_lines(exported: Callable[..., Job]) -> None:
    job = exported("internvl")
    meta = json.loads((job.out / "meta.json").read_text())
    assert {name.removeprefix("toy_corpus_") for name in meta} == {
        "train", "validation", "test", "detect.train", "detect.validation",
    }  # fmt: skip
    for one in meta.values():
        rows = [json.loads(line) for line in (job.out / one["annotation"]).read_text().splitlines()]
        assert len(rows) == one["length"]


def test_sizes_and_boxes(exported: Callable[..., Job]) -> None:
    job = exported("internvl", split="train")
    rows = [json.loads(line) for line in (job.out / "detect.train.jsonl").read_text().splitlines()]
    row = next(row for row in rows if row["id"] == "toy-0000-png-left kidney")
    assert (row["width"], row["height"]) == (120, 100)
    assert row["conversations"][1]["value"] == "<ref>left kidney</ref><box>[[750, 500, 834, 700]]</box>"
