"""COCO's file, read by pycocotools: boxes, masks, areas and names; what is absent is said, as LVIS says it."""

import json
from collections.abc import Callable

import numpy as np
from pycocotools.coco import COCO

from tests.scenes import SHAPES
from transforms.shards.exports._job import Job


def test_pycocotools_reads_it(exported: Callable[..., Job]) -> None:
    job = exported("coco")
    found = COCO(str(job.out / "instances_train.json"))
    assert len(found.getImgIds()) == 6
    names = {one["id"]: one["name"] for one in found.loadCats(found.getCatIds())}
    by_label = {concept.label: mask for concept, mask in SHAPES.values()}
    annotations = found.loadAnns(found.getAnnIds(imgIds=[1]))
    assert sorted(names[one["category_id"]] for one in annotations) == ["left kidney", "liver", "right kidney"]
    for one in annotations:
        mask = by_label[names[one["category_id"]]]
        np.testing.assert_array_equal(found.annToMask(one).astype(bool), mask)
        ys, xs = np.nonzero(mask)
        assert one["bbox"] == [xs.min(), ys.min(), xs.max() + 1 - xs.min(), ys.max() + 1 - ys.min()]
        assert one["area"] == mask.sum()
        assert one["iscrowd"] == 0


def test_what_is_absent(exported: Callable[..., Job]) -> None:
    told = json.loads((exported("coco").out / "instances_train.json").read_text())
    names = {one["id"]: one["name"] for one in told["categories"]}
    assert all([names[n] for n in one["neg_category_ids"]] == ["gallstone"] for one in told["images"])
    assert told["licenses"] == [{"id": 1, "name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}]
