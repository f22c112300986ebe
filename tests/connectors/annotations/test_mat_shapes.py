"""Instance maps and points in .mat and .npy files, written by scipy, h5py and numpy; masks are those drawn by hand."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from schemas import PointShape, Record, Region
from tests.connectors import small
from transforms.regions.resolve import resolve

SHAPE = (40, 50)
MAP = np.zeros(SHAPE, np.int32)
MAP[3:9, 4:12], MAP[20:30, 10:15], MAP[33:38, 40:49] = 2, 5, 9
LABELS: dict[str, str | None] = {"epithelial": "polyp", "lymphocyte": "liver"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    Image.fromarray(np.full(SHAPE, 90, np.uint8)).save(tmp_path / "a.png")
    return tmp_path


def card(labels: dict[str, str | None] | None = None, **options: Any) -> Any:
    given = {"format": "mat_shapes", "file": "{stem}.mat", **options}
    return small.card("pictures", {"files": ["*.png"], "annotations": [given]}, labels or LABELS)


def masks(root: Path, **options: Any) -> dict[tuple[str, int], np.ndarray]:
    records, regions = small.read(card(**options), root)
    kept, dropped = resolve(root, records[0], regions)
    assert not dropped
    return {(item.region.source_label, item.region.meta.get("instance", 0)): item.full(SHAPE) for item in kept}


def same(found: dict[tuple[str, int], np.ndarray], wanted: dict[tuple[str, int], int]) -> None:
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        np.testing.assert_array_equal(found[key], value == MAP, err_msg=str(key))


def test_classes_in_the_order_of_the_values(root: Path) -> None:
    """CoNSeP: inst_map as doubles, inst_type (n, 1)"""
    savemat(root / "a.mat", {"inst_map": MAP.astype(float), "inst_type": np.array([[1.0], [2.0], [1.0]])})
    found = masks(root, map="inst_map", types="inst_type", names={1: "epithelial", 2: "lymphocyte"})
    same(found, {("epithelial", 2): 2, ("lymphocyte", 5): 5, ("epithelial", 9): 9})


def test_classes_in_the_order_of_their_ids(root: Path) -> None:
    """Lizard: id and class, whose order is not the map's; an id that the map lacks shows nothing"""
    savemat(root / "a.mat", {"inst_map": MAP, "id": [[9], [7], [2], [5]], "class": [[2], [1], [1], [1]]})
    found = masks(root, map="inst_map", types="class", ids="id", names={1: "epithelial", 2: "lymphocyte"})
    same(found, {("epithelial", 2): 2, ("epithelial", 5): 5, ("lymphocyte", 9): 9})


def test_classes_from_a_map_by_majority(root: Path) -> None:
    """GLySAC: type_map; the edge of an instance may have another class"""
    kinds = np.where(MAP == 9, 2, np.where(MAP > 0, 1, 0))
    kinds[33:35, 40:49] = 1
    savemat(root / "a.mat", {"inst_map": MAP, "type_map": kinds})
    found = masks(root, map="inst_map", type_map="type_map", names={1: "epithelial", 2: "lymphocyte"})
    same(found, {("epithelial", 2): 2, ("epithelial", 5): 5, ("lymphocyte", 9): 9})
    found = masks(root, map="inst_map", type_map="type_map", names={1: "epithelial"}, untyped=[2])
    same(found, {("epithelial", 2): 2, ("epithelial", 5): 5})


def test_one_label_for_all_also_from_matlab_7_3(root: Path) -> None:
    with h5py.File(root / "a.mat", "w") as file:
        file["inst_map"] = MAP.T  # MATLAB's axes the other way round
    found = masks(root, map="inst_map", label="epithelial")
    same(found, {("epithelial", 2): 2, ("epithelial", 5): 5, ("epithelial", 9): 9})


def test_channels_of_a_row_of_an_array(root: Path) -> None:
    """PanNuke: (n, rows, columns, classes), instances in each channel"""
    stack = np.zeros((3, *SHAPE, 3))
    stack[1, ..., 0], stack[1, ..., 1] = np.where(MAP == 9, 0, MAP), np.where(MAP == 9, 9, 0)
    np.save(root / "masks.npy", stack)
    found = masks(root, file="masks.npy", map="", axes="nyxc", row="1", channels={0: "epithelial", 1: "lymphocyte"})
    same(found, {("epithelial", 2): 2, ("epithelial", 5): 5, ("lymphocyte", 9): 9})


def test_points_of_a_file_for_each_class(root: Path) -> None:
    """CRCHistoPhenotypes: detection (n, 2), x and y counted from 1"""
    (root / "a").mkdir()
    savemat(root / "a/a_epithelial.mat", {"detection": np.array([[3.0, 4.0], [50.0, 40.0]])})
    savemat(root / "a/a_lymphocyte.mat", {"detection": np.zeros((0, 0))})
    options = {"file": "{stem}/{stem}_{class}.mat", "points": "detection", "label": "{class}"}
    records, regions = small.read(card(**options), root)
    assert {r.shape for r in regions} == {PointShape(points=((2.5, 3.5),)), PointShape(points=((49.5, 39.5),))}
    assert records[0].meta["annotations"] == ["a/a_epithelial.mat", "a/a_lymphocyte.mat"]
    assert {r.shape for r in small.read(card(**options, one_based=False, clip=True), root)[1]} == {
        PointShape(points=((3, 4),)), PointShape(points=((50, 40),)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arrays", "options", "reason"),
    [
        ({"m": MAP[:, :-1]}, {"map": "m", "label": "epithelial"}, "m of (40, 49) is not of a.png, (40, 50)"),
        ({"x": MAP}, {"map": "m", "label": "epithelial"}, "holds no single array 'm'"),
        ({"m": MAP, "t": [1, 2]}, {"map": "m", "types": "t"}, "t: has 2 classes for the 3 values of m"),
        (
            {"m": MAP, "t": [1], "i": [2]},
            {"map": "m", "types": "t", "ids": "i"},
            "the class of 2 instances: 5, 9",
        ),
        ({"m": MAP + 0.5, "t": [1, 2, 1]}, {"map": "m", "types": "t"}, "m holds fractions"),
        ({"m": MAP, "t": MAP[1:]}, {"map": "m", "type_map": "t"}, "t of (39, 50) is not on the grid of m"),
        ({"m": MAP}, {"map": "m"}, "mat_shapes.label"),
        ({"p": np.ones((2, 3))}, {"points": "p", "label": "x"}, "p of (2, 3) holds no x and y"),
    ],
)
def test_what_is_wrong_is_named(root: Path, arrays: dict[str, Any], options: dict[str, Any], reason: str) -> None:
    savemat(root / "a.mat", arrays)
    assert any(reason in found for found in small.problems(card(**options), root))


def test_a_missing_file(root: Path) -> None:
    savemat(root / "b.mat", {"m": MAP})
    assert "no file fits a.mat" in small.notices(card(map="m", label="x"), root)[0]
    records: list[Record]
    regions: list[Region]
    records, regions = small.read(card(map="m", label="x", missing="empty"), root)
    assert (records[0].meta["annotations"], regions) == (["a.mat"], [])
