"""An export of MD.ai on a series of slices, against outlines filled by skimage."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from skimage.draw import polygon

from schemas import DatasetCard, Record, Region
from tests.connectors import small
from tests.replicas.builder import dicom
from transforms.regions.resolve import resolve

RING = [[9.6, 11.6], [21.4, 11.6], [15.2, 25.4]]
LABELS = [
    {"id": "L_1", "name": "Opacity", "scope": "INSTANCE"},
    {"id": "L_2", "name": "Cavity", "scope": "INSTANCE"},
    {"id": "L_3", "name": "Of the study", "scope": "STUDY"},
]


def series(root: Path) -> list[str]:
    """The instances of a series, from the lowest slice to the highest."""
    slices = {"slices": 4, "size": [48, 40], "SeriesInstanceUID": "1.2.7", "shuffled": True}
    dicom.series(root / "ct/a", slices, "ct/a/")
    dicom.series(root / "ct/b", {"slices": 2, "size": [48, 40]}, "ct/b/")
    found = [pydicom.dcmread(path) for path in (root / "ct/a").iterdir()]
    return [str(one.SOPInstanceUID) for one in sorted(found, key=lambda one: float(one.ImagePositionPatient[2]))]


def mark(instance: str, label: str = "L_1", **data: Any) -> dict[str, Any]:
    given = data or {"vertices": RING}
    return {"labelId": label, "SeriesInstanceUID": "1.2.7", "SOPInstanceUID": instance, "data": given}


def card(root: Path, marks: list[dict[str, Any]]) -> DatasetCard:
    export = {"labelGroups": [{"labels": LABELS}], "datasets": [{"annotations": marks}, {"annotations": []}]}
    (root / "export.json").write_text(json.dumps(export))
    options = {
        "files": ["ct/{case}/{slice}.dcm"],
        "one": "series",
        "annotations": [{"format": "mdai", "file": "export.json"}],
    }
    labels: dict[str, str | None] = {"Opacity": "liver", "Cavity": "spleen"}
    return small.card("dicom_series", options, labels, exhaustive=["liver"])


def read(root: Path, marks: list[dict[str, Any]]) -> tuple[list[Record], list[Region]]:
    return small.read(card(root, marks), root)


def test_outlines_of_a_label_are_one_region_on_their_slices(tmp_path: Path) -> None:
    instances = series(tmp_path)
    study = {"labelId": "L_3", "StudyInstanceUID": "1", "data": None}
    undrawn = {**mark(instances[0]), "data": None}
    records, regions = read(
        tmp_path, [study, mark(instances[3]), mark(instances[0]), mark(instances[1], "L_2"), undrawn]
    )
    assert [region.source_label for region in regions] == ["Cavity", "Opacity"]
    kept, _ = resolve(tmp_path, records[0], regions)
    wanted = np.zeros((48, 40), bool)
    wanted[polygon(*np.transpose(RING))] = True
    for found in kept:
        mask, planes = found.full((48, 40, 4)), {"Cavity": [1], "Opacity": [0, 3]}[found.region.source_label]
        assert np.flatnonzero(mask.any((0, 1))).tolist() == planes
        assert all(np.array_equal(mask[..., k], wanted) for k in planes)


def test_a_series_that_nothing_was_drawn_on_is_not_annotated(tmp_path: Path) -> None:
    records, _ = read(tmp_path, [mark(series(tmp_path)[0])])
    assert [len(record.exhaustive) for record in records] == [1, 0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SOPInstanceUID": "9.9"}, "no slice of ct/a"),
        ({"labelId": "L_9"}, "no label has the id 'L_9'"),
        ({"data": {"x": 1, "y": 2}}, "no outline"),
        ({"data": {"vertices": [[1, 2], [3, 4]]}}, "no outline"),
        ({"data": {"vertices": [[1, 2], [3, 4], [5, 40]]}}, "leaves a slice"),
        ({"data": {"vertices": [["x", 2], [3, 4], [5, 6]]}}, "no points"),
        ({"data": []}, "another than"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    instances = series(tmp_path)
    marks = [{**mark(instances[0]), **change}, mark(instances[1], "L_2")]
    (told,) = small.problems(card(tmp_path, marks), tmp_path)
    assert told.startswith("export.json: ")
    assert reason in told
    records, regions = read(tmp_path, marks)
    assert [region.source_label for region in regions] == ["Cavity"], "the other outline is kept"
    assert records[0].exhaustive == (), "what could not be read is not absent"
