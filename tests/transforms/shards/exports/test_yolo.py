"""YOLO's folders: a label file beside each picture, numbers that give the box back."""

from collections.abc import Callable

import pytest
import yaml

from transforms.shards.exports._job import Job


def test_boxes_come_back(exported: Callable[..., Job]) -> None:
    out = exported("yolo").out
    data = yaml.safe_load((out / "data.yaml").read_text())
    assert (data["train"], data["val"]) == ("images/train", "images/val")
    assert "test" not in data
    pictures, labels = (sorted(path.stem for path in (out / kind / "train").iterdir()) for kind in ("images", "labels"))
    assert pictures == labels == [f"toy-{n:04d}" for n in range(6)]
    boxes = {}
    for line in (out / "labels/train/toy-0000.txt").read_text().splitlines():
        number, cx, cy, w, h = (float(n) for n in line.split())
        corners = ((cx - w / 2) * 120, (cy - h / 2) * 100, (cx + w / 2) * 120, (cy + h / 2) * 100)
        boxes[data["names"][int(number)]] = tuple(round(n, 3) for n in corners)
    assert boxes == {"liver": (10, 20, 50, 70), "left kidney": (90, 50, 100, 70), "right kidney": (56, 50, 64, 70)}


@pytest.mark.parametrize("to", ["coco", "fiftyone", "seg", "yolo"])
def test_a_text_that_a_format_of_pictures_cannot_hold_is_counted(to: str, exported: Callable[..., Job]) -> None:
    assert exported(to).left_out["sample: is a text: the format shows pictures"] == 1
