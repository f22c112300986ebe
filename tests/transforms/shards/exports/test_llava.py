"""LLaVA's file, read as its loader does: turns by turns, as many `<image>` as images, files that are there."""

import json
from collections import Counter
from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.scenes import axial_abdomen
from transforms.shards.exports._job import Job


def test_every_conversation_is_there(exported: Callable[..., Job]) -> None:
    job = exported("llava")
    rows = {split: json.loads((job.out / f"{split}.json").read_text()) for split in job.splits}
    kinds = Counter(row["id"].rsplit("-", 1)[1] for split in rows.values() for row in split)
    assert kinds == {"description": 10, "d1": 8, "d2": 8, "d3": 8}
    assert {split: len(found) for split, found in rows.items()} == {"train": 24, "validation": 8, "test": 2}
    for row in (row for split in rows.values() for row in split):
        assert [turn["from"] for turn in row["conversations"]] == ["human", "gpt"] * (len(row["conversations"]) // 2)
        shown = [row["image"]] if isinstance(row.get("image"), str) else row.get("image", [])
        assert sum(turn["value"].count("<image>") for turn in row["conversations"]) == len(shown)
        assert all((job.out / path).is_file() for path in shown)
    assert not job.left_out


def test_a_picture_is_the_corpus_own(exported: Callable[..., Job]) -> None:
    out = exported("llava").out
    wanted = axial_abdomen().image.copy()
    wanted[0, 0] = 3
    np.testing.assert_array_equal(np.asarray(Image.open(out / "images/toy-0003.png")), wanted)
    assert (out / "LICENSES.md").is_file()


def test_places_are_fractions(exported: Callable[..., Job]) -> None:
    rows = json.loads((exported("llava").out / "train.json").read_text())
    row = next(row for row in rows if row["id"] == "toy-0000-d2")
    assert row["conversations"][1]["value"] == "The left kidney lies within [0.75, 0.5, 0.834, 0.7]."
    assert "in fractions of the width and height of the image" in row["conversations"][0]["value"]


def test_a_part_that_is_looked_at_is_a_picture(exported: Callable[..., Job]) -> None:
    out = exported("llava").out
    row = next(row for row in json.loads((out / "train.json").read_text()) if row["id"] == "toy-0000-d3")
    assert row["conversations"][2]["value"] == "<image>\nHere it is."
    assert row["image"][0] == "images/toy-0000.png"
    wanted = axial_abdomen().image[50:70, 90:100]
    np.testing.assert_array_equal(np.asarray(Image.open(out / row["image"][1])), wanted)


def test_a_report_stands_before_its_question(exported: Callable[..., Job]) -> None:
    rows = json.loads((exported("llava", split="test").out / "test.json").read_text())
    row = next(row for row in rows if row["id"] == "toy-0008-description")
    assert "image" not in row
    assert row["conversations"][0]["value"].startswith("Report 8: no lesion.\n\n")


def test_reasoning_on_wish(exported: Callable[..., Job]) -> None:
    rows = json.loads((exported("llava", style="prose").out / "train.json").read_text())
    row = next(row for row in rows if row["id"] == "toy-0000-d1")
    assert row["conversations"][1]["value"] == "Measure: 800 mm². The left kidney covers 8.0 cm2."
