"""One bad entry among good ones, in every format that names entries: it is told, and costs itself alone."""

import json
from pathlib import Path
from typing import Any

import pytest

import catalog
from connectors import open_dataset
from schemas import Notice, Record, Region
from tests.connectors import small
from tests.connectors.annotations.published import options, pictures

LABELS: dict[str, str | None] = {"nodule": "nodule", "effusion": "pleural_effusion"}
TABLE = {"key": "id", "label": "c"}
SQUARE = [4, 5, 20, 5, 20, 15, 4, 15]
RING = [[x, y] for x, y in zip(SQUARE[0::2], SQUARE[1::2], strict=True)]
AREA = {"xml": "<annotation><size><width>40</width><height>33</height></size>{}</annotation>"}


def coco(*marks: dict[str, Any]) -> str:
    given = [{"id": n, "image_id": 1, "category_id": 1, **mark} for n, mark in enumerate(marks)]
    images = [{"id": 1, "file_name": "a.png"}]
    categories = [{"id": 1, "name": "nodule"}]
    return json.dumps({"images": images, "annotations": given, "categories": categories})


def voc(*numbers: tuple[int, int, int, int]) -> str:
    sides = ("xmin", "ymin", "xmax", "ymax")
    boxes = ["".join(f"<{s}>{v}</{s}>" for s, v in zip(sides, four, strict=True)) for four in numbers]
    return AREA["xml"].format("".join(f"<object><name>nodule</name><bndbox>{box}</bndbox></object>" for box in boxes))


def labelme(*shapes: list[list[float]]) -> str:
    return json.dumps(
        {"imageHeight": 33, "imageWidth": 40, "shapes": [{"label": "nodule", "points": points} for points in shapes]}
    )


def asap(*rings: list[list[float]]) -> str:
    inner = ["".join(f'<Coordinate Order="{n}" X="{x}" Y="{y}" />' for n, (x, y) in enumerate(ring)) for ring in rings]
    marks = "".join(
        f'<Annotation Type="Polygon" PartOfGroup="nodule"><Coordinates>{one}</Coordinates></Annotation>'
        for one in inner
    )
    return f"<ASAP_Annotations><Annotations>{marks}</Annotations></ASAP_Annotations>"


def cvat(*boxes: tuple[Any, ...]) -> str:
    sides = ("xtl", "ytl", "xbr", "ybr")
    inner = [" ".join(f'{s}="{v}"' for s, v in zip(sides, box, strict=True)) for box in boxes]
    marks = "".join(f'<box label="nodule" {one} />' for one in inner)
    return f'<annotations><image name="a.png">{marks}</image></annotations>'


