"""LLaMA-Factory's form: messages, images, and a dataset_info.json that names each file and its tags."""

import json
from collections.abc import Callable

from transforms.shards.exports._job import Job


def test_files_are_told_of(exported: Callable[..., Job]) -> None:
    job = exported("sharegpt")
    known = json.loads((job.out / "dataset_info.json").read_text())
    assert set(known) == {"toy_corpus_train", "toy_corpus_validation", "toy_corpus_test"}
    for one in known.values():
        rows = json.loads((job.out / one["file_name"]).read_text())
        for row in rows:
            told = row[one["columns"]["messages"]]
            roles = [turn[one["tags"]["role_tag"]] for turn in told]
            assert roles == [one["tags"]["user_tag"], one["tags"]["assistant_tag"]] * (len(told) // 2)
            shown = sum(turn[one["tags"]["content_tag"]].count("<image>") for turn in told)
            assert shown == len(row[one["columns"]["images"]])


def test_places_are_pixels(exported: Callable[..., Job]) -> None:
    rows = json.loads((exported("sharegpt", split="train").out / "train.json").read_text())
    row = next(row for row in rows if row["id"] == "toy-0000-d2")
    assert row["messages"][1]["content"] == "The left kidney lies within [90, 50, 100, 70]."
