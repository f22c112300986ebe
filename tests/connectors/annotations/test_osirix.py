"""Property lists as OsiriX writes them, on a series of slices, against outlines filled by skimage."""

import plistlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skimage.draw import polygon

from schemas import DatasetCard, Record, Region
from tests.connectors import small
from tests.replicas.builder import dicom
from transforms.regions.resolve import resolve

RING = [(9.6, 11.6), (21.4, 11.6), (15.2, 25.4)]


def roi(plane: float, ring: list[tuple[float, float]] = RING, **more: Any) -> dict[str, Any]:
    """An outline on a slice of the series below: 0.5 mm a pixel, 3 mm between slices, from LPS (-20, -30, 40)."""
    placed = [(-20 + 0.5 * x, -30 + 0.5 * y, 40 + 3 * plane) for x, y in ring]
    return {
        "Name": "Calcium", "Area": 1.5, "Point_px": [f"({x:f}, {y:f})" for x, y in ring],
        "Point_mm": [f"({x:f}, {y:f}, {z:f})" for x, y, z in placed], **more,
    }  # fmt: skip


def card(root: Path, rois: list[dict[str, Any]] | None, **options: Any) -> DatasetCard:
    series = {"slices": 4, "size": [48, 40], "spacing": [0.5, 0.5, 3.0], "shuffled": True}
    dicom.series(root / "ct/7", series, "ct/7/")
    if rois is not None:
        (root / "xml").mkdir(exist_ok=True)
        # The numbers of the slices say nothing here, as in lists that count from the other end.
        listed = [{"ImageIndex": 99 - n, "NumberOfROIs": 1, "ROIs": [one]} for n, one in enumerate(rois)]
        (root / "xml/7.xml").write_bytes(plistlib.dumps({"Images": listed}))
    given = {"files": ["ct/{case}/{slice}.dcm"], "one": "series"}
    annotation = {"format": "osirix", "file": "xml/{case}.xml", **options}
    return small.card(
        "dicom_series", {**given, "annotations": [annotation]}, {"Calcium": "liver"}, exhaustive=["liver"]
    )


def read(root: Path, rois: list[dict[str, Any]] | None, **options: Any) -> tuple[list[Record], list[Region]]:
    return small.read(card(root, rois, **options), root)


def test_outlines_lie_on_the_slice_of_their_millimetres(tmp_path: Path) -> None:
    records, regions = read(tmp_path, [roi(2), roi(0)])
    kept, _ = resolve(tmp_path, records[0], regions)
    wanted = np.zeros((48, 40), bool)
    wanted[polygon(*np.transpose(RING))] = True  # columns first, as a volume's i
    masks = [found.full((48, 40, 4)) for found in kept]
    assert sorted(np.flatnonzero(mask.any((0, 1))).tolist() for mask in masks) == [[0], [2]]
    assert all(np.array_equal(mask.any(2), wanted) for mask in masks)


def test_an_empty_list_and_an_outline_without_area_are_absence(tmp_path: Path) -> None:
    records, regions = read(tmp_path, [roi(1, Area=0)])
    assert (len(records[0].exhaustive), regions) == (1, [])


def test_no_list_is_silence_only_where_the_card_says_so(tmp_path: Path) -> None:
    records, _ = read(tmp_path / "a", None, missing="unannotated")
    assert records[0].exhaustive == ()
    assert read(tmp_path / "b", [roi(1)], only={"case": "8"})[1] == []
    with pytest.raises(Exception, match=r"7\.xml: the file is not there"):
        read(tmp_path / "c", None)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (roi(1.5), "slices off plane"),
        (roi(4), "slices off plane"),
        (roi(1, [(1.0, 1.0), (47.9, 1.0), (3.0, 9.0)]), "leaves a slice"),
        (roi(1, RING[:2]), "2 points are no outline"),
        (roi(1, Point_px=["(1, 2, 3)"] * 3), "3 points are no outline of points with 2 numbers"),
        ({"Name": "Calcium", "Area": 2}, "its form is another than expected: KeyError"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, one: dict[str, Any], reason: str) -> None:
    (told,) = small.problems(card(tmp_path, [one, roi(2)]), tmp_path)
    assert told.startswith("xml/7.xml: ROI 'Calcium")
    assert reason in told
    records, regions = read(tmp_path, [one, roi(2)])
    assert (records[0].exhaustive, len(regions)) == ((), 1), "the other outline is kept, and nothing is absent"
