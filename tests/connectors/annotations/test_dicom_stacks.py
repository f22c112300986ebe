"""Masks as DICOM pictures, one for each slice, in the archives of 3D-IRCADb."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from schemas import DatasetCard
from tests.connectors import small
from tests.replicas import dicom
from transforms.media.decoders import DecodeError, labels
from transforms.regions.resolve import resolve

SHAPE = (40, 36, 5)  # columns, rows, slices


def card(**options: Any) -> DatasetCard:
    stacks = {"format": "dicom_stacks", "file": "{case}/MASKS_DICOM.zip", "label": "{structure}"}
    stacks |= {"folders": "MASKS_DICOM/{structure:liver|livertumor\\d*}"} | options
    files = ["{case}/PATIENT_DICOM.zip/PATIENT_DICOM/image_{n:\\d+}"]
    given = {"one": "series", "files": files, "subject": "{case}", "annotations": [stacks]}
    return small.card("dicom_series", given, {"liver": "liver", "livertumor01": "liver_tumor"})


def slice_(name: str, array: np.ndarray, z: float) -> bytes:
    dataset = dicom.base(dicom.CT, "CT", name)
    dataset.SeriesInstanceUID, dataset.SliceThickness = "1.2.3", 2.5
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0.0, 0.0, z], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing, dataset.RescaleSlope, dataset.RescaleIntercept = [0.8, 0.7], 1, -1024
    out = io.BytesIO()
    pydicom.dcmwrite(out, dicom.pixels(dataset, array), enforce_file_format=True)
    return out.getvalue()


def write(root: Path, masks: dict[str, np.ndarray]) -> None:
    """The slices run downwards: image_0 is the highest, so that the order of names is not that of the volume."""
    (root / "p").mkdir(parents=True)
    columns, rows, count = SHAPE
    with zipfile.ZipFile(root / "p/PATIENT_DICOM.zip", "w") as archive:
        for n in range(count):
            picture = slice_(f"i{n}", np.full((rows, columns), n, np.uint16), -2.5 * n)
            archive.writestr(f"PATIENT_DICOM/image_{n}", picture)
    with zipfile.ZipFile(root / "p/MASKS_DICOM.zip", "w") as archive:
        for name, mask in masks.items():
            for n in range(mask.shape[2]):
                drawn = (mask[..., n].T * 255).astype(np.uint8)
                archive.writestr(f"MASKS_DICOM/{name}/image_{n}", slice_(f"{name}{n}", drawn, -2.5 * n))


@pytest.fixture
def masks() -> dict[str, np.ndarray]:
    """By structure: (columns, rows, number in the name)."""
    liver, tumor = np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    liver[5:20, 8:30, 1:4] = True
    tumor[6:9, 10:14, 3] = True
    return {"liver": liver, "livertumor01": tumor, "stomach": liver}


def test_masks_follow_the_slices_and_other_folders_are_passed_over(tmp_path: Path, masks: dict[str, Any]) -> None:
    write(tmp_path, masks)
    (record,), regions = small.read(card(), tmp_path)
    kept, dropped = resolve(tmp_path, record, regions)
    assert not dropped
    found = {item.region.source_label: item.full(SHAPE) for item in kept}
    assert sorted(found) == ["liver", "livertumor01"]
    for name, mask in found.items():
        np.testing.assert_array_equal(mask, masks[name][..., ::-1])  # the volume begins with the lowest slice
    assert record.meta["annotations"] == ["p/MASKS_DICOM.zip"]


def test_a_structure_without_a_picture_for_each_slice_is_refused(tmp_path: Path, masks: dict[str, Any]) -> None:
    write(tmp_path, masks | {"liver": masks["liver"][..., :4]})
    (reason,) = small.refused(card(), tmp_path)
    assert reason.startswith("p/MASKS_DICOM.zip: MASKS_DICOM/liver: mask grid (40, 36, 4) differs from (40, 36, 5)")


def test_an_archive_that_is_missing_or_broken_is_named(tmp_path: Path, masks: dict[str, Any]) -> None:
    write(tmp_path, masks)
    (tmp_path / "p/MASKS_DICOM.zip").write_bytes(b"PK no archive")
    assert "p/MASKS_DICOM.zip: not a readable archive" in small.refused(card(), tmp_path)[0]
    (tmp_path / "p/MASKS_DICOM.zip").unlink()
    assert "no file fits p/MASKS_DICOM.zip" in small.notices(card(), tmp_path)[0]


def test_a_mask_under_another_name_than_its_slice_cannot_be_decoded(tmp_path: Path, masks: dict[str, Any]) -> None:
    write(tmp_path, masks)
    (record,), regions = small.read(card(), tmp_path)
    shape: Any = regions[0].shape
    with pytest.raises(DecodeError, match="image_4"):
        labels(tmp_path, shape.model_copy(update={"source": shape.source.model_copy(update={"select": "x"})}), record)
