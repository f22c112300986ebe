"""JSON, property lists and XML of published sets, read by the paths that a card gives; expected shapes are by hand."""

import json
import math
import plistlib
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as oracle

from schemas import BoxShape, PointShape, PolygonShape, rle
from tests.connectors import small
from tests.connectors.annotations.test_image_json import COLUMNS, LABELS, RING, ROWS, SQUARE, card, own, read, write


def test_boxes_under_the_images_names(tmp_path: Path) -> None:
    """Kvasir-SEG: {id: {height, width, bbox: [{label, xmin, ymin, xmax, ymax}]}}"""
    box = {"label": "polyp", "xmin": 4, "ymin": 5, "xmax": 20, "ymax": 15}
    write(tmp_path, {"a": {"height": ROWS, "width": COLUMNS, "bbox": [box]}})
    options = {"key": "{@key}", "match": "{stem}", "objects": "bbox[*]", "label": "label", "size": ["height", "width"],
               "box": ["xmin", "ymin", "xmax", "ymax"]}  # fmt: skip
    assert [region.shape for region in read(tmp_path, **options)[1]] == [BoxShape(xyxy=(4, 5, 20, 15))]
    write(tmp_path, {"a": {"height": COLUMNS, "width": ROWS, "bbox": [box]}})
    assert "height and width are (60, 48)" in small.problems(card(**options), tmp_path)[0]
    assert len(read(tmp_path, **options, sizes="ignore")[1]) == 1


def test_outlines_and_run_lengths_under_classes(tmp_path: Path) -> None:
    """CheXlocalize: {id: {img_size, class: [[[x, y], ...], ...]}} and {id: {class: {size, counts}}}"""
    write(tmp_path, {"a": {"img_size": [ROWS, COLUMNS], "polyp": [SQUARE, [[30, 30], [40, 30], [40, 40]]]}})
    options = {"key": "{@key}", "match": "{stem}", "objects": "*", "label": "@key", "skip": ["img_size"]}
    (joined,) = read(tmp_path, **options, polygon=".", size=["img_size[0]", "img_size[1]"])[1]
    assert joined.shape == PolygonShape(rings=(RING, ((30, 30), (40, 30), (40, 40))))
    assert len(read(tmp_path, **options, polygon=".", each=True)[1]) == 2
    mask = np.zeros((ROWS, COLUMNS), np.uint8)
    mask[3:9, 10:30] = 1
    packed = oracle.encode(np.asfortranarray(mask))
    write(tmp_path, {"a": {"polyp": {"size": packed["size"], "counts": packed["counts"].decode()}}})
    (region,) = read(tmp_path, **options, rle=".")[1]
    np.testing.assert_array_equal(rle.decode(region.shape), mask > 0)


def test_a_table_by_its_columns(tmp_path: Path) -> None:
    """VinDr-RibCXR: {img: {row: path}, R1: {row: [{x, y}, ...] or "None"}}"""
    points = [{"x": x, "y": y} for x, y in SQUARE]
    write(tmp_path, {"img": {"0": "data/train/img/a.png", "1": "data/train/img/b.png"},
                     "polyp": {"0": points, "1": "None"}})  # fmt: skip
    records, found = read(
        tmp_path, columns=True, entries="*", key="{img}", objects="*", label="@key", polygon=".", skip=["img"]
    )
    assert [region.shape for region in found] == [PolygonShape(rings=(RING,))]
    assert [record.meta["annotations"] for record in records] == [["a.json"]] * 2


def test_parallel_lists(tmp_path: Path) -> None:
    """ChestX-Det: [{file_name, syms: [...], boxes: [...], polygons: [...]}]"""
    entry = {"file_name": "a.png", "syms": ["polyp"], "boxes": [[4, 5, 20, 15]], "polygons": [SQUARE]}
    options = {"key": "{file_name}", "zip": ["syms", "boxes", "polygons"], "label": "syms"}
    write(tmp_path, [entry, {**entry, "file_name": "b.png", "syms": [], "boxes": [], "polygons": []}])
    assert [r.shape for r in read(tmp_path, **options, box="boxes")[1]] == [BoxShape(xyxy=(4, 5, 20, 15))]
    assert [r.shape for r in read(tmp_path, **options, polygon="polygons")[1]] == [PolygonShape(rings=(RING,))]
    write(tmp_path, [{**entry, "syms": []}])
    assert "syms, boxes, polygons have [0, 1, 1] members" in small.problems(card(**options, box="boxes"), tmp_path)[0]


def test_several_labels_and_normalised_boxes_of_a_finding(tmp_path: Path) -> None:
    """PadChest-GR: findings with labels and boxes, or with neither"""
    findings = [{"labels": ["polyp", "tool"], "boxes": [[0.25, 0.25, 0.5, 0.5]]}, {"abnormal": False}]
    write(tmp_path, [{"ImageID": "a.png", "findings": findings}])
    found = read(
        tmp_path, {"polyp": "polyp", "tool": "polyp"}, key="{ImageID}", objects="findings[*]", label="labels",
        box="boxes", normalised=True,
    )[1]  # fmt: skip
    assert {(r.source_label, r.shape) for r in found} == {
        (label, BoxShape(xyxy=(15, 12, 30, 24))) for label in ("polyp", "tool")
    }


