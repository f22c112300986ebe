"""Entries of annotation files go to the image that they name, whatever the names look like, or are refused by name."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

import catalog
from connectors import open_dataset
from connectors.coverage import coverage
from schemas import BoxShape
from tests.connectors import small
from tests.connectors.annotations.published import pictures

BOXES = {"p1": [5, 5, 10, 10], "p2": [20, 20, 15, 5]}


def card(annotation: dict[str, Any] | None = None, files: str = "img/{patient}/{slice}.png", **more: Any) -> Any:
    given = annotation or {"format": "coco", "file": "a.json"}
    options = {"files": [files], "subject": "{path}", "annotations": [given], **more}
    return small.card("pictures", options, {"lesion": "lesion"}, exhaustive=["lesion"])


def coco(root: Path, names: dict[str, list[int]], **changes: Any) -> None:
    images = [{"id": n, "file_name": name} for n, name in enumerate(names, start=1)]
    marks = [{"id": n, "image_id": n, "category_id": 1, "bbox": box} for n, box in enumerate(names.values(), start=1)]
    whole = {"images": images, "annotations": marks, "categories": [{"id": 1, "name": "lesion"}], **changes}
    (root / "a.json").write_text(json.dumps(whole))


def drawn(root: Path, made: Any) -> dict[str, list[tuple[float, ...]]]:
    """The boxes by the picture's path."""
    records, regions = small.read(made, root)
    return {
        record.sources[0].uri: [
            region.shape.xyxy
            for region in regions
            if region.record == record.key and isinstance(region.shape, BoxShape)
        ]
        for record in records
    }


TWO = {"img/p1/1.png": [(5, 5, 15, 15)], "img/p2/1.png": [(20, 20, 35, 25)]}


@pytest.mark.parametrize("form", ["{}/1.png", "{}\\1.png", "./{}/1.png", "/data/set/img/{}/1.png", "img\\{}\\1.png"])
def test_folders_tell_pictures_of_one_name_apart(tmp_path: Path, form: str) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/1.png")
    coco(tmp_path, {form.format(name): box for name, box in BOXES.items()})
    assert drawn(tmp_path, card()) == TWO
    assert not coverage(open_dataset(card(), catalog.labelspace()), tmp_path).noted


def test_folders_tell_them_apart_in_every_format_of_many_pictures(tmp_path: Path) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/1.png")
    corners = {name: (x, y, x + w, y + h) for name, (x, y, w, h) in BOXES.items()}
    (tmp_path / "via.json").write_text(json.dumps({
        name: {"filename": f"{name}/1.png", "regions": [{
            "shape_attributes": {"name": "rect", "x": x, "y": y, "width": w, "height": h},
            "region_attributes": {"kind": "lesion"}}]} for name, (x, y, w, h) in BOXES.items()}))  # fmt: skip
    sides = ("xtl", "ytl", "xbr", "ybr")
    images = "".join(
        f'<image name="{name}/1.png"><box label="lesion" '
        + " ".join(f'{s}="{v}"' for s, v in zip(sides, box, strict=True)) + " /></image>"
        for name, box in corners.items()
    )  # fmt: skip
    (tmp_path / "cvat.xml").write_text(f"<annotations>{images}</annotations>")
    lines = [f"{name}\\1.png,lesion,{','.join(map(str, box))}" for name, box in BOXES.items()]
    (tmp_path / "t.csv").write_text("\n".join(["id,c,x,y,w,h", *lines]) + "\n")
    for annotation in (
        {"format": "image_json", "file": "via.json", "tool": "via"},
        {"format": "slide_xml", "file": "cvat.xml", "tool": "cvat"},
        {"format": "box_table", "file": "t.csv", "key": "id", "match": "{name}", "normalise": ["slash", "basename"],
         "label": "c", "columns": ["x", "y", "w", "h"], "box": "xywh"},
    ):  # fmt: skip
        assert drawn(tmp_path, card(annotation)) == TWO, annotation["format"]


def test_names_that_folders_leave_open_are_refused_by_name(tmp_path: Path) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p3/1.png")
    coco(tmp_path, {"p1/1.png": BOXES["p1"], "p2/1.png": BOXES["p2"]})
    (reason,) = small.problems(card(), tmp_path)
    assert reason.startswith("img/p3/1.png: p2/1.png in a.json may be its or that of img/p1/1.png")
    coco(tmp_path, {"p2/1.png": BOXES["p2"], "p4/1.png": BOXES["p1"]})
    assert "a.json has p2/1.png, p4/1.png, and nothing tells which" in small.problems(card(), tmp_path)[0]
    coco(tmp_path, {"1.png": BOXES["p1"]})
    first, second = small.problems(card(), tmp_path)
    assert first.startswith("img/p1/1.png: 1.png in a.json may be its or that of img/p3/1.png")
    assert second.startswith("img/p3/1.png")


