"""A line drawn along an ellipse, against the ellipse that it was drawn along."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from schemas import PolygonShape
from tests.connectors import small

SHAPE = (90, 120)
OPTIONS = {
    "files": ["img/{case}.png"],
    "annotations": [
        {"format": "masks", "file": "line/{case}.png", "encode": "ellipse", "at_least": 128, "label": "head"}
    ],
}
CARD = small.card("pictures", OPTIONS, {"head": "fetal_head"}, exhaustive=["fetal_head"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("img", "line"):
        (tmp_path / name).mkdir()
    Image.fromarray(np.full(SHAPE, 40, np.uint8)).save(tmp_path / "img/a.png")
    return tmp_path


def draw(root: Path, line: np.ndarray) -> None:
    Image.fromarray(line).save(root / "line/a.png")


@pytest.mark.parametrize("centre", [(60, 45), (20, 60)], ids=["whole", "cut off"])
def test_what_is_inside_of_the_line(root: Path, centre: tuple[int, int]) -> None:
    line, inside = (np.zeros(SHAPE, np.uint8) for _ in range(2))
    cv2.ellipse(line, centre, (40, 25), 30, 0, 360, 255, 1)
    cv2.ellipse(inside, centre, (40, 25), 30, 0, 360, 1, -1)
    draw(root, line)
    _, (region,) = small.read(CARD, root)
    assert isinstance(region.shape, PolygonShape)
    found = np.zeros(SHAPE, np.uint8)
    cv2.fillPoly(found, [np.round(np.asarray(region.shape.rings[0]) - 0.5).astype(np.int32)], 1)
    assert (found & inside).sum() / (found | inside).sum() > 0.97


def test_no_line_is_no_head(root: Path) -> None:
    draw(root, np.zeros(SHAPE, np.uint8))
    (record,), regions = small.read(CARD, root)
    assert (record.exhaustive, regions) == (("fetal head",), [])


def test_what_is_no_ellipse_is_refused(root: Path) -> None:
    line = np.zeros(SHAPE, np.uint8)
    cv2.rectangle(line, (10, 10), (110, 80), 255, 1)
    draw(root, line)
    (reason,) = small.refused(CARD, root)
    assert reason.startswith("line/a.png: what is drawn is not the line of an ellipse: parts are ")
    line[:] = 0
    line[4, 4:7] = 255
    draw(root, line)
    assert small.refused(CARD, root) == ["line/a.png: 3 pixels are drawn, too few for the line of an ellipse"]