BOX = {"format": "box_table", "columns": ["x", "y", "w", "h"], "box": "xywh", **TABLE}
BAD = {  # name: the annotation, its text with one good region of "a" and one bad entry, where the bad one is
    "zero width": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,nodule,5,5,0,4\n", "line 3"),
    "inverted": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,nodule,5,5,-3,4\n", "line 3"),
    "outside": (BOX, "id,c,x,y,w,h\na,nodule,38,1,7,4\na,nodule,5,5,3,4\n", "line 2"),
    "NaN": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,nodule,5,nan,3,4\n", "line 3"),
    "infinite": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,nodule,5,inf,3,4\n", "line 3"),
    "no number": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,nodule,5,?,3,4\n", "line 3"),
    "too few cells": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,nodule,5,5\n", "line 3"),
    "no label": (BOX, "id,c,x,y,w,h\na,nodule,1,1,4,4\na,,5,5,3,4\n", "line 3"),
    "one box of a cell": (
        {"format": "box_table", "columns": ["b"], "box": "xywh", **TABLE},
        "id,c,b\na,nodule,1 1 4 4;5 5 0 4\n", "line 2",
    ),
    "one object of a cell": (
        {"format": "box_table", "columns": ["b"], "box": "xywh", "keys": ["x", "y", "w", "h"], **TABLE},
        'id,c,b\na,nodule,"[{""x"":1,""y"":1,""w"":4,""h"":4},{""x"":5,""y"":null,""w"":4,""h"":4}]"\n', "line 2",
    ),
    "points": (
        {"format": "point_table", "columns": ["x", "y"], **TABLE}, "id,c,x,y\na,nodule,1,1\na,nodule,50,5\n", "line 3"
    ),
    "one point of a row": (
        {"format": "point_table", "columns": ["x", "y", "u", "v"], **TABLE}, "id,c,x,y,u,v\na,nodule,1,1,5,\n", "line 2"
    ),
    "outlines": (
        {"format": "point_table", "columns": ["p"], "shape": "polygon", **TABLE},
        'id,c,p\na,nodule,1 1 9 1 9 9\na,nodule,1 1 9 1\n', "line 3",
    ),
    "joined outlines": (
        {"format": "point_table", "columns": ["x", "y"], "shape": "polygon", "join": True, "group": ["n"], **TABLE},
        "id,c,n,x,y\na,nodule,1,1,1\na,nodule,1,9,1\na,nodule,1,9,9\n"
        "a,nodule,2,1,1\na,nodule,2,9,\na,nodule,2,9,9\na,nodule,2,9,20\n", "line 6",
    ),
    "run lengths": (
        {"format": "rle_table", "runs": "r", "order": "F", **TABLE}, "id,c,r\na,nodule,5 3\na,nodule,1319 9\n", "line 3"
    ),
    "joined run lengths": (
        {"format": "rle_table", "runs": "r", "order": "F", "join": True, **TABLE},
        "id,c,r\na,effusion,5 3\na,nodule,5 3\na,nodule,9 x\n", "line 4",
    ),
    "shapes in a cell": (
        {"format": "shape_cells", "cell": "s", "codes": {"0": "box"}, **TABLE},
        "id,c,s\na,nodule,0 1 1 9 9;0 1 1 1 9\n", "line 2",
    ),
    "coco": ({"format": "coco"}, coco({"bbox": [1, 1, 4, 4]}, {"bbox": [1, 1, 0, 4]}), "annotation 1"),
    "coco, two points": (
        {"format": "coco"}, coco({"segmentation": [SQUARE]}, {"segmentation": [[1, 1, 9, 9]]}), "annotation 1"
    ),
    "coco, run lengths": (
        {"format": "coco"},
        coco({"segmentation": [SQUARE]}, {"segmentation": {"size": [33, 40], "counts": [1, 2]}}), "annotation 1",
    ),
    "coco, NaN": ({"format": "coco"}, coco({"bbox": [1, 1, 4, 4]}, {"bbox": [1, float("nan"), 4, 4]}), "annotation 1"),
    "coco, no category": (
        {"format": "coco"}, coco({"bbox": [1, 1, 4, 4]}, {"bbox": [1, 1, 4, 4], "category_id": 7}), "annotation 1"
    ),
    "coco, null": ({"format": "coco"}, coco({"bbox": [1, 1, 4, 4]}, {"bbox": [1, None, 4, 4]}), "annotation 1"),
    "voc": ({"format": "voc"}, voc((2, 2, 9, 9), (5, 5, 4, 5)), "object 2"),
    "yolo": ({"format": "yolo", "names": ["nodule"]}, "0 .5 .5 .2 .2\n0 .9 .5 .5 .5\n", "line 2"),
    "yolo, no class": ({"format": "yolo", "names": ["nodule"]}, "0 .5 .5 .2 .2\nx .5 .5 .1 .1\n", "line 2"),
    "labelme": ({"format": "image_json", "tool": "labelme"}, labelme(RING, [[1, 1], [9, 9]]), "shapes[1]"),
    "paths": (
        {"format": "image_json", "objects": "o[*]", "label": "l", "box": "b"},
        json.dumps({"o": [{"l": "nodule", "b": [1, 1, 4, 4]}, {"l": "nodule", "b": [1, 1, 4]}]}), "o[*] 1",
    ),
    "paths, NaN for a label": (
        {"format": "image_json", "objects": "o[*]", "label": "l", "box": "b"},
        json.dumps({"o": [{"l": "nodule", "b": [1, 1, 4, 4]}, {"l": float("nan"), "b": [1, 1, 4, 5]}]}), "o[*] 1",
    ),
    "asap": ({"format": "slide_xml", "tool": "asap"}, asap(RING, [[1, 1], [float("nan"), 1], [9, 9]]), "Annotation 2"),
    "cvat": (
        {"format": "slide_xml", "tool": "cvat"}, cvat((1, 1, 4, 4), (1, 1, 4, "x")), "image a.png, box 2, ybr"
    ),
}  # fmt: skip
NAMES = {"coco": "a.json", "voc": "a.xml", "yolo": "a.txt", "image_json": "a.json", "slide_xml": "a.xml"}