def test_an_entry_is_of_the_picture_that_fits_best(tmp_path: Path) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/1.png", "img/p2/2.png")
    coco(tmp_path, {"p1/1.png": BOXES["p1"], "train/2.png": BOXES["p2"]})
    assert drawn(tmp_path, card()) == {"img/p1/1.png": [(5, 5, 15, 15)], "img/p2/1.png": [],
                                       "img/p2/2.png": [(20, 20, 35, 25)]}  # fmt: skip
    records, _ = small.read(card(), tmp_path)
    assert [len(record.exhaustive) for record in records] == [1, 0, 1], "no entry, not looked at"


@pytest.mark.parametrize("ids", [(1, "2"), ("1", 2), (1.0, "2 ")])
def test_ids_are_compared_as_text(tmp_path: Path, ids: tuple[Any, Any]) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/2.png")
    marks = [{"id": n, "image_id": own, "category_id": "1", "bbox": box}
             for n, (own, box) in enumerate(zip(ids, BOXES.values(), strict=True))]  # fmt: skip
    coco(tmp_path, {"1.png": [], "2.png": []}, annotations=marks)
    assert list(drawn(tmp_path, card()).values()) == list(TWO.values())


@pytest.mark.parametrize("broken", [False, True])
def test_what_is_of_no_image_is_told_once_whether_or_not_images_can_be_read(tmp_path: Path, broken: bool) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/2.png")
    if broken:
        for name in ("p1/1.png", "p2/2.png"):
            (tmp_path / "img" / name).write_bytes(b"cut")
    images = [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "2.png"}, {"id": 3, "file_name": None}]
    marks = [{"id": n, "image_id": own, "category_id": 1, "bbox": [1, 1, 4, 4]} for n, own in enumerate((1, 77, 78))]
    coco(tmp_path, {}, images=images, annotations=marks)
    told = open_dataset(card(), catalog.labelspace()).notices(tmp_path)
    assert [notice.text() for notice in told] == [
        "a.json: images[2]: has no 'file_name', only id, file_name",
        "a.json: image_id 77, 78: 2 annotations name images that no entry has",
    ]


def test_one_id_of_two_images_is_refused_and_two_entries_of_one_are_told(tmp_path: Path) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/2.png")
    images = [{"id": 1, "file_name": "1.png"}, {"id": "1", "file_name": "2.png"}]
    coco(tmp_path, {}, images=images, annotations=[])
    assert ["id 1 is that of several images" in reason for reason in small.problems(card(), tmp_path)] == [True, True]
    coco(tmp_path, {"1.png": BOXES["p1"], "2.png": BOXES["p2"]})
    whole = json.loads((tmp_path / "a.json").read_text())
    whole["images"].append({"id": 9, "file_name": "1.png"})
    whole["annotations"].append({"id": 9, "image_id": 9, "category_id": 1, "bbox": [1, 1, 2, 2]})
    (tmp_path / "a.json").write_text(json.dumps(whole))
    assert small.problems(card(), tmp_path) == [
        "a.json: id 1, 9: 2 entries of img/p1/1.png: what either says is taken together"
    ]
    assert sorted(drawn(tmp_path, card())["img/p1/1.png"]) == [(1, 1, 3, 3), (5, 5, 15, 15)]


@pytest.mark.parametrize("empty", [None, [], [[]], {}, "", {"size": [33, 40], "counts": []},
                                   {"size": [33, 40], "counts": [33 * 40]}])  # fmt: skip
def test_an_empty_outline_with_a_box_is_the_box(tmp_path: Path, empty: Any) -> None:
    pictures(tmp_path, "img/p1/1.png")
    mark = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 5, 10, 10], "segmentation": empty}
    coco(tmp_path, {"1.png": []}, annotations=[mark])
    assert drawn(tmp_path, card()) == {"img/p1/1.png": [(5, 5, 15, 15)]}


