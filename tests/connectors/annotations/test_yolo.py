"""YOLO text files read through a card; numbers are chosen so that they come out whole."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from schemas import BoxShape, PolygonShape, Region, TurnedBoxShape
from tests.connectors import small

ROWS, COLUMNS = 40, 80


def write(root: Path, text: str | None) -> None:
    (root / "images").mkdir(exist_ok=True)
    (root / "labels").mkdir(exist_ok=True)
    Image.fromarray(np.full((ROWS, COLUMNS), 90, np.uint8)).save(root / "images/a.png")
    if text is not None:
        (root / "labels/a.txt").write_text(text)


def card(labels: dict[str, str | None] | None = None, **options: Any) -> Any:
    yolo = {"format": "yolo", "file": "labels/{stem}.txt", **options}
    return small.card("pictures", {"files": ["images/*.png"], "annotations": [yolo]}, labels or {"0": "polyp"})


def regions(root: Path, labels: dict[str, str | None] | None = None, **options: Any) -> list[Region]:
    return small.read(card(labels, **options), root)[1]


def test_a_box_is_its_centre_and_size(tmp_path: Path) -> None:
    write(tmp_path, "0 0.5 0.5 0.25 0.5\n\n0 0.1 0.1 0.2 0.2 0.9\n")
    first, second = sorted(regions(tmp_path), key=lambda r: r.meta.get("score", 0))
    assert first.shape == BoxShape(xyxy=(30, 10, 50, 30))
    assert second.shape.xyxy == pytest.approx((0, 0, 16, 8))
    assert second.meta == {"score": 0.9}


def test_outlines_are_polygons(tmp_path: Path) -> None:
    write(tmp_path, "0 0.125 0.25 0.5 0.25 0.5 0.75\n0 0.25 0.25 0.5 0.5 0.25 0.75 0.125 0.5\n")
    shapes = [region.shape for region in regions(tmp_path)]
    assert PolygonShape(rings=(((10, 10), (40, 10), (40, 30)),)) in shapes
    assert PolygonShape(rings=(((20, 10), (40, 20), (20, 30), (10, 20)),)) in shapes


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.yaml", "nc: 2\nnames: [polyp, tool]\n"),
        ("data.yaml", "names:\n  0: polyp\n  1: tool\n"),
        ("classes.txt", "polyp\ntool\n"),
        ("obj.names", "polyp\ntool\n"),
    ],
)
def test_names_come_from_the_file_that_has_them(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, "1 0.5 0.5 0.25 0.5")
    (tmp_path / name).write_text(text)
    assert [region.source_label for region in regions(tmp_path, {"tool": "polyp"}, classes=name)] == ["tool"]
    assert [r.source_label for r in regions(tmp_path, {"x": "polyp"}, classes=name, names={"1": "x"})] == ["x"]
    write(tmp_path, "2 0.5 0.5 0.25 0.5")
    assert f"line 1: class 2 is not in {name}" in small.problems(card(classes=name), tmp_path)[0]


def test_an_empty_file_was_looked_at_and_what_a_missing_one_means_is_said(tmp_path: Path) -> None:
    write(tmp_path, "")
    records, found = small.read(card(), tmp_path)
    assert (records[0].meta["annotations"], found) == (["labels/a.txt"], [])
    (tmp_path / "labels/a.txt").unlink()
    assert "labels/a.txt: the file is not there" in small.problems(card(), tmp_path)[0]
    (told,) = small.problems(card(missing="notice"), tmp_path)
    assert told.startswith("labels/a.txt: the file is not there: ")
    assert told.endswith("counts as not annotated by it")
    assert small.problems(card(missing="nothing"), tmp_path) == [told], "no image has one: they lie elsewhere"
    (tmp_path / "labels/b.txt").write_text("")
    assert small.read(card(missing="nothing"), tmp_path)[0][0].meta["annotations"] == ["labels/a.txt"]
    assert "annotations" not in small.read(card(missing="unannotated"), tmp_path)[0][0].meta


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0 0.5 0.5 0.25", "line 2: 4 numbers are neither"),
        ("0 0.5 0.5 0.25 x", "line 2: '...' is no number"),
        ("0.5 0.5 0.5 0.25 0.25", "class '0.5' is no whole number"),
        ("0 0.9 0.5 0.5 0.5", "not within an image of 80 x 40"),
        ("0 0.5 0.5 0 0.5", "has no area"),
        ("0 0.1 0.1 0.2 0.2 0.3 0.3", "has no area"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: str, reason: str) -> None:
    write(tmp_path, f"0 0.5 0.5 0.25 0.5\n{line}\n")
    (found,) = small.problems(card(), tmp_path)
    assert found.startswith("labels/a.txt: ")
    assert reason in found


def test_the_form_can_be_fixed(tmp_path: Path) -> None:
    write(tmp_path, "0 0.125 0.25 0.5 0.25 0.5 0.75")
    assert "neither" in small.problems(card(form="box"), tmp_path)[0]
    assert len(regions(tmp_path, form="outline")) == 1


def test_oriented_boxes_are_turned_boxes(tmp_path: Path) -> None:
    write(tmp_path, "0 0.25 0.25 0.5 0.5 0.25 0.75 0.125 0.5\n")
    (region,) = regions(tmp_path, form="oriented")
    assert region.shape == TurnedBoxShape(corners=((20, 10), (40, 20), (20, 30), (10, 20)))
    write(tmp_path, "0 0.25 0.25 0.5 0.5 0.25 0.75\n")
    assert "7 numbers are no class and four corners" in small.notices(card(form="oriented"), tmp_path)[0]
