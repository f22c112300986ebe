"""JSON of annotation tools and of published sets, each in a small file of its form; expected shapes are by hand."""

import base64
import io
import json
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from schemas import BoxShape, PointShape, PolygonShape, Record, Region, RleShape, rle
from tests.connectors import small
from transforms.regions.resolve import resolve

ROWS, COLUMNS = 48, 60
SQUARE = [[4, 5], [20, 5], [20, 15], [4, 15]]
RING = tuple((float(x), float(y)) for x, y in SQUARE)
INNER = [[6, 7], [9, 7], [9, 10], [6, 10]]
LABELS = {"polyp": "polyp"}


def write(root: Path, body: Any, name: str = "a.json") -> None:
    (root / "img").mkdir(exist_ok=True)
    for stem in ("a", "b"):
        Image.fromarray(np.full((ROWS, COLUMNS), 90, np.uint8)).save(root / f"img/{stem}.png")
    (root / name).write_text(json.dumps(body))


def card(labels: dict[str, str | None] | None = None, **options: Any) -> Any:
    given = {"format": "image_json", "file": "a.json", **options}
    return small.card("pictures", {"files": ["img/*.png"], "annotations": [given]}, labels or LABELS)


def read(root: Path, labels: dict[str, str | None] | None = None, **options: Any) -> tuple[list[Record], list[Region]]:
    return small.read(card(labels, **options), root)


def own(root: Path, body: Any, **options: Any) -> list[Region]:
    """Regions of a file that is one image's own."""
    write(root, body)
    (root / "img/b.png").unlink()
    return read(root, **options)[1]


def fault(root: Path, body: Any, **options: Any) -> str:
    write(root, body)
    (root / "img/b.png").unlink()
    return "\n".join(small.problems(card(**options), root))


def labelme(*shapes: dict[str, Any], rows: int = ROWS) -> dict[str, Any]:
    shapes = tuple({"label": "polyp", "group_id": None, **shape} for shape in shapes)
    return {"shapes": shapes, "imagePath": "x.jpg", "imageHeight": rows, "imageWidth": COLUMNS}