@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
@pytest.mark.parametrize("in_file", ["NFC", "NFD"])
def test_forms_of_unicode_are_one(tmp_path: Path, on_disk: Any, in_file: Any) -> None:
    disk, said = (unicodedata.normalize(form, "Zoë é") for form in (on_disk, in_file))
    pictures(tmp_path, f"img/{disk}/{disk}.png", f"mask/{said}_é.png")
    coco(tmp_path, {f"{said}.png": BOXES["p1"]})
    assert list(drawn(tmp_path, card()).values()) == [[(5, 5, 15, 15)]]
    (tmp_path / "t.csv").write_text(f"id,c\n{said},lesion\n")
    table = {"format": "table", "file": "t.csv", "key": "id", "match": "{slice}", "label": "c"}
    ((record,), _) = small.read(card(table), tmp_path)
    assert [one.state for one in record.presence] == ["present"]
    mask = {"format": "masks", "file": "mask/{slice}_é.png", "encode": "binary", "label": "lesion"}
    ((record,), (region,)) = small.read(card(mask), tmp_path)
    assert (tmp_path / region.shape.source.uri).is_file()  # type: ignore[union-attr]
    fixed = {**mask, "file": f"mask/{unicodedata.normalize('NFC', 'Zoë é')}_é.png"}
    assert len(small.read(card(fixed, files=f"img/{said}/{{slice}}.png"), tmp_path)[1]) == 1


LABELS = {"format": "table", "file": "t.csv", "key": "image", "match": "{name}", "label": "label"}


def told(root: Path, made: Any) -> tuple[dict[str, int], list[str]]:
    """How many labels each picture has, and what is told of them."""
    records, _ = small.read(made, root)
    return {record.sources[0].uri: len(record.presence) for record in records}, small.problems(made, root)


@pytest.mark.parametrize("subject", ["{patient}", "{path}", None])
@pytest.mark.parametrize("match", [{"match": "{name}"}, {"match": "{slice}.png"}, {"normalise": ["basename"]}])
def test_a_row_that_may_be_of_two_pictures_is_neithers_and_says_so(
    tmp_path: Path, subject: str | None, match: dict[str, Any]
) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/1.png", "img/p2/2.png")
    (tmp_path / "t.csv").write_text("image,label\n1.png,lesion\n2.png,lesion\n")
    made = card(LABELS | match)
    given = {name: value for name, value in made.layout.options.items() if name != "subject"}
    options = given | ({"subject": subject} if subject else {})
    made = made.model_copy(update={"layout": made.layout.model_copy(update={"options": options})})
    labels, notices = told(tmp_path, made)
    assert labels == {"img/p1/1.png": 0, "img/p2/1.png": 0, "img/p2/2.png": 1}
    assert sorted(notices) == [
        f"t.csv: '1.png' may name img/{own}/1.png or img/{other}/1.png: read for none; put a folder into `key` and "
        "`match`"
        for own, other in (("p1", "p2"), ("p2", "p1"))
    ]


def test_a_row_without_which_a_picture_is_refused_names_the_key(tmp_path: Path) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/1.png")
    (tmp_path / "t.csv").write_text("image,label\n1.png,lesion\n")
    refused = small.refused(card(LABELS | {"required": True}), tmp_path)
    assert len(refused) == 2
    assert all("'1.png' may name" in reason for reason in refused)


@pytest.mark.parametrize(
    ("files", "subject", "annotation"),
    [
        ("img/{plane}/{case}.png", "{case}", {"match": "{case}", "key": "{image}"}),  # a knee, in three planes
        ("img/{patient}/{slice}.png", "{patient}", {"match": "{patient}", "key": "patient"}),
        ("img/{patient}/{slice}.png", "{patient}", {"match": "{patient}/{name}", "key": "{patient}/{image}"}),
        ("img/{patient}/{slice}.png", "{patient}", {"match": "{name}", "key": "path", "normalise": ["basename"]}),
    ],
)
def test_rows_that_are_said_to_be_of_several_pictures_or_name_folders_are_read(
    tmp_path: Path, files: str, subject: str, annotation: dict[str, Any]
) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/1.png")
    rows = "".join(f"{'1' if 'case' in files else '1.png'},{p},x/{p}/1.png,lesion\n" for p in ("p1", "p2"))
    (tmp_path / "t.csv").write_text(f"image,patient,path,label\n{rows}")
    labels, notices = told(tmp_path, card(LABELS | annotation, files, subject=subject))
    assert labels == {"img/p1/1.png": 1, "img/p2/1.png": 1}
    assert not [notice for notice in notices if "may name" in notice]
