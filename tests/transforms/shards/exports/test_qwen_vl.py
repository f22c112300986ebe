"""Qwen-VL's file: places at the size at which the model sees the picture, boxes as its JSON."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.exporting import export
from schemas import Sample
from tests.corpora import corpus
from transforms.shards.exports._job import Job


def test_absolute_places(exported: Callable[..., Job]) -> None:
    job = exported("qwen-vl")
    row = next(row for row in json.loads((job.out / "train.json").read_text()) if row["id"] == "toy-0000-d2")
    assert row["conversations"][1]["value"] == "The left kidney lies within [84, 56, 94, 79]."


def test_what_is_drawn_as_json(exported: Callable[..., Job]) -> None:
    job = exported("qwen-vl", coordinates="thousandths")
    found = {row["id"]: row for row in json.loads((job.out / "detect.train.json").read_text())}
    row = found["toy-0000-png-left kidney"]
    boxes = json.loads(row["conversations"][1]["value"])
    assert boxes == [{"bbox_2d": [750, 500, 834, 700], "label": "left kidney"}]
    assert (job.out / row["image"]).is_file()
    assert job.left_out == {"region: drawn by a rule": 8}
    assert not any(name.endswith("lesion") for name in found)


def test_a_rules_regions_on_wish(exported: Callable[..., Job]) -> None:
    job = exported("qwen-vl", made_by=("human", "rule"))
    assert not job.left_out


@pytest.mark.parametrize("to", ["qwen-vl", "internvl", "paligemma"])
def test_what_is_read_for_two_files_is_left_out_once(to: str, tmp_path: Path) -> None:
    def withheld(sample: Sample) -> Sample:
        media = tuple(one.model_copy(update={"withheld": True}) for one in sample.media)
        return sample.model_copy(update={"media": media})

    made = corpus()
    made.change(0, withheld)
    made.write(tmp_path / "corpus")
    left_out = export(tmp_path / "corpus", to, tmp_path / "out").left_out
    assert left_out["sample: its pixels may not leave: rebuild the corpus first"] == 1
