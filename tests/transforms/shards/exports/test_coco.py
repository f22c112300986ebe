"""COCO's file, read by pycocotools: boxes, masks, areas and names; what is absent is said, as LVIS says it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO

from pipelines.exporting import export
from schemas import MadeBy
from tests.corpora import corpus
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


def test_a_picture_of_which_nothing_is_known_is_left_out(tmp_path: Path) -> None:
    """A picture without annotations is one without things to any trainer."""
    made = corpus()
    made.publish(tmp_path / "in")
    job = export(tmp_path / "in", "coco", tmp_path / "out", made_by=("human",))
    assert len(json.loads((job.out / "instances_train.json").read_text())["images"]) == 6
    made.change(
        0,
        lambda sample: sample.model_copy(
            update={
                "regions": tuple(
                    one.model_copy(update={"made_by": MadeBy(kind="model", name="m")}) for one in sample.regions
                )
            }
        ),
    )
    made.publish(tmp_path / "again")
    job = export(tmp_path / "again", "coco", tmp_path / "less")
    assert len(json.loads((job.out / "instances_train.json").read_text())["images"]) == 5
    assert job.left_out["picture: nothing is drawn on it, and nothing known to be absent"] == 2
