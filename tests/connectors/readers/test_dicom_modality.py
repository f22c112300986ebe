"""A header whose Modality contradicts the card's is told, once for all files that say the same."""

from pathlib import Path
from typing import Any

import pytest

import catalog
from connectors import open_dataset
from pipelines.looking import look
from schemas import DatasetCard, Notice, Record
from tests.connectors import small
from tests.replicas import dicom


def told(root: Path, found: DatasetCard) -> tuple[list[Record], list[str]]:
    rows = list(look(open_dataset(found, catalog.labelspace()), root, None, pixels=False))
    return [row for row in rows if isinstance(row, Record)], [row.text() for row in rows if isinstance(row, Notice)]


def card(modality: str, **options: Any) -> DatasetCard:
    given = {"files": ["{case}/*.dcm"], "modality": modality, "subject": "{case}", **options}
    return small.card("dicom_series", given, modalities=[modality])


def write(root: Path, codes: list[str]) -> None:
    for n, code in enumerate(codes):
        dicom.save(root, f"p{n}/1.dcm", dicom.slice_of(f"s{n}", (0, 0, 0), Modality=code))


@pytest.mark.parametrize("one", ["file", "series"])
def test_a_modality_that_contradicts_the_card_is_told_once_with_its_count(tmp_path: Path, one: str) -> None:
    write(tmp_path, ["CT", "MR", "MR", "US", "MR"])
    records, notices = told(tmp_path, card("ct", one=one))
    assert [record.modality.code for record in records] == ["CT"] * 5
    assert [notice.split(": ")[:2] for notice in notices] == [["p1/1.dcm", "MR"], ["p3/1.dcm", "US"]]
    assert "3 files" in notices[0]
    assert "computed tomography" in notices[0]


def test_a_slice_of_another_modality_within_a_series_is_told(tmp_path: Path) -> None:
    for n, code in enumerate(("CT", "MR", "CT")):
        piece = dicom.slice_of(f"s{n}", (0, 0, 2.0 * n), Modality=code, SeriesInstanceUID="1.2.3")
        dicom.save(tmp_path, f"p/{n}.dcm", piece)
    records, (notice,) = told(tmp_path, card("ct", one="series", group="{case}"))
    assert len(records) == 1
    assert notice.startswith("p/1.dcm: MR: ")


def test_a_rule_that_overrules_the_header_is_told(tmp_path: Path) -> None:
    write(tmp_path, ["MR"])
    found = small.card("dicom_files", {"modality": {"*": "ct"}}, modalities=["ct"])
    records, (notice,) = told(tmp_path, found)
    assert (len(records), notice.startswith("p0/1.dcm: MR: ")) == (1, True)


@pytest.mark.parametrize(
    ("modality", "codes"),
    [
        ("xray", ["CR", "DX", "RG", "RF", "XA", "OT", "SC", ""]), ("mammography", ["MG", "CR", "DX"]),
        ("pet_ct", ["PT", "CT", "NM"]), ("pt", ["NM", "PT"]), ("cbct", ["CT", "OT"]), ("microscopy", ["SM", "XC"]),
        ("mr_angiography", ["MR"]), ("oct", ["OPT", "OP"]),
    ],
)  # fmt: skip
def test_codes_that_differ_lawfully_say_nothing(tmp_path: Path, modality: str, codes: list[str]) -> None:
    write(tmp_path, codes)
    _, notices = told(tmp_path, card(modality))
    assert not [notice for notice in notices if "Modality" in notice]
