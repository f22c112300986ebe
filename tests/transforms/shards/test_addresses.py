"""Which parts of paths name people, and what leaves in their place."""

import pytest

from schemas import SourceFile
from transforms.shards.addresses import file_shown, personal, shown, subject_shown

NAMING = (
    "Fakename_Testa_19510314.png", "DOE^JANE", "Maria Garcia", "JohnSmith.png",
    "mockson_miguel_garcia.jpg", "MRN0012345.dcm",
    "Testa Fakename.nii.gz", "Garcia-1962-03-04", "a.nobody@example.org",
)  # fmt: skip
PLAIN = (
    "patient_001.nii.gz", "LIDC-IDRI-0001", "01-01-2000-NA-NA-30178", "img_20140603.png", "BraTS20_Training_001",
    "Warwick_QU_Dataset",
    "train", "CT_Chest.dcm", "Parkinson", "Ewing_sarcoma", "Normal_Kidney", "s12345678",
    "ISIC_0024306.jpg", "1.2.840.113619.2.1",
)  # fmt: skip


def pseudonym(part: str) -> str:
    return f"{len(part):04x}"


@pytest.mark.parametrize("part", NAMING)
def test_what_names_a_person(part: str) -> None:
    assert personal(part)


@pytest.mark.parametrize("part", PLAIN)
def test_what_names_nobody(part: str) -> None:
    assert not personal(part)


def test_paths_as_they_leave() -> None:
    path = "train/Fakename_Testa/ct.nii.gz"
    assert shown(path, "source", pseudonym) == path
    assert shown(path, "detect", pseudonym) == "train/p-000e/ct.nii.gz"
    assert shown(path, "all", pseudonym) == "p-0005/p-000e/p-0009.nii.gz"
    assert subject_shown("toy/Fakename_Testa", "detect", pseudonym) == "toy/p-000e"
    source = SourceFile(uri="a.zip", member="DOE^JANE/1.dcm", sha256="0" * 64, bytes=1)
    assert file_shown(source, "detect", pseudonym).member == "p-0008/1.dcm"