def test_a_list_of_single_keys(tmp_path: Path) -> None:
    """SLAKE: [{class: [x, y, w, h]}]"""
    found = own(tmp_path, [{"polyp": [4, 5, 16, 10]}], objects="[*].*", label="@key", box=".", form="xywh")
    assert [region.shape for region in found] == [BoxShape(xyxy=(4, 5, 20, 15))]


def test_points_of_one_picture_of_a_stack(tmp_path: Path) -> None:
    """CL-Detection: points: [{name, point: [x, y, index]}]"""
    points = [{"name": "polyp", "point": [8, 9, 1]}, {"name": "polyp", "point": [1, 2, 2]}]
    write(tmp_path, {"points": points})
    options = {"files": ["img/{which:[ab]}.png"], "annotations": [
        {"format": "image_json", "file": "a.json", "objects": "points[*]", "label": "name", "points": "point",
         "pixels": True, "where": {"name": "polyp", "point[2]": "1"}}]}  # fmt: skip
    found = small.read(small.card("pictures", options, LABELS), tmp_path)[1]
    assert {region.shape for region in found} == {PointShape(points=((8.5, 9.5),))}


def test_an_apple_property_list(tmp_path: Path) -> None:
    """OsiriX: Images[].ROIs[] with Name and Point_px "(x, y)" texts"""
    rois = [{"Name": "polyp", "Point_px": [f"({x}.0, {y}.0)" for x, y in SQUARE], "Area": 1.5}]
    write(tmp_path, {})
    (tmp_path / "a.xml").write_bytes(plistlib.dumps({"Images": [{"ImageIndex": 0, "ROIs": rois}]}))
    (tmp_path / "img/b.png").unlink()
    (region,) = read(
        tmp_path, file="a.xml", objects="Images[*].ROIs[*]", label="Name", polygon="Point_px", keep=["Area"]
    )[1]
    assert region.shape == PolygonShape(rings=(RING,))
    assert region.meta == {"Area": 1.5}
    (tmp_path / "a.xml").write_text("<plist><dict><key>a</key></dict></plist>")
    assert "a.xml: not a property list" in small.problems(card(file="a.xml", constant="x", polygon="."), tmp_path)[0]


def test_xml_of_any_make(tmp_path: Path) -> None:
    """DIARETDB1: markinglist/marking with coords2d texts; ROC: marks with a radius, under the images' names; DDTI: JSON
    inside an element of XML that speaks of several images"""
    write(tmp_path, {})
    corners = "".join(f"<coords2d>{x},{y}</coords2d>" for x, y in SQUARE)
    region = f"<polygonregion><centroid><coords2d>9,9</coords2d></centroid>{corners}</polygonregion>"
    around = "<circleregion><centroid><coords2d>30,24</coords2d></centroid><radius>9</radius></circleregion>"
    marks = "".join(f"<marking>{part}<markingtype>polyp</markingtype></marking>" for part in (region, around))
    (tmp_path / "a.xml").write_text(f"<imgannotooldata><markinglist>{marks}</markinglist></imgannotooldata>")
    common = {"file": "a.xml", "objects": "markinglist.marking[*]", "label": "markingtype"}
    found = read(tmp_path, **common, polygon="polygonregion.coords2d")[1]
    assert {region.shape for region in found} == {PolygonShape(rings=(RING,))}
    found = read(tmp_path, **common, circle=["circleregion.centroid.coords2d", "circleregion.radius"])[1]
    assert all(math.dist(point, (30, 24)) == pytest.approx(9) for point in found[0].shape.rings[0])

    spot = '<annotations-per-image imagename="a.png"><annotation><mark x="30" y="24" radius="9"/></annotation>'
    other = '<annotations-per-image imagename="b.png"/>'
    (tmp_path / "a.xml").write_text(f"<set>{spot}</annotations-per-image>{other}</set>")
    records, found = read(
        tmp_path, file="a.xml", entries="annotations-per-image[*]", key="{@imagename}", objects="annotation[*].mark",
        circle=["@x", "@y", "@radius"], constant="polyp",
    )  # fmt: skip
    assert [record.meta["annotations"] for record in records] == [["a.xml"]] * 2
    assert len(found) == 1

    svg = json.dumps([{"points": [{"x": x, "y": y} for x, y in SQUARE], "regionType": "freehand"}])
    (tmp_path / "a.xml").write_text(
        f"<case><number>7</number><mark><image>a</image><svg>{svg}</svg></mark>"
        f"<mark><image>b</image><svg>{svg}</svg></mark></case>"
    )
    records, found = read(
        tmp_path, file="a.xml", entries="mark[*]", key="{image}", match="{stem}", objects="svg[*]", polygon="points",
        constant="polyp",
    )  # fmt: skip
    assert [(r.record, r.shape) for r in found] == [(record.key, PolygonShape(rings=(RING,))) for record in records]


def test_outlines_of_few_points_are_points(tmp_path: Path) -> None:
    """INbreast marks a single calcification by one point."""
    rois = [{"Name": "polyp", "Point_px": ["(20.5, 30.25)"]}, {"Name": "polyp", "Point_px": []}]
    rois.append({"Name": "polyp", "Point_px": [f"({x}, {y})" for x, y in SQUARE]})
    options = {"objects": "ROIs[*]", "label": "Name", "polygon": "Point_px"}
    found = own(tmp_path, {"ROIs": rois}, **options, dots=True)
    assert [region.shape for region in found] == [PointShape(points=((20.5, 30.25),)), PolygonShape(rings=(RING,))]
    assert "an outline of 1 points has no area" in small.problems(card(**options), tmp_path)[0]
