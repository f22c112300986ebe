"""What looks like "nothing is there" and says nothing: blank cells, lists without annotations, masks that lie
elsewhere, another picture's entry. None of it makes a concept absent."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.connectors import small
from tests.connectors.annotations.published import COLUMNS, ROWS, pictures


def card(*annotations: dict[str, Any], files: str = "img/{case}.png") -> Any:
    options = {"files": [files], "subject": "{path}", "annotations": list(annotations)}
    return small.card("pictures", options, {"lesion": "lesion"}, exhaustive=["lesion"])


def exhaustive(made: Any, root: Path) -> dict[str, tuple[str, ...]]:
    return {record.sources[0].uri: record.exhaustive for record in small.read(made, root)[0]}


@pytest.mark.parametrize("cell", ["", "NaN", "nan"])
@pytest.mark.parametrize("told", [{"columns": ["lesion"]}, {"label": "lesion"}, {"labels": "lesion"}])
def test_a_blank_cell_says_nothing(tmp_path: Path, cell: str, told: dict[str, Any]) -> None:
    pictures(tmp_path, "img/a.png", "img/b.png")
    (tmp_path / "t.csv").write_text(f"id,lesion\na,{'0' if 'columns' in told else 'lesion'}\nb,{cell}\n")
    made = card({"format": "table", "file": "t.csv", "key": "id", **told})
    assert exhaustive(made, tmp_path) == {"img/a.png": ("lesion",), "img/b.png": ()}


def test_a_list_without_annotations_was_not_annotated(tmp_path: Path) -> None:
    pictures(tmp_path, "img/a.png")
    whole = {"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 1, "name": "lesion"}]}
    (tmp_path / "a.json").write_text(json.dumps(whole))
    made = card({"format": "coco", "file": "a.json"})
    assert exhaustive(made, tmp_path) == {"img/a.png": ()}
    assert "a.json: has no list 'annotations'" in small.notices(made, tmp_path)[0]


def test_masks_that_no_image_has_were_not_left_out(tmp_path: Path) -> None:
    pictures(tmp_path, "img/a.png", "img/b.png")
    mask = {"format": "masks", "file": "m/{case}.png", "encode": "binary", "label": "lesion", "missing": "empty"}
    assert exhaustive(card(mask), tmp_path) == {"img/a.png": (), "img/b.png": ()}
    (tmp_path / "m").mkdir()
    Image.fromarray(np.eye(ROWS, COLUMNS, dtype=np.uint8) * 255).save(tmp_path / "m/a.png")
    assert exhaustive(card(mask), tmp_path) == {"img/a.png": ("lesion",), "img/b.png": ("lesion",)}


def test_a_class_named_without_its_box_is_not_absent(tmp_path: Path) -> None:
    pictures(tmp_path, "img/a.png")
    (tmp_path / "b.csv").write_text("id,c,x,y,w,h\na,lesion,,,,\n")
    box = {"format": "box_table", "file": "b.csv", "key": "id", "label": "c", "box": "xywh", "columns": [*"xywh"]}
    assert exhaustive(card(box), tmp_path) == {"img/a.png": ()}
    assert "line 2: a: it names 'lesion' and says not where" in small.notices(card(box), tmp_path)[0]


def test_an_entry_of_another_folder_of_images_is_not_this_ones(tmp_path: Path) -> None:
    pictures(tmp_path, "img/p1/1.png", "img/p2/2.png")
    images = [{"id": 1, "file_name": "p2/1.png"}, {"id": 2, "file_name": "p2/2.png"}]
    marks = [{"id": n, "image_id": n, "category_id": 1, "bbox": [2, 2, 5, 5]} for n in (1, 2)]
    whole = {"images": images, "annotations": marks, "categories": [{"id": 1, "name": "lesion"}]}
    (tmp_path / "a.json").write_text(json.dumps(whole))
    made = card({"format": "coco", "file": "a.json"}, files="img/{patient}/{slice}.png")
    records, regions = small.read(made, tmp_path)
    drawn = {region.record for region in regions}
    assert [record.sources[0].uri for record in records if record.key in drawn] == ["img/p2/2.png"]
    assert exhaustive(made, tmp_path)["img/p1/1.png"] == ()


def save_pages(path: Path) -> None:
    pages = [Image.new("L", (COLUMNS, ROWS)), Image.new("L", (COLUMNS, ROWS), 255)]
    pages[0].save(path, save_all=True, append_images=pages[1:])


def save_alpha(path: Path) -> None:
    array = np.zeros((ROWS, COLUMNS, 4), np.uint8)
    array[4:9, 4:9, 3] = 255
    Image.fromarray(array).save(path)


@pytest.mark.parametrize(
    ("name", "save", "words"),
    [("a.tif", save_pages, "a mask of 2 pages"), ("a.png", save_alpha, "only its transparency varies")],
)
@pytest.mark.parametrize("encode", ["binary", "values"])
def test_masks_whose_first_look_is_empty_are_refused(
    tmp_path: Path, name: str, save: Any, words: str, encode: str
) -> None:
    pictures(tmp_path, "img/a.png")
    (tmp_path / "m").mkdir()
    save(tmp_path / "m" / name)
    told = {"label": "lesion"} if encode == "binary" else {"names": {255: "lesion"}}
    made = card({"format": "masks", "file": f"m/{name}", "encode": encode, **told})
    with pytest.raises(ValueError, match=words):
        small.notices(made, tmp_path)


def test_a_value_with_two_classes_is_neither(tmp_path: Path) -> None:
    pictures(tmp_path, "img/a.png")
    (tmp_path / "m").mkdir()
    Image.fromarray(np.eye(ROWS, COLUMNS, dtype=np.uint8)).save(tmp_path / "m/a.png")
    (tmp_path / "c.csv").write_text("id,v,c\na,1,lesion\na,1,other\n")
    classes = {"file": "c.csv", "key": "id", "value": "v", "label": "c"}
    made = card({"format": "masks", "file": "m/a.png", "classes": classes})
    assert "the value 1 is 'lesion' and 'other'" in small.refused(made, tmp_path)[0]
