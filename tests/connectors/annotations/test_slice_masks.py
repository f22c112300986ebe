"""Masks as pictures in a folder, one for each slice of a series, paired by the order of names (CHAOS, Duke liver)."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image

from schemas import DatasetCard
from tests.connectors import small
from tests.replicas import dicom
from transforms.media.decoders import DecodeError, labels
from transforms.regions.resolve import resolve

SHAPE = (40, 36, 12)  # columns, rows, slices
NAMES = [f"IMG-{n}" for n in range(2, 26, 2)]  # in the order of numbers, which is not that of characters


def card(labels: dict[str, str | None] | None = None, **options: Any) -> DatasetCard:
    given = {"format": "slice_masks", "folder": "{case}/Ground", "encode": "binary", "label": "liver", "at_least": 1}
    given |= options
    layout = {"one": "series", "files": ["{case}/DICOM/{n}.dcm"], "subject": "{case}", "annotations": [given]}
    return small.card("dicom_series", layout, labels or {"liver": "liver"})


def slice_(name: str, array: np.ndarray, z: float) -> bytes:
    dataset = dicom.base(dicom.CT, "CT", name)
    dataset.SeriesInstanceUID, dataset.SliceThickness = "1.2.3", 2.5
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0.0, 0.0, z], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing, dataset.RescaleSlope, dataset.RescaleIntercept = [0.8, 0.7], 1, -1024
    out = io.BytesIO()
    pydicom.dcmwrite(out, dicom.pixels(dataset, array), enforce_file_format=True)
    return out.getvalue()


@pytest.fixture
def mask() -> np.ndarray:
    """(columns, rows, number in the names' order)."""
    drawn = np.zeros(SHAPE, np.uint8)
    for n in range(SHAPE[2]):
        drawn[3 : 10 + n, 5:20, n] = 63
        drawn[30:35, 25:30, n] = 189 if n % 3 == 0 else 0
    return drawn


def write(root: Path, mask: np.ndarray, suffix: str = ".png") -> None:
    """The slices run downwards: the first name is the highest slice."""
    (root / "p/DICOM").mkdir(parents=True)
    (root / "p/Ground").mkdir()
    for n, name in enumerate(NAMES):
        picture = np.full((SHAPE[1], SHAPE[0]), n, np.uint16)
        (root / f"p/DICOM/{name}.dcm").write_bytes(slice_(name, picture, -2.5 * n))
    for n in range(mask.shape[2]):
        path = root / f"p/Ground/gt_{n}{suffix}"
        if suffix == ".png":
            Image.fromarray(mask[..., n].T).save(path)
        else:
            path.write_bytes(slice_(f"m{n}", mask[..., n].T, -2.5 * n))


@pytest.mark.parametrize("suffix", [".png", ".dicom"])
def test_the_nth_mask_lies_on_the_nth_slice_by_name(tmp_path: Path, mask: np.ndarray, suffix: str) -> None:
    write(tmp_path, mask, suffix)
    (record,), regions = small.read(card(suffix=suffix), tmp_path)
    (kept,), dropped = resolve(tmp_path, record, regions)
    assert not dropped
    np.testing.assert_array_equal(kept.full(SHAPE), mask[..., ::-1] > 0)  # the volume begins with the lowest slice


def test_values_are_labels(tmp_path: Path, mask: np.ndarray) -> None:
    write(tmp_path, mask)
    known: dict[str, str | None] = {"63": "liver", "189": "left_kidney", "252": "spleen"}
    (record,), regions = small.read(card(known, encode="values", label=None), tmp_path)
    found = {int(i.region.source_label): i.full(SHAPE) for i in resolve(tmp_path, record, regions)[0]}
    assert sorted(found) == [63, 189]
    for value, drawn in found.items():
        np.testing.assert_array_equal(drawn, mask[..., ::-1] == value)


def test_masks_in_an_archive(tmp_path: Path, mask: np.ndarray) -> None:
    write(tmp_path, mask)
    with zipfile.ZipFile(tmp_path / "p/g.zip", "w") as archive:
        for file in sorted((tmp_path / "p/Ground").iterdir()):
            archive.write(file, f"Ground/{file.name}")
    (record,), regions = small.read(card(folder="{case}/g.zip/Ground"), tmp_path)
    (kept,), _ = resolve(tmp_path, record, regions)
    np.testing.assert_array_equal(kept.full(SHAPE), mask[..., ::-1] > 0)


def test_another_number_or_size_of_masks_is_refused(tmp_path: Path, mask: np.ndarray) -> None:
    write(tmp_path, mask[..., :11])
    assert small.refused(card(), tmp_path) == ["p/DICOM/IMG-10.dcm: 12 slices, but 11 masks in p/Ground"]
    Image.fromarray(np.zeros((40, 36), np.uint8)).save(tmp_path / "p/Ground/gt_11.png")
    assert "p/Ground/gt_11.png: mask grid (40, 36) differs from (36, 40)" in small.refused(card(), tmp_path)[0]


def test_no_masks_at_all(tmp_path: Path, mask: np.ndarray) -> None:
    write(tmp_path, mask[..., :0])
    assert "no file fits p/Ground/*.png" in small.notices(card(), tmp_path)[0]
    (record,), regions = small.read(card(missing="unannotated"), tmp_path)
    assert not regions
    assert "annotations" not in record.meta


def test_a_mask_that_changes_makes_another_record_and_one_that_goes_is_missed(tmp_path: Path, mask: np.ndarray) -> None:
    write(tmp_path, mask)
    (before,), regions = small.read(card(), tmp_path)
    Image.fromarray(mask[..., 0].T).save(tmp_path / "p/Ground/gt_7.png")
    assert small.read(card(), tmp_path)[0][0].key != before.key
    (tmp_path / "p/Ground/gt_7.png").unlink()
    with pytest.raises(DecodeError, match="11 masks for 12 slices"):
        labels(tmp_path, regions[0].shape, before)  # type: ignore[arg-type]
