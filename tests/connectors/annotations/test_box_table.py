"""Boxes from tables, against hand numbers and pycocotools."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco

from connectors.annotations import box_table
from connectors.assemble import Image
from connectors.drafts import RegionDraft
from schemas import BoxShape, Geometry, Region
from tests.connectors import small
from tests.connectors.annotations.published import COLUMNS, ROWS, pictures, problems, read, states

LABELS: dict[str, str | None] = {"Mass": "nodule", "Edema": "pulmonary_edema", "No finding": None}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return pictures(tmp_path, "img/a.png", "img/b.png")


def spec(**table: Any) -> dict[str, Any]:
    return {"format": "box_table", "file": "t.csv", "key": "id", "label": "c", "box": "xywh", **table}


def box(region: Region) -> tuple[float, ...]:
    assert isinstance(region.shape, BoxShape)
    return tuple(round(value, 6) for value in region.shape.xyxy)


def boxes(root: Path, csv: str, **table: Any) -> list[tuple[float, ...]]:
    (root / "t.csv").write_text(csv)
    return sorted(box(region) for region in read(root, LABELS, spec(**table))[1])


def why(root: Path, csv: str, **table: Any) -> str:
    (root / "t.csv").write_text(csv)
    (reason,) = problems(root, LABELS, spec(**table))
    return reason


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({"box": "xywh"}, "2,3,8,20"),
        ({"box": "yxhw"}, "3,2,20,8"),
        ({"box": "xyxy"}, "2,3,10,23"),
        ({"box": "yxyx"}, "3,2,23,10"),
        ({"box": "cxcywh"}, "6,13,8,20"),
        ({"box": "xyxy", "inclusive": True}, "2,3,9,22"),
        ({"box": "xyxy", "one_based": True}, "3,4,11,24"),
        ({"box": "xyxy", "one_based": True, "inclusive": True}, "3,4,10,23"),
        ({"box": "xywh", "one_based": True}, "3,4,8,20"),
        ({"box": "xywh", "normalised": True}, f"{2 / 40},{3 / 33},{8 / 40},{20 / 33}"),
        ({"box": "xywh", "of": [80, 99]}, "4,9,16,60"),
        ({"box": "xywh", "y_up": True}, "2,10,8,20"),
        ({"box": "xywh", "y_up": True, "of": [80, 99]}, "4,30,16,60"),
        ({"box": "xyxy", "y_up": True, "normalised": True}, f"{2 / 40},{10 / 33},{10 / 40},{30 / 33}"),
    ],
)
def test_conventions(root: Path, options: dict[str, Any], numbers: str) -> None:
    csv = f"id,c,p,q,r,s\na,Mass,{numbers}\n"
    assert boxes(root, csv, columns=["p", "q", "r", "s"], **options) == [(2, 3, 10, 23)]


def test_readers_of_whom_some_draw_it_and_some_say_that_nothing_is_there(root: Path) -> None:
    rows = [
        "a,R1,Mass,1,2,3,4",
        "a,R2,Mass,1,2,3,4",
        "a,R3,No finding,,,,",
        "b,R1,No finding,,,,",
        "b,R2,No finding,,,,",
    ]
    (root / "t.csv").write_text("\n".join(["id,who,c,x,y,w,h", *rows]))
    table = spec(columns=["x", "y", "w", "h"], reader="who", votes=True, nothing={"c": "No finding"})
    labels = {**LABELS, "No finding": "no_abnormality"}
    records, regions = read(root, labels, table)
    assert states(records["a"]) == {"nodule": "uncertain", "no abnormality": "uncertain"}
    assert records["a"].meta["votes"]["Mass"] == {"R1": "present", "R2": "present", "R3": "absent"}
    assert [region.made_by.name for region in regions] == ["R1", "R2"], "who drew it stays with what was drawn"
    assert states(records["b"]) == {"no abnormality": "present"}
    assert records["b"].meta["readers"] == ["R1", "R2"]


def test_a_box_covers_the_pixels_that_coco_says(root: Path) -> None:
    (region,) = [(2, 3, 10, 23)]
    area = int(coco.area(coco.frPyObjects(np.array([[2.0, 3.0, 8.0, 20.0]]), ROWS, COLUMNS))[0])
    assert (region[2] - region[0]) * (region[3] - region[1]) == area
    assert boxes(root, "id,c,x,y,w,h\na,Mass,2,3,8,20\n", columns=["x", "y", "w", "h"]) == [region]


@pytest.mark.parametrize(
    ("options", "cell"),
    [
        ({}, '"2, 3, 8, 20"'),
        ({}, "[2 3 8 20]"),
        ({"box": "xyxy"}, '"(2.0, 3.0, 10.0, 23.0)"'),
        ({"keys": ["x", "y", "width", "height"]}, "\"[{'x': 2, 'y': 3, 'width': 8, 'height': 20}]\""),
    ],
)
def test_boxes_in_a_cell(root: Path, options: dict[str, Any], cell: str) -> None:
    assert boxes(root, f"id,c,b\na,Mass,{cell}\nb,Mass,\n", columns=["b"], **options) == [(2, 3, 10, 23)]


def test_several_boxes_in_a_cell(root: Path) -> None:
    assert boxes(root, "id,c,b\na,Mass,1 2 3 4;5 6 7 8\n", columns=["b"]) == [(1, 2, 4, 6), (5, 6, 12, 14)]
    assert "7 numbers are no boxes of 4" in why(root, "id,c,b\na,Mass,1 2 3 4;5 6 7\n", columns=["b"])


def test_four_corners(root: Path) -> None:
    columns = ["x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"]
    csv = f"id,c,{','.join(columns)}\na,Mass,2,3,10,3,10,23,2,23\n"
    assert boxes(root, csv, columns=columns, box="corners") == [(2, 3, 10, 23)]


def test_rows_without_a_box_were_looked_at(root: Path) -> None:
    (root / "t.csv").write_text("id,c,x,y,w,h\na,No finding,,,,\nb,No finding,0,0,1,1\n")
    table = spec(columns=["x", "y", "w", "h"], nothing={"c": "No finding"})
    records, regions = read(root, LABELS, table)
    assert not regions
    assert [records[case].meta["annotations"] for case in "ab"] == [["t.csv"], ["t.csv"]]


def test_readers_scores_and_more(root: Path) -> None:
    (root / "t.csv").write_text(
        "id,c,x,y,w,h,rad,view,s\na,Mass,1,1,4,4,R9,PA,0.25\na,Mass,1,1,5,4,R8,PA,0.5\na,Mass,1,1,5,4,R8,PA,0.5\n"
    )
    columns = ["x", "y", "w", "h"]
    _, regions = read(root, LABELS, spec(columns=columns, reader="rad", meta={"view": "view"}))
    assert sorted(region.made_by.name for region in regions) == ["R8", "R9"], "a row repeated is one box"
    assert {region.made_by.kind for region in regions} == {"human"}
    assert [region.meta for region in regions] == [{"view": "PA"}] * 2
    _, regions = read(root, LABELS, spec(columns=columns, score="s", made_by={"kind": "model", "name": "m"}))
    assert sorted(region.made_by.score or 0 for region in regions) == [0.25, 0.5]


def test_a_box_may_have_several_labels(root: Path) -> None:
    (root / "t.csv").write_text("id,c,x,y,w,h\na,\"['Mass', 'Edema']\",1,1,4,4\n")
    _, regions = read(root, LABELS, spec(columns=["x", "y", "w", "h"], split_on="list"))
    assert sorted((region.source_label, box(region)) for region in regions) == [
        ("Edema", (1, 1, 5, 5)), ("Mass", (1, 1, 5, 5)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ("1,1,4,", "line 2: 1 of a mark's 4 numbers are blank"),
        ("1,1,4,x", "line 2: column 'h': '...' is no number"),
        ("1,1,0,4", "has no area; set `skip_empty`"),
        ("1,1,-3,4", "ends before it begins"),
        ("38,1,4,4", "is not within an image of 40 x 33 pixels"),
        ("50,1,4,4", "is not within an image of 40 x 33 pixels"),
    ],
)
def test_bad_boxes_name_their_row(root: Path, numbers: str, reason: str) -> None:
    assert reason in why(root, f"id,c,x,y,w,h\na,Mass,{numbers}\n", columns=["x", "y", "w", "h"])


def test_what_a_card_may_forgive(root: Path) -> None:
    csv = "id,c,x,y,w,h\na,Mass,38,-2,4,4\na,Mass,1,1,0,4\n"
    assert boxes(root, csv, columns=["x", "y", "w", "h"], clip=True, skip_empty=True) == [(38, 0, 40, 2)]
    assert "is not within" in why(root, "id,c,x,y,w,h\na,Mass,50,1,4,4\n", columns=["x", "y", "w", "h"], clip=True)
    assert "does not say what" in why(root, "id,c,x,y,w,h\na,,1,1,4,4\n", columns=["x", "y", "w", "h"])


def test_wrong_options_are_refused() -> None:
    good: dict[str, Any] = {"file": "t.csv", "key": "id", "label": "c", "box": "xywh"}
    for bad, reason in (
        ({"columns": ["a", "b"]}, "takes 4"), ({"columns": ["a"], "inclusive": True}, "inclusive"),
        ({"columns": ["a"], "constant": "x"}, "either"), ({"columns": ["a"], "score": "s"}, "made_by"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=reason):
            box_table.Options.model_validate({**good, **bad})


def drawn(root: Path, geometry: Geometry, **table: Any) -> list[tuple[str, tuple[float, ...]]]:
    options = box_table.Options.model_validate({k: v for k, v in spec(**table).items() if k != "format"})
    image = Image(root, small.card("pictures", {"files": ["*"]}), "a", {"stem": "a"}, geometry)
    drafts = [draft for draft in box_table.annotate(image, options) if isinstance(draft, RegionDraft)]
    return [(d.frame, tuple(round(v, 6) for v in d.shape.xyxy)) for d in drafts if isinstance(d.shape, BoxShape)]


def test_frames_of_clips_and_slices_of_volumes(root: Path) -> None:
    from transforms.media.geometry import grid  # what the samples' views are made with

    (root / "t.csv").write_text("id,c,x,y,w,h,n\na,Mass,2,3,8,5,4\n")
    table: dict[str, Any] = {"columns": ["x", "y", "w", "h"], "frame": "n"}
    assert drawn(root, Geometry(shape=(6, 33, 40)), **table) == [("frame:4", (2, 3, 10, 8))]
    for signs, spacing in (((1, 1, 1), (1, 1, 3)), ((-1, -1, 1), (1, 1, 3)), ((-1, 1, -1), (1, 2, 3))):
        matrix = np.diag([*np.multiply(signs, spacing), 1.0])
        affine = tuple(tuple(float(v) for v in line) for line in matrix)
        geometry = Geometry(shape=(20, 12, 6), spacing_mm=spacing, affine=affine)  # type: ignore[arg-type]
        ((frame, found),) = drawn(root, geometry, **table, frame_base=1)
        assert frame == "axial:3"
        volume = np.zeros(geometry.shape)
        volume[2:10, 3:8, 3] = 1
        rows, columns = np.nonzero(grid(geometry, "axial", 3).cut(volume, labels=True))
        assert found == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert drawn(root, geometry, **table, frame_base=-3) == []