def read(root: Path, annotation: dict[str, Any], text: str) -> tuple[Record, list[Region], list[Notice]]:
    pictures(root, "img/a.png")
    file = NAMES.get(annotation["format"], "t.csv")
    (root / file).write_text(text)
    card = small.card("pictures", options({**annotation, "file": file}), LABELS, exhaustive=["nodule"])
    source = open_dataset(card, catalog.labelspace())
    found = [thing for item in source.listing(root) for thing in source.read(root, item)]
    (record,) = [thing for thing in found if isinstance(thing, Record)]
    regions = [thing for thing in found if isinstance(thing, Region)]
    return record, regions, [thing for thing in found if isinstance(thing, Notice)]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_entry_costs_itself(tmp_path: Path, name: str) -> None:
    annotation, text, where = BAD[name]
    record, regions, (notice,) = read(tmp_path, annotation, text)
    assert len(regions) == 1, "the other entries are read"
    assert (notice.kind, notice.uri, notice.record) == ("row", NAMES.get(annotation["format"], "t.csv"), record.key)
    assert where in (f"line {notice.line}", notice.item)
    assert notice.item or notice.line, "which row, or entry"
    assert record.exhaustive == (), "what could not be read may be a nodule: none is absent"
    assert record.meta["annotations"] == [notice.uri]


def test_a_bad_entry_of_another_label_leaves_the_rest_absent(tmp_path: Path) -> None:
    record, regions, (notice,) = read(tmp_path, BOX, "id,c,x,y,w,h\na,effusion,5,5,0,4\n")
    assert (regions, notice.line) == ([], 2)
    assert record.exhaustive == ("nodule",)


@pytest.mark.parametrize("kind", ["box_table", "coco", "voc", "yolo"])
def test_what_is_drawn_twice_is_counted_once_and_told(tmp_path: Path, kind: str) -> None:
    twice: dict[str, tuple[dict[str, Any], str]] = {
        "box_table": (BOX, "id,c,x,y,w,h\n" + "a,nodule,1,1,4,4\n" * 2),
        "coco": ({"format": "coco"}, coco({"bbox": [1, 1, 4, 4]}, {"bbox": [1, 1, 4, 4]})),
        "voc": ({"format": "voc"}, voc((2, 2, 9, 9), (2, 2, 9, 9))),
        "yolo": ({"format": "yolo", "names": ["nodule"]}, "0 .5 .5 .2 .2\n" * 2),
    }
    record, regions, (notice,) = read(tmp_path, *twice[kind])
    assert (len(regions), notice.kind) == (1, "file")
    assert "counted once" in notice.reason
    assert record.exhaustive == ("nodule",)


def test_what_a_bad_entry_may_say_is_not_absent_by_another_table(tmp_path: Path) -> None:
    """A table that says "no nodule" beside a nodule's box without width: nothing tells which of them errs."""
    pictures(tmp_path, "img/a.png")
    (tmp_path / "b.csv").write_text("id,c,x,y,w,h\na,nodule,5,5,0,4\n")
    (tmp_path / "t.csv").write_text("id,nodule,effusion\na,0,0\n")
    table = {"format": "table", "file": "t.csv", "key": "id", "columns": ["nodule", "effusion"]}
    card = small.card("pictures", options({**BOX, "file": "b.csv"}, table), LABELS, exhaustive=["nodule"])
    ((record,), _) = small.read(card, tmp_path)
    assert [(one.concept.label, one.state) for one in record.presence] == [("pleural effusion", "absent")]
    assert record.exhaustive == ()
