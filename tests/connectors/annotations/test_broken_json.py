"""A JSON of objects with any one value replaced by something else is read or refused, and never stops a run."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from connectors.shapes import coco_index
from tests.connectors import small

SQUARE = [[4, 5], [20, 5], [20, 15], [4, 15]]
OTHERS = (None, [], {}, "x", -1, [None], 1e300)
COCO = {
    "images": [{"id": 3, "file_name": "a.png", "height": 32, "width": 40}],
    "categories": [{"id": 1, "name": "polyp", "keypoints": ["p"]}],
    "annotations": [
        {"id": 1, "image_id": 3, "category_id": 1, "segmentation": [[4, 5, 20, 5, 20, 15]], "bbox": [4, 5, 16, 10]},
        {"id": 2, "image_id": 3, "category_id": 1, "segmentation": {"size": [32, 40], "counts": [1200, 80]}},
        {"id": 3, "image_id": 3, "category_id": 1, "bbox": [4, 5, 16, 10], "keypoints": [1, 2, 2], "iscrowd": 0},
    ],
}
POLYGON = {
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    "properties": {"classification": {"name": "polyp"}},
}
TOOLS: dict[str, Any] = {
    "labelme": {"shapes": [{"label": "polyp", "points": SQUARE, "shape_type": "polygon", "group_id": 1}],
                "imageHeight": 32, "imageWidth": 40},
    "via": {"k": {"filename": "a.png", "regions": [{"region_attributes": {"kind": "polyp"}, "shape_attributes": {
        "name": "rect", "x": 1, "y": 2, "width": 9, "height": 9}}]}},
    "supervisely": {"size": {"height": 32, "width": 40}, "objects": [
        {"classTitle": "polyp", "geometryType": "polygon", "points": {"exterior": SQUARE, "interior": [SQUARE]}}]},
    "labelbox": [{"External ID": "a.png", "Label": {"objects": [
        {"title": "polyp", "polygon": [{"x": 1, "y": 2}, {"x": 9, "y": 2}, {"x": 9, "y": 9}]},
        {"title": "polyp", "bbox": {"left": 1, "top": 2, "width": 3, "height": 4}}]}}],
    "geojson": {"features": [POLYGON]},
}  # fmt: skip


def variants(whole: Any) -> Iterator[Any]:
    """Copies of a JSON, each with one value replaced."""
    yield from OTHERS
    for path in list(places(whole)):
        for other in OTHERS:
            changed = copy.deepcopy(whole)
            inner = changed
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = other
            yield changed


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def read(root: Path, body: Any, given: dict[str, Any]) -> None:
    labels = {"polyp": "polyp", "x": "polyp", "-1": "polyp", "1e+300": "polyp"}
    card = small.card("pictures", {"files": ["*.png"], "annotations": [{"file": "a.json", **given}]}, labels)
    (root / "a.json").write_text(json.dumps(body))
    small.refused(card, root)  # anything else than Unreadable goes through


@pytest.fixture
def root(tmp_path: Path) -> Path:
    Image.fromarray(np.zeros((32, 40), np.uint8)).save(tmp_path / "a.png")
    return tmp_path


def test_coco(root: Path) -> None:
    for body in variants(COCO):
        coco_index.index.cache_clear()
        read(root, body, {"format": "coco"})


@pytest.mark.parametrize("tool", TOOLS)
def test_tools(root: Path, tool: str) -> None:
    for body in variants(TOOLS[tool]):
        read(root, body, {"format": "image_json", "tool": tool})


def test_paths(root: Path) -> None:
    body = [{"name": "a.png", "height": 32, "objects": [{"label": "polyp", "box": [1, 2, 9, 9], "outline": SQUARE}]}]
    for shape in (
        {"box": "box"},
        {"polygon": "outline"},
        {"points": "outline"},
        {"circle": ["box[0]", "box[1]", "box[2]"]},
    ):
        for changed in variants(body):
            read(root, changed, {
                "format": "image_json", "key": "{name}", "objects": "objects[*]", "label": "label", **shape,
            })  # fmt: skip
