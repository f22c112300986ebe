"""Masks as DICOM pictures, in the folders that TCIA gives CBIS-DDSM."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schemas import DatasetCard
from tests.connectors import small
from tests.replicas import dicom
from transforms.media.decoders import decode
from transforms.regions.resolve import resolve

MG = "1.2.840.10008.5.1.4.1.1.7"
CASE = "Mass-Training_P_00001_LEFT_CC"


def card(**options: Any) -> DatasetCard:
    known = "CBIS-DDSM/{kind}-{set}_{patient}_{side}_{view}"
    masks = {"format": "dicom_masks", "file": f"{known}_{{n:\\d+}}/{{s2}}/{{r2}}/*.dcm", "label": "{kind}"}
    masks |= {"series": ["ROI mask images"]} | options
    case = "CBIS-DDSM/{kind:Mass|Calc}-{set:Training|Test}_{patient:P_\\d+}_{side:LEFT|RIGHT}_{view:CC|MLO}"
    given = {"files": [case + "/{study}/{series}/1-1.dcm"], "annotations": [masks], "subject": "{patient}"}
    return small.card("dicom_series", given, {"Mass": "breast_mass"}, modalities=["dx"])


def picture(root: Path, uri: str, array: np.ndarray, series: str) -> None:
    dicom.save(root, uri, dicom.pixels(dicom.base(MG, "MG", uri, SeriesDescription=series), array))


@pytest.fixture
def masks(tmp_path: Path) -> list[np.ndarray]:
    """A mammogram with two masses: each has a folder with its mask and a crop, in either order."""
    full = f"CBIS-DDSM/{CASE}/s/1.000000-full mammogram images-1/1-1.dcm"
    picture(tmp_path, full, np.full((60, 44), 9, np.uint16), "full mammogram images")
    drawn = []
    for n in (1, 2):
        mask = np.zeros((60, 44), np.uint8)
        mask[10 * n : 10 * n + 8, 5 * n : 5 * n + 20] = 255
        drawn.append(mask > 0)
        folder = f"CBIS-DDSM/{CASE}_{n}/s{n}/1.000000-ROI mask images-{n}"
        picture(tmp_path, f"{folder}/1-{n}.dcm", mask, "ROI mask images")
        picture(tmp_path, f"{folder}/1-{3 - n}.dcm", np.full((40, 40), 7, np.uint16), "cropped images")
    return drawn


def test_each_mask_is_a_region_and_crops_are_none(tmp_path: Path, masks: list[np.ndarray]) -> None:
    (record,), regions = small.read(card(), tmp_path)
    assert (record.subject, record.geometry.shape) == ("small/P_00001", (60, 44))
    kept, _ = resolve(tmp_path, record, regions)
    found = sorted((item.full((60, 44)) for item in kept), key=lambda mask: int(np.argmax(mask)))
    np.testing.assert_array_equal(found, masks)
    assert decode(tmp_path, record).array.max() == 9
    assert len(record.meta["annotations"]) == 2


def test_a_mask_of_another_size_costs_the_image(tmp_path: Path, masks: list[np.ndarray]) -> None:
    (reason,) = small.refused(card(series=["cropped images"]), tmp_path)
    assert reason.startswith(f"CBIS-DDSM/{CASE}_1/s1/1.000000-ROI mask images-1/1-2.dcm: mask grid (40, 40) differs")


def test_an_image_without_a_mask(tmp_path: Path, masks: list[np.ndarray]) -> None:
    (record,), regions = small.read(card(series=["nothing of the kind"]), tmp_path)
    assert not regions
    assert "annotations" not in record.meta
    assert "no file fits" in small.notices(card(series=["nothing of the kind"]), tmp_path)[0]
    (reason,) = small.refused(card(series=["nothing of the kind"], missing="refuse"), tmp_path)
    assert "no mask fits" in reason


def test_crops_that_nothing_but_their_size_tells_from_masks(tmp_path: Path, masks: list[np.ndarray]) -> None:
    (record,), regions = small.read(card(series=[], sizes="skip"), tmp_path)
    kept, _ = resolve(tmp_path, record, regions)
    found = sorted((item.full((60, 44)) for item in kept), key=lambda mask: int(np.argmax(mask)))
    np.testing.assert_array_equal(found, masks)
