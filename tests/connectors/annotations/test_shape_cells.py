"""Shapes of several kinds in one cell, against hand numbers and OpenCV."""

import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from schemas import BoxShape, EllipseShape, PolygonShape
from tests.connectors.annotations.published import pictures, problems, read

LABELS: dict[str, str | None] = {"object": "nodule"}
CODES = {"0": "box", "1": "ellipse", "2": "polygon"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return pictures(tmp_path, "img/a.png", "img/b.png")


def spec(**more: Any) -> dict[str, Any]:
    given = {"file": "t.csv", "key": "image_name", "match": "{name}", "cell": "annotation", "codes": CODES}
    return {"format": "shape_cells", "constant": "object", **given, **more}


def test_kinds(root: Path) -> None:
    (root / "t.csv").write_text("image_name,annotation\na.png,0 2 3 10 23;1 30 25 10 5;2 1 1 9 1 9 7 \nb.png,\n")
    records, regions = read(root, LABELS, spec())
    assert [record.meta["annotations"] for record in records.values()] == [["t.csv"]] * 2
    shapes = [region.shape for region in regions]
    assert shapes[0] == BoxShape(xyxy=(2.0, 3.0, 10.0, 23.0))
    assert shapes[2] == PolygonShape(rings=(((1.0, 1.0), (9.0, 1.0), (9.0, 7.0)),))
    assert isinstance(shapes[1], PolygonShape)
    ring = np.asarray(shapes[1].rings[0], np.float32)
    assert cv2.contourArea(ring) == pytest.approx(math.pi * 10 * 10, rel=1e-3)
    assert [*ring.min(axis=0), *ring.max(axis=0)] == pytest.approx([10, 5, 30, 25], abs=1e-3)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("7 1 2 3 4", "line 2: column 'annotation': '7' is no code"),
        ("0 1 2 3", "3 numbers make no box"),
        ("2 1 2 3 4", "4 numbers make no polygon"),
        ("0 1 2 x 4", "'...' is no number"),
        ("0 1 2 1 4", "has no area"),
        ("1 30 25 50 30", "leaves an image of 40 x 33"),
    ],
)
def test_bad_shapes_name_their_row(root: Path, cell: str, reason: str) -> None:
    (root / "t.csv").write_text(f"image_name,annotation\na.png,{cell}\n")
    (found,) = problems(root, LABELS, spec())
    assert reason in found


def test_shapes_may_leave_the_image_where_the_card_says_so(root: Path) -> None:
    (root / "t.csv").write_text("image_name,annotation\na.png,0 30 25 50 30\n")
    assert read(root, LABELS, spec(clip=True))[1][0].shape == BoxShape(xyxy=(30.0, 25.0, 40.0, 30.0))


def test_ellipses_around_something_are_no_outlines(root: Path) -> None:
    (root / "t.csv").write_text("image_name,annotation\na.png,1 30 25 10 5\n")
    (region,) = read(root, LABELS, spec(around=True))[1]
    assert region.shape == EllipseShape(centre=(20.0, 15.0), axes=(10.0, 10.0), angle=0.0)
