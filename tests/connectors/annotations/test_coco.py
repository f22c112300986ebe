"""COCO JSON read through a card; pycocotools, which the format's authors wrote, is the oracle."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from pycocotools import mask as oracle

from connectors.annotations.coco import uncompressed
from schemas import BoxShape, PointShape, PolygonShape, Record, Region, RleShape
from tests.connectors import small
from transforms.regions.resolve import resolve

ROWS, COLUMNS = 48, 60
LABELS = {"polyp": "polyp", "tool": None}
CATEGORIES = [
    {"id": 0, "name": "polyp", "supercategory": "lesion"},
    {"id": 7, "name": "tool", "supercategory": "thing"},
]
BLOB = [10.2, 8.3, 30.7, 5.1, 41.6, 20.4, 33.3, 38.8, 12.9, 30.2]


def write(root: Path, marks: list[dict[str, Any]], images: list[dict[str, Any]] | None = None, **more: Any) -> None:
    for name in ("a.jpg", "b.jpg"):
        (root / "img").mkdir(exist_ok=True)
        Image.fromarray(np.full((ROWS, COLUMNS), 90, np.uint8)).save(root / "img" / name)
    images = images or [{"id": n, "file_name": f"x\\{name}", "height": ROWS, "width": COLUMNS} for n, name in
                        ((3, "a.jpg"), (4, "b.jpg"))]  # fmt: skip
    marks = [{"id": n, "image_id": 3, "category_id": 0, **mark} for n, mark in enumerate(marks)]
    body = {"images": images, "annotations": marks, "categories": CATEGORIES, **more}
    (root / "all.json").write_text(json.dumps(body))


def card(labels: dict[str, str | None] | None = None, **options: Any) -> Any:
    coco = {"format": "coco", "file": "all.json", **options}
    return small.card("pictures", {"files": ["img/*.jpg"], "annotations": [coco]}, labels or LABELS)


def read(root: Path, labels: dict[str, str | None] | None = None, **options: Any) -> tuple[list[Record], list[Region]]:
    return small.read(card(labels, **options), root)


def masks(root: Path, found: tuple[list[Record], list[Region]]) -> list[np.ndarray]:
    kept, dropped = resolve(root, found[0][0], found[1])
    assert not dropped
    return [item.full((ROWS, COLUMNS)) for item in sorted(kept, key=lambda i: i.region.meta["id"])]


def test_polygons_boxes_and_run_lengths_cover_what_pycocotools_says(tmp_path: Path) -> None:
    blob = np.zeros((ROWS, COLUMNS), np.uint8)
    blob[np.hypot(*np.mgrid[-20 : ROWS - 20, -30 : COLUMNS - 30]) < 13] = 1
    packed = oracle.encode(np.asfortranarray(blob))
    plain = oracle.frPyObjects({"size": [ROWS, COLUMNS], "counts": _runs(blob)}, ROWS, COLUMNS)
    write(
        tmp_path,
        [
            {"segmentation": {"size": [ROWS, COLUMNS], "counts": packed["counts"].decode()}, "bbox": [0, 0, 1, 1]},
            {"segmentation": {"size": [ROWS, COLUMNS], "counts": _runs(blob)}, "iscrowd": 1},
            {"segmentation": [[4, 5, 20, 5, 20, 9, 4, 9], [30, 30, 40, 30, 40, 44, 30, 44]]},
            {"segmentation": BLOB},
        ],
    )
    found = read(tmp_path, keep=["id"])
    squares = oracle.merge(
        oracle.frPyObjects([[4, 5, 20, 5, 20, 9, 4, 9], [30, 30, 40, 30, 40, 44, 30, 44]], ROWS, COLUMNS)
    )
    round_ = oracle.decode(oracle.frPyObjects([BLOB], ROWS, COLUMNS))[..., 0]
    mine = masks(tmp_path, found)
    np.testing.assert_array_equal(mine[0], oracle.decode(packed))
    np.testing.assert_array_equal(mine[1], oracle.decode(plain))
    np.testing.assert_array_equal(mine[2], oracle.decode(squares))
    assert (mine[3] & (round_ > 0)).sum() / (mine[3] | (round_ > 0)).sum() > 0.95  # pycocotools rounds edges outwards
    assert [region.meta.get("crowd") for region in sorted(found[1], key=lambda r: r.meta["id"])][1] is True
    assert {type(region.shape) for region in found[1]} == {RleShape, PolygonShape}


def _runs(mask: np.ndarray) -> list[int]:
    flat = mask.ravel(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    bounds = np.concatenate([[0], edges, [flat.size]])
    return ([0] if flat[0] else []) + np.diff(bounds).tolist()


@given(hnp.arrays(np.uint8, (23, 31), elements=st.integers(0, 1)))
def test_any_compressed_string_is_read_as_pycocotools_reads_it(mask: np.ndarray) -> None:
    text = oracle.encode(np.asfortranarray(mask))["counts"].decode()
    assert uncompressed(text) == _runs(mask)


def test_an_image_in_the_list_was_looked_at_and_one_that_is_not_was_not(tmp_path: Path) -> None:
    write(tmp_path, [], [{"id": 3, "file_name": "a.jpg", "height": ROWS, "width": COLUMNS}])
    found, regions = read(tmp_path)
    assert [record.meta.get("annotations") for record in found] == [["all.json"], None]
    assert regions == []
    assert ["b.jpg" in reason for reason in small.problems(card(required=True), tmp_path)] == [True]


def test_a_box_where_there_is_no_outline_and_on_request(tmp_path: Path) -> None:
    write(tmp_path, [{"bbox": [3, 4, 10.5, 6], "segmentation": []}])
    assert [region.shape for region in read(tmp_path)[1]] == [BoxShape(xyxy=(3, 4, 13.5, 10))]
    write(tmp_path, [{"bbox": [3, 4, 10.5, 6], "segmentation": [BLOB]}])
    assert [region.shape for region in read(tmp_path, shapes="box")[1]] == [BoxShape(xyxy=(3, 4, 13.5, 10))]


def test_keypoints_that_were_labelled_come_with_their_names(tmp_path: Path) -> None:
    categories = [{**CATEGORIES[0], "keypoints": ["tip", "root", "side"]}, CATEGORIES[1]]
    write(tmp_path, [{"keypoints": [5, 6, 2, 0, 0, 0, 9.5, 4, 1]}], categories=categories)
    ((region,), records) = read(tmp_path)[1], read(tmp_path)[0]
    assert region.shape == PointShape(points=((5, 6), (9.5, 4)), names=("tip", "side"))
    assert records[0].meta["annotations"] == ["all.json"]


def test_labels_are_names_parents_ids_or_made_of_several_keys(tmp_path: Path) -> None:
    write(tmp_path, [{"bbox": [3, 4, 5, 6], "quadrant": 2, "tooth": 4}])
    for label, wanted in (("name", "polyp"), ("supercategory", "lesion"), ("id", "0"), ("{quadrant}{tooth}", "24")):
        assert [region.source_label for region in read(tmp_path, {wanted: "polyp"}, label=label)[1]] == [wanted]
    found = read(tmp_path, {"x: growth": "polyp"}, prefix="x: ", names={"polyp": "growth"})[1]
    assert [region.source_label for region in found] == ["x: growth"]


def test_a_file_with_several_lists_of_categories(tmp_path: Path) -> None:
    lists = {"categories_1": CATEGORIES, "categories_3": [{"id": 0, "name": "caries"}]}
    write(tmp_path, [{"bbox": [3, 4, 5, 6], "category_id_3": 0}], **lists)
    found = read(tmp_path, {"caries": "polyp"}, categories="categories_3", category_id="category_id_3")[1]
    assert [region.source_label for region in found] == ["caries"]


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ({"bbox": [50, 4, 20, 6]}, r"all.json: annotation 0: the box \(50.0, 4.0, 70.0, 10.0\) is not within"),
        ({"bbox": [5, 4, 0, 6]}, "has no area"),
        ({"bbox": [5, 4, 0]}, "3 numbers"),
        ({"bbox": [5, 4, "w", 0]}, "'...' is no number"),
        ({"bbox": [5, 4, 3, 3], "category_id": 5}, "category_id 5 is none of categories"),
        ({}, "neither a segmentation nor a box"),
        ({"segmentation": [[1, 2, 3]]}, "no list of x, y"),
        ({"segmentation": [[1, 1, 3, 3, 5, 5]]}, "has no area"),
        ({"segmentation": {"size": [5, 5], "counts": [25]}}, r"mask of \[5, 5\]"),
        ({"segmentation": {"size": [ROWS, COLUMNS], "counts": [25]}}, "do not fill"),
        ({"keypoints": [1, 2]}, "2 numbers are not x, y, visibility"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, mark: dict[str, Any], reason: str) -> None:
    write(tmp_path, [mark])
    (found,) = small.problems(card(), tmp_path)
    assert re.search(reason, found), found


def test_another_size_than_the_images_is_refused_unless_it_is_known_to_be_wrong(tmp_path: Path) -> None:
    write(tmp_path, [], [{"id": 3, "file_name": "a.jpg", "height": COLUMNS, "width": ROWS}])
    assert "is (60, 48), img/a.jpg is (48, 60)" in small.problems(card(), tmp_path)[0]
    assert small.problems(card(sizes="ignore"), tmp_path) == []


def test_clipping_and_passing_over_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path, [{"bbox": [50, 4, 20, 6]}, {"bbox": [70, 4, 20, 6]}, {"bbox": [1, 1, 0, 5]}])
    assert [region.shape for region in read(tmp_path, clip=True, skip_empty=True)[1]] == [
        BoxShape(xyxy=(50, 4, 60, 10))
    ]


def test_what_is_no_coco_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [])
    (tmp_path / "all.json").write_text('{"images": [')
    assert "line 1, column" in small.problems(card(), tmp_path)[0]
    (tmp_path / "all.json").write_text('{"images": []}')
    assert "no list 'categories'" in small.problems(card(), tmp_path)[0]
