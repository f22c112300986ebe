"""Lists held against images, in each format that has lists: the same things are told of all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import catalog
from connectors import open_dataset
from connectors.coverage import coverage, troubles
from tests.connectors import small

NAMES = ("a", "b", "gone", "b")  # c has no entry, b has two


def coco(root: Path) -> dict[str, Any]:
    images = [{"id": n, "file_name": f"{name}.png", "width": 8, "height": 8} for n, name in enumerate(NAMES)]
    whole = {"images": images, "annotations": [], "categories": [{"id": 1, "name": "liver"}]}
    (root / "list.json").write_text(json.dumps(whole))
    return {"format": "coco", "file": "list.json"}


def via(root: Path) -> dict[str, Any]:
    entries = [{"filename": f"{name}.png", "size": n, "regions": []} for n, name in enumerate(NAMES)]
    (root / "list.json").write_text(json.dumps(entries))
    return {"format": "image_json", "file": "list.json", "key": "{filename}", "objects": "regions", "box": "box",
            "constant": "liver"}  # fmt: skip


def cvat(root: Path) -> dict[str, Any]:
    entries = "".join(f'<image id="{n}" name="{name}.png"><box label="{n}"/></image>' for n, name in enumerate(NAMES))
    (root / "list.xml").write_text(f"<annotations>{entries}</annotations>")
    return {"format": "slide_xml", "tool": "cvat", "file": "list.xml", "missing": "unannotated"}


def csv(root: Path) -> dict[str, Any]:
    (root / "list.csv").write_text("id,age\n" + "".join(f"{name},{n}\n" for n, name in enumerate(NAMES)))
    return {"format": "table", "file": "list.csv", "key": "id", "match": "{stem}", "tell": {"age": "age"}}


def split_list(root: Path) -> dict[str, Any]:
    (root / "train.txt").write_text("a\nb\ngone\n")
    (root / "test.txt").write_text("b\n")
    return {"format": "split_lists", "file": "{split:train|test}.txt", "header": ["id"], "key": "id",
            "match": "{stem}", "default": ""}  # fmt: skip


def looked(root: Path, annotation: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    for n, name in enumerate("abc"):
        Image.fromarray(np.full((8, 8), n, np.uint8)).save(root / f"{name}.png")
    card = small.card("pictures", {"files": ["{stem}.png"], "annotations": [annotation]}, {"liver": "liver"})
    found = coverage(open_dataset(card, catalog.labelspace()), root)
    missing, noted = ({one.what: list(one.examples) for one in own} for own in (found.missing, found.noted))
    return missing, noted


@pytest.mark.parametrize(
    ("made", "name"), [(coco, "gone.png"), (via, "gone.png"), (cvat, "gone.png"), (csv, "gone"), (split_list, "gone")]
)
def test_both_ways(tmp_path: Path, made: Callable[[Path], dict[str, Any]], name: str) -> None:
    annotation = made(tmp_path)
    missing, noted = looked(tmp_path, annotation)
    assert list(missing.values()) == [[name]], missing
    assert next(iter(missing)).endswith("whose image is not there")
    if made is not cvat:  # which speaks of what was drawn on
        assert ["c.png"] in noted.values(), noted
    if made is not split_list:
        assert any("has several rows, which differ" in what for what in noted), noted


def test_rows_that_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,age\na,1\nb,2\nb,2\nc,3\n")
    table = {"format": "table", "file": "list.csv", "key": "id", "match": "{stem}", "tell": {"age": "age"}}
    missing, noted = looked(tmp_path, table)
    assert missing == {}
    assert noted == {"images that list.csv names twice, in the same words": ["b"]}


def test_a_decathlon_whose_files_were_lost(tmp_path: Path) -> None:
    """dataset.json names images and masks that are not there, and not all that are."""
    for name in ("imagesTr", "labelsTr"):
        (tmp_path / name).mkdir()
    training = [{"image": f"./imagesTr/{n}.nii.gz", "label": f"./labelsTr/{n}.nii.gz"} for n in ("1", "2", "3", "3")]
    (tmp_path / "dataset.json").write_text(json.dumps({"labels": {"0": "background"}, "training": training}))
    for path in ("imagesTr/1", "imagesTr/3", "imagesTr/4", "labelsTr/1"):
        (tmp_path / f"{path}.nii.gz").write_bytes(b"x")
    card = small.card("volumes", {"files": ["imagesTr/{case}.nii.gz"],
                                  "annotations": [{"format": "dataset_json", "file": "dataset.json"}]})  # fmt: skip
    found = coverage(open_dataset(card, catalog.labelspace()), tmp_path)
    missing = {one.what: one.examples for one in found.missing}
    assert missing["rows of dataset.json whose image is not there"] == ("imagesTr/2.nii.gz",)
    assert missing["files that dataset.json names"] == ("labelsTr/2.nii.gz", "labelsTr/3.nii.gz")
    noted = {one.what: one.examples for one in found.noted}
    assert noted == {
        "images that dataset.json names twice, in the same words": ("imagesTr/3.nii.gz",),
        "images that no list of the annotations dataset_json names": ("imagesTr/4.nii.gz",),
    }
    assert any("note: 1 images that dataset.json names twice" in line for line in troubles(found))
