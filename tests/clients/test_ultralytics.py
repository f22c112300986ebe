"""Ultralytics accepts `--to yolo`: its check of a data set, and each picture with its labels."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.clients.reads import client
from transforms.shards.exports._job import Job


def test_its_own_check_and_reader(exported: Callable[..., Job], monkeypatch: pytest.MonkeyPatch) -> None:
    client("ultralytics")
    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(exported("yolo").out / "data.yaml"), autodownload=False)
    assert sorted(data["names"].values()) == ["left kidney", "liver", "right kidney"]
    assert data["nc"] == 3
    read = YOLODataset(img_path=data["train"], data=data, task="detect", augment=False, imgsz=120)
    assert len(read.labels) == 6
    for one in read.labels:
        boxes = {data["names"][int(n)]: box for n, box in zip(one["cls"].ravel(), one["bboxes"], strict=True)}
        assert one["normalized"]
        assert one["shape"] == (100, 120)
        np.testing.assert_allclose(boxes["left kidney"], [95 / 120, 0.6, 10 / 120, 0.2], atol=1e-6)
