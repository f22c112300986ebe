"""supervision reads `--to coco` and `--to yolo`: boxes, masks and names come back."""

from collections.abc import Callable

import numpy as np

from tests.clients.reads import client
from tests.scenes import SHAPES, box
from transforms.shards.exports._job import Job

MASKS = {concept.label: mask for concept, mask in SHAPES.values() if concept.label != "lesion"}


def test_coco(exported: Callable[..., Job]) -> None:
    supervision = client("supervision")
    out = exported("coco").out
    read = supervision.DetectionDataset.from_coco(
        str(out), str(out / "instances_train.json"), force_masks=True, use_iscrowd=False
    )
    assert len(read) == 6
    for _, image, found in read:
        assert image.shape == (100, 120, 3)
        names = [read.classes[n] for n in found.class_id]
        assert sorted(names) == ["left kidney", "liver", "right kidney"]
        for name, corners, mask in zip(names, found.xyxy, found.mask, strict=True):
            assert tuple(corners) == box(MASKS[name])
            np.testing.assert_array_equal(mask, MASKS[name])


def test_yolo(exported: Callable[..., Job]) -> None:
    supervision = client("supervision")
    out = exported("yolo").out
    read = supervision.DetectionDataset.from_yolo(
        str(out / "images/train"), str(out / "labels/train"), str(out / "data.yaml")
    )
    assert len(read) == 6
    for _, _, found in read:
        for corners, number in zip(found.xyxy, found.class_id, strict=True):
            np.testing.assert_allclose(corners, box(MASKS[read.classes[number]]), atol=1e-3)
