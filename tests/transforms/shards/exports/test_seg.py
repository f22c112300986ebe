"""`[SEG]` answers: a mask for each token, and pycocotools reads it as it was drawn."""

import json
from collections.abc import Callable

import numpy as np
from pycocotools import mask as coco

from tests.scenes import SHAPES
from transforms.shards.exports._job import Job


def test_masks_by_pycocotools(exported: Callable[..., Job]) -> None:
    job = exported("seg")
    rows = [json.loads(line) for line in (job.out / "train.jsonl").read_text().splitlines()]
    own = [row for row in rows if row["key"] == "toy-0000"]
    assert [row["concept"] for row in own] == ["left kidney", "liver", "right kidney"]
    for row in own:
        assert row["answer"].count("[SEG]") == len(row["masks"]) == 1
        decoded = coco.decode(coco.frPyObjects(row["masks"][0], 100, 120))
        np.testing.assert_array_equal(decoded.astype(bool), SHAPES[row["regions"][0]][1])


def test_pictures_without_a_mask_are_counted(exported: Callable[..., Job]) -> None:
    job = exported("seg")
    shown = {row["image"] for path in job.out.glob("*.jsonl") for row in map(json.loads, path.open())}
    pictures = sum(len(item.pictures) for split in job.splits for item in job.items(split))
    assert job.left_out["picture: has no mask"] == pictures - len(shown) > 0