def png(mask: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def test_labelme_shapes(tmp_path: Path) -> None:
    found = own(
        tmp_path,
        labelme(
            {"points": SQUARE, "shape_type": "polygon"},
            {"points": [[20, 15], [4, 5]], "shape_type": "rectangle", "group_id": 3},
            {"points": [[8, 9]], "shape_type": "point"},
            {"points": [[1, 1], [9, 9]], "shape_type": "line"},
        ),
        tool="labelme", skip=["line"],
    )  # fmt: skip
    assert {region.shape.kind: region.shape for region in found} == {
        "polygon": PolygonShape(rings=(RING,)), "box": BoxShape(xyxy=(4, 5, 20, 15)),
        "point": PointShape(points=((8, 9),)),
    }  # fmt: skip
    assert [region.meta for region in found if region.shape.kind == "box"] == [{"group": 3}]


def test_a_circle_of_labelme_holds_what_a_circle_holds(tmp_path: Path) -> None:
    write(tmp_path, labelme({"points": [[30, 24], [30, 39.5]], "shape_type": "circle"}))
    (tmp_path / "img/b.png").unlink()
    records, regions = read(tmp_path, tool="labelme")
    (found,), _ = resolve(tmp_path, records[0], regions)
    y, x = np.mgrid[:ROWS, :COLUMNS] + 0.5
    circle = np.hypot(x - 30, y - 24) <= 15.5
    assert (found.full((ROWS, COLUMNS)) ^ circle).sum() <= 2


def test_masks_inside_labelme_and_supervisely(tmp_path: Path) -> None:
    mask = np.zeros((6, 9), bool)
    mask[1:4, 2:9] = True
    wanted = np.zeros((ROWS, COLUMNS), bool)
    wanted[11:17, 5:14] = mask
    shape = {"points": [[5, 11], [13, 16]], "shape_type": "mask", "mask": base64.b64encode(png(mask)).decode()}
    (region,) = own(tmp_path, labelme(shape), tool="labelme")
    assert isinstance(region.shape, RleShape)
    np.testing.assert_array_equal(rle.decode(region.shape), wanted)
    bitmap = {"data": base64.b64encode(zlib.compress(png(mask))).decode(), "origin": [5, 11]}
    body = {"size": {"height": ROWS, "width": COLUMNS},
            "objects": [{"classTitle": "polyp", "geometryType": "bitmap", "bitmap": bitmap}]}  # fmt: skip
    (region,) = own(tmp_path, body, tool="supervisely")
    assert isinstance(region.shape, RleShape)
    np.testing.assert_array_equal(rle.decode(region.shape), wanted)
    bitmap["origin"] = [55, 11]
    assert "leaves (48, 60)" in fault(tmp_path, body, tool="supervisely")


def test_supervisely_names_pixels(tmp_path: Path) -> None:
    def thing(kind: str, exterior: Any, interior: Any = ()) -> dict[str, Any]:
        return {
            "classTitle": "polyp",
            "geometryType": kind,
            "points": {"exterior": exterior, "interior": list(interior)},
        }

    objects = [thing("rectangle", [[4, 5], [19, 14]]), thing("polygon", SQUARE, [INNER]), thing("point", [[3, 3]])]
    found = own(tmp_path, {"size": {"height": ROWS, "width": COLUMNS}, "objects": objects}, tool="supervisely")
    shapes = {region.shape.kind: region.shape for region in found}
    assert shapes["box"] == BoxShape(xyxy=(4, 5, 20, 15))
    assert shapes["polygon"].rings[0][0] == (4.5, 5.5)
    assert shapes["polygon"].holes == (False, True)
    assert shapes["point"] == PointShape(points=((3.5, 3.5),))


def test_via_projects_of_many_images(tmp_path: Path) -> None:
    shapes = [
        {"name": "polygon", "all_points_x": [4, 20, 20, 4], "all_points_y": [5, 5, 15, 15]},
        {"name": "rect", "x": 4, "y": 5, "width": 16, "height": 10}, {"name": "point", "cx": 8, "cy": 9},
    ]  # fmt: skip
    regions = [{"shape_attributes": shape, "region_attributes": {"kind": "polyp"}} for shape in shapes]
    entries = {"a.png123": {"filename": "a.png", "size": 123, "regions": regions}}
    first = {"x": {"filename": "a.png", "regions": {str(n): region for n, region in enumerate(regions)}}}
    for body in (entries, {"_via_settings": {}, "_via_img_metadata": entries}, first):
        write(tmp_path, body)
        records, found = read(tmp_path, tool="via")
        assert {region.shape.kind: region.shape for region in found} == {
            "polygon": PolygonShape(rings=(RING,)), "box": BoxShape(xyxy=(4, 5, 20, 15)),
            "point": PointShape(points=((8, 9),)),
        }  # fmt: skip
        assert [record.meta.get("annotations") for record in records] == [["a.json"], None]


def test_an_ellipse_of_via_is_turned(tmp_path: Path) -> None:
    shape = {"name": "ellipse", "cx": 30, "cy": 24, "rx": 18, "ry": 5, "theta": math.pi / 2}
    write(tmp_path, {"x": {"filename": "a.png", "regions": [
        {"shape_attributes": shape, "region_attributes": {"kind": {"polyp": True, "tool": False}}}]}})  # fmt: skip
    records, regions = read(tmp_path, tool="via", label="kind")
    (found,), _ = resolve(tmp_path, next(r for r in records if r.meta), regions)
    y, x = np.mgrid[:ROWS, :COLUMNS] + 0.5
    assert (found.full((ROWS, COLUMNS)) ^ (((x - 30) / 5) ** 2 + ((y - 24) / 18) ** 2 <= 1)).sum() <= 2


def test_geojson_of_qupath(tmp_path: Path) -> None:
    def feature(kind: str, coordinates: Any) -> dict[str, Any]:
        about = {"objectType": "annotation", "classification": {"name": "polyp"}, "name": kind}
        return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": about}

    corner = [[30, 30], [40, 30], [40, 40]]
    features = [feature("Polygon", [[*SQUARE, SQUARE[0]], INNER]), feature("MultiPolygon", [[INNER], [corner]]),
                feature("Point", [8, 9]), feature("LineString", SQUARE)]  # fmt: skip
    inner = tuple(map(tuple, INNER))
    for body in ({"type": "FeatureCollection", "features": features}, features):
        found = own(tmp_path, body, tool="geojson", skip=["LineString"])
        assert {region.meta["name"]: region.shape for region in found} == {
            "Polygon": PolygonShape(rings=(RING, inner), holes=(False, True)),
            "MultiPolygon": PolygonShape(rings=(inner, tuple(map(tuple, corner)))),
            "Point": PointShape(points=((8, 9),)),
        }
    del features[0]["properties"]["classification"]
    assert "features[0]: nothing at 'properties.classification.name'" in fault(tmp_path, features, tool="geojson")


def test_labelbox_exports(tmp_path: Path) -> None:
    objects = [
        {"title": "polyp", "polygon": [{"x": x, "y": y} for x, y in SQUARE]},
        {"title": "polyp", "polygons": "none", "bounding box": {"left": 4, "top": 5, "width": 16, "height": 10}},
        {"title": "polyp", "polygons": [SQUARE, [[30, 30], [40, 30], [40, 40]]]},
    ]
    write(tmp_path, [{"External ID": "a.PNG", "Label": {"objects": objects}}])
    found = read(tmp_path, tool="labelbox", normalise=["lower"])[1]
    assert sorted(region.shape.kind for region in found) == ["box", "polygon", "polygon"]
    assert BoxShape(xyxy=(4, 5, 20, 15)) in [region.shape for region in found]
    assert sorted(len(r.shape.rings) for r in found if isinstance(r.shape, PolygonShape)) == [1, 2]


@pytest.mark.parametrize(
    ("body", "options", "reason"),
    [
        ({}, {"tool": "labelme"}, "no list 'shapes'"),
        (labelme({"points": [[1, 1], [9, 9]], "shape_type": "line"}), {"tool": "labelme"}, "skip: [line]"),
        (labelme({"points": SQUARE, "label": " "}), {"tool": "labelme"}, "shapes[0]: nothing at 'label'"),
        (labelme({"points": SQUARE}, rows=3), {"tool": "labelme"}, "are (3, 60), img/a.png is (48, 60)"),
        (labelme({"points": [[1, 1], [99, 1], [9, 9]]}), {"tool": "labelme"}, "is not within an image of 60 x 48"),
        ([{"l": "polyp", "b": [1, 2, 3]}], {"objects": "*", "label": "l", "box": "b"}, "no box of four numbers"),
        ([{"b": [1, 2, 3, 4]}], {"objects": "*", "label": "l", "box": "b"}, "nothing at 'l' says what it is"),
        ([{"l": "polyp", "p": [1, 2, 3]}], {"objects": "*", "label": "l", "polygon": "p"}, "3 numbers are no x, y"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, body: Any, options: dict[str, Any], reason: str) -> None:
    found = fault(tmp_path, body, **options)
    assert reason in found
    assert found.startswith("a.json: ")


def test_missing_files_and_entries(tmp_path: Path) -> None:
    write(tmp_path, [])
    options = {"objects": "*", "label": "l", "box": "b"}
    (tmp_path / "a.json").unlink()
    assert "a.json: the file is not there" in small.problems(card(**options), tmp_path)[0]
    assert not any("annotations" in r.meta for r in read(tmp_path, **options, missing="nothing")[0]), "none is there"
    assert not any("annotations" in r.meta for r in read(tmp_path, **options, missing="unannotated")[0])
    write(tmp_path, [{"id": "a.png", "b": [1, 1, 5, 5], "l": "polyp"}])
    (refused,) = small.problems(card(key="{id}", label="l", box="b", required=True), tmp_path)
    assert "img/b.png: no entry 'b.png'" in refused
