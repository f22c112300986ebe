"""Pascal VOC files read through a card; expected numbers are worked out by hand from the standard."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from schemas import BoxShape, PointShape, PolygonShape, Region
from tests.connectors import small

ROWS, COLUMNS = 40, 60
LABELS = {"polyp": "polyp"}


def box(x0: object, y0: object, x1: object, y1: object) -> str:
    corners = {"xmin": x0, "ymin": y0, "xmax": x1, "ymax": y1}
    return "<bndbox>" + "".join(f"<{tag}>{value}</{tag}>" for tag, value in corners.items()) + "</bndbox>"


def write(root: Path, *objects: str, size: tuple[int, int] = (COLUMNS, ROWS)) -> None:
    (root / "img").mkdir(exist_ok=True)
    Image.fromarray(np.full((ROWS, COLUMNS), 90, np.uint8)).save(root / "img/a.png")
    parts = "".join(f"<object><name>polyp</name>{part}</object>" for part in objects)
    head = f"<size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth></size>"
    (root / "a.xml").write_text(f"<annotation><filename>other.jpg</filename>{head}{parts}</annotation>")


def card(labels: dict[str, str | None] | None = None, **options: Any) -> Any:
    voc = {"format": "voc", "file": "{stem}.xml", **options}
    return small.card("pictures", {"files": ["img/*.png"], "annotations": [voc]}, labels or LABELS)


def regions(root: Path, **options: Any) -> list[Region]:
    return small.read(card(**options), root)[1]


def test_the_standard_counts_pixels_from_one_and_includes_the_last(tmp_path: Path) -> None:
    write(tmp_path, box(1, 1, COLUMNS, ROWS), box("3.0", 5, 3, 5))
    whole, one = sorted(regions(tmp_path), key=lambda r: r.shape.xyxy)
    assert whole.shape == BoxShape(xyxy=(0, 0, COLUMNS, ROWS))
    assert one.shape == BoxShape(xyxy=(2, 4, 3, 5))  # a box of one pixel


def test_tools_that_count_from_zero_or_end_at_the_edge_say_so(tmp_path: Path) -> None:
    write(tmp_path, box(0, 2, 9, 10))
    assert regions(tmp_path, one_based=False)[0].shape == BoxShape(xyxy=(0, 2, 10, 11))
    assert regions(tmp_path, one_based=False, inclusive=False)[0].shape == BoxShape(xyxy=(0, 2, 9, 10))
    assert "a.xml: object 1: the box (-1.0, 1.0, 9.0, 10.0) is not within" in small.problems(card(), tmp_path)[0]


def test_a_box_that_stands_for_a_point_is_its_centre(tmp_path: Path) -> None:
    write(tmp_path, box(7, 3, 8, 4))
    plain = {"one_based": False, "inclusive": False}
    assert regions(tmp_path, points=["polyp"], **plain)[0].shape == PointShape(points=((7.5, 3.5),))
    assert regions(tmp_path, points=["other"], **plain)[0].shape == BoxShape(xyxy=(7, 3, 8, 4))


def test_attributes_are_kept(tmp_path: Path) -> None:
    write(
        tmp_path,
        f"<pose>Frontal</pose><truncated>1</truncated><difficult>0</difficult><grade>II</grade>{box(1, 1, 5, 5)}",
    )
    assert regions(tmp_path, keep=["grade"])[0].meta == {"truncated": True, "pose": "Frontal", "grade": "II"}


def test_outlines_and_points_instead_of_boxes(tmp_path: Path) -> None:
    numbered = "<polygon><x1>1</x1><y1>1</y1><x2>9</x2><y2>1</y2><x3>9</x3><y3>9</y3></polygon>"
    listed = "<polygon><pt><x>1</x><y>1</y></pt><pt><x>9</x><y>1</y></pt><pt><x>9</x><y>9</y></pt></polygon>"
    for outline in (numbered, listed):
        write(tmp_path, outline + box(1, 1, 9, 9))
        assert regions(tmp_path)[0].shape == PolygonShape(rings=(((0.5, 0.5), (8.5, 0.5), (8.5, 8.5)),))
    write(tmp_path, "<point><x>4</x><y>7</y></point>")
    assert regions(tmp_path)[0].shape == PointShape(points=((3.5, 6.5),))


def test_a_file_without_objects_was_looked_at(tmp_path: Path) -> None:
    write(tmp_path)
    records, found = small.read(card(), tmp_path)
    assert found == []
    assert records[0].meta["annotations"] == ["a.xml"]


def test_what_a_missing_file_means_is_said(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "a.xml").unlink()
    assert "a.xml: the file is not there" in small.problems(card(), tmp_path)[0]
    assert "annotations" not in small.read(card(missing="unannotated"), tmp_path)[0][0].meta
    (tmp_path / "b.xml").write_text("")  # another image has one: they are not somewhere else
    assert small.read(card(missing="nothing"), tmp_path)[0][0].meta["annotations"] == ["a.xml"]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (box(5, 5, 4, 5), "has no area"),
        (box(5, 5, 2, 9), "ends before it begins"),
        (box(5, "x", 9, 9), "object 1, <ymin>: '...' is no number"),
        ("<bndbox><xmin>1</xmin></bndbox>", "<ymin>: '...' is no number"),
        ("", "no <bndbox>"),
        (box(5, 5, COLUMNS + 2, 9), "not within an image of 60 x 40"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, part: str, reason: str) -> None:
    write(tmp_path, part)
    assert reason in small.problems(card(), tmp_path)[0]


def test_another_size_or_another_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, box(1, 1, 5, 5), size=(ROWS, COLUMNS))
    assert "is not that of img/a.png, (40, 60)" in small.problems(card(), tmp_path)[0]
    assert len(regions(tmp_path, size="ignore")) == 1
    (tmp_path / "a.xml").write_text("<html></html>")
    assert "<html> is no VOC" in small.problems(card(), tmp_path)[0]
    (tmp_path / "a.xml").write_text("<annotation>\n<object>")
    assert "line 2: not XML" in small.problems(card(), tmp_path)[0]
