"""Published DICOM folders: x-rays file by file, CT series in TCIA's layout, in archives too."""

import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

import catalog
from connectors import LayoutError, NotPartOf, open_dataset
from connectors.base import pseudonym
from schemas import DatasetCard, Record
from tests.connectors import small
from tests.replicas import dicom
from transforms.media.decoders import decode

MODALITIES = ["ct", "dx"]
DX = "1.2.840.10008.5.1.4.1.1.1.1"
TCIA = "Coll/{patient}/{study}/{series}/*.dcm"


def card(**options: Any) -> DatasetCard:
    given = {"files": ["**/*.dcm"], "modality": "ct", **options}
    return small.card("dicom_series", given, modalities=MODALITIES)


def xray(root: Path, uri: str, **tags: object) -> np.ndarray:
    array = (np.arange(40 * 50) % 240 + len(uri)).astype(np.uint16).reshape(40, 50)
    tags = {"PatientID": "PID-77", "ViewPosition": "PA", "BodyPartExamined": "CHEST"} | tags
    dicom.save(root, uri, dicom.pixels(dicom.base(DX, "DX", uri, **tags), array))
    return array


def series(root: Path, folder: str, positions: list[float], uid: str, **tags: object) -> list[str]:
    """Slices under names against their order. Returns the paths from the lowest slice to the highest."""
    paths = {}
    for number, z in enumerate(positions):
        uri = f"{folder}/1-{len(positions) - number:03d}.dcm"
        piece = dicom.slice_of(f"{folder}{number}", (-10, -8, z), SeriesInstanceUID=uid, **tags)  # type: ignore[arg-type]
        array = np.full((36, 40), 1000 + int(z * 10), np.uint16)
        array[4, 7] = 77  # row 4, column 7
        dicom.save(root, uri, dicom.pixels(piece, array))
        paths[z] = uri
    return [paths[z] for z in sorted(paths)]


def test_xrays_are_a_record_each(tmp_path: Path) -> None:
    """As RSNA, SIIM and VinDr publish them: {patientId}.dcm, .dicom, or no extension at all."""
    array = xray(tmp_path, "stage_2_train_images/0a1.dcm", ImageLaterality="L")
    xray(tmp_path, "stage_2_train_images/0b2.dicom", ViewPosition="AP")
    xray(tmp_path, "stage_2_train_images/IM0003")
    options = {"files": ["stage_2_{split:train|test}_images/*"], "modality": "dx", "split": {"by": "{split}"}}
    options |= {"header": {"side": "ImageLaterality"}, "keep": ["view_position", "side", "ViewPosition"]}
    records, _ = small.read(card(**options), tmp_path)
    assert [record.sources[0].uri.rpartition("/")[2] for record in records] == ["0a1.dcm", "0b2.dicom", "IM0003"]
    first, second, _ = records
    assert (first.kind, first.geometry.shape, first.split) == ("image", (40, 50), "train")
    assert first.meta == {"view_position": "PA", "side": "L", "ViewPosition": "PA"}
    assert second.meta == {"view_position": "AP", "ViewPosition": "AP"}
    np.testing.assert_array_equal(decode(tmp_path, first).array, array)


def test_a_series_is_a_volume_sorted_by_place(tmp_path: Path) -> None:
    paths = series(
        tmp_path, "Coll/LIDC-IDRI-0001/s1/300.000000-CT-12", [0, 2.5, 5], "1.2.3", PatientID="LIDC-IDRI-0001"
    )
    series(tmp_path, "Coll/LIDC-IDRI-0002/s1/b", [0, 2], "1.2.4", PatientID="LIDC-IDRI-0002")
    records, _ = small.read(card(files=[TCIA], one="series", public_ids=True), tmp_path)
    first, second = records
    assert [source.uri for source in first.sources] == paths
    assert (first.geometry.shape, second.geometry.shape) == ((40, 36, 3), (40, 36, 2))
    assert first.geometry.spacing_mm == (0.75, 0.5, 2.5)
    assert [record.subject for record in records] == ["small/LIDC-IDRI-0001", "small/LIDC-IDRI-0002"]
    assert (first.series, first.unit) == ("1.2.3", "HU")
    volume = decode(tmp_path, first).array
    assert volume[0, 0].tolist() == [1000 - 1024, 1025 - 1024, 1050 - 1024]
    assert (volume[7, 4] == 77 - 1024).all()


def test_identifiers_are_pseudonyms_unless_public(tmp_path: Path) -> None:
    xray(tmp_path, "a/b.dcm")
    (record,), _ = small.read(card(modality="dx", study="{StudyInstanceUID}", series="{SOPInstanceUID}"), tmp_path)
    raw = pydicom.dcmread(tmp_path / "a/b.dcm")
    assert record.subject == f"small/{pseudonym('subject', 'small', 'PID-77')}"
    assert record.study == pseudonym("study", "small", raw.StudyInstanceUID)
    assert not [
        word for word in (*dicom.PERSONAL, raw.StudyInstanceUID, raw.SOPInstanceUID) if word in record.to_json()
    ]


def test_a_file_that_names_nobody_is_its_own_subject(tmp_path: Path) -> None:
    xray(tmp_path, "a.dcm", PatientID="")
    xray(tmp_path, "b.dcm", PatientID="")
    for public in (False, True):
        records, _ = small.read(card(modality="dx", public_ids=public), tmp_path)
        assert len({record.subject for record in records}) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"header": {"who": "PatientName"}}, "PatientName may hold personal data"),
        (
            {"header": {"born": "PatientBirthDate"}, "public_ids": True},
            "PatientBirthDate is a date or a time",
        ),
        ({"header": {"what": "SeriesDescription"}}, "read only with public_ids"),
        ({"header": {"what": "SeriesDescriptoin"}}, "'SeriesDescriptoin' is no DICOM keyword"),
        ({"tell_apart": ["Ekko"]}, "'Ekko' is no DICOM keyword"),
    ],
)
def test_a_card_cannot_ask_for_a_person(options: dict[str, Any], words: str) -> None:
    with pytest.raises(LayoutError, match=r"layout\.options") as caught:
        open_dataset(card(**options), catalog.labelspace())
    assert words in str(caught.value)


def test_a_name_typed_into_a_code_is_not_read_nor_logged(tmp_path: Path) -> None:
    with warnings.catch_warnings(action="ignore"):
        xray(tmp_path, "a.dcm", ViewPosition="Planted Testperson", StudyInstanceUID="Planted")
    found = card(modality="dx", header={"view": "ViewPosition"}, keep=["view", "view_position"])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        (record,), _ = small.read(found, tmp_path)
    assert record.meta == {}
    assert not [warning for warning in said if "Planted" in str(warning.message)]


def test_only_what_the_card_reads(tmp_path: Path) -> None:
    """A collection holds localisers, x-rays, structure sets and reports beside its CT."""
    series(tmp_path, "Coll/p1/s/ct", [0, 2, 4], "1.2.3")
    series(tmp_path, "Coll/p1/s/scout", [0], "1.2.5")
    xray(tmp_path, "Coll/p1/s/dx/1.dcm")
    dicom.save(tmp_path, "Coll/p1/s/rt/1.dcm", dicom.base(dicom.SR, "RTSTRUCT", "rt"))
    found = card(files=[TCIA], one="series", only={"Modality": ["CT"]}, least_slices=2)
    connector = open_dataset(found, catalog.labelspace())
    rows, refused = [], {}
    for item in connector.listing(tmp_path):
        try:
            rows += list(connector.read(tmp_path, item))
        except NotPartOf as error:
            refused[item.uri.split("/")[3]] = error.reason
    assert [row.geometry.shape for row in rows if isinstance(row, Record)] == [(40, 36, 3)]
    assert refused == {
        "scout": "fewer than 2 slices",
        "dx": "its Modality is none of those that the card reads (CT)",
        "rt": "a radiotherapy structure set, not an image",
    }


def test_a_missing_or_a_cut_slice_costs_its_series(tmp_path: Path) -> None:
    series(tmp_path, "Coll/p1/s/a", [0, 2, 6], "1.2.3")
    series(tmp_path, "Coll/p2/s/b", [0, 2, 4], "1.2.4")
    series(tmp_path, "Coll/p3/s/c", [0, 2], "1.2.5")
    cut = tmp_path / "Coll/p2/s/b/1-002.dcm"
    cut.write_bytes(cut.read_bytes()[:-100])
    first, second = small.refused(card(files=[TCIA], one="series"), tmp_path)
    assert "slices 2.000 to 4.000 mm apart: one is missing" in first
    assert "1-002.dcm: truncated: 2780 of 2880 bytes" in second
    (record,), _ = small.read(card(files=["Coll/p3/{study}/{series}/*.dcm"], one="series"), tmp_path)
    assert record.geometry.shape == (40, 36, 2)


def test_echoes_of_one_series_are_volumes_of_their_own(tmp_path: Path) -> None:
    for echo, folder in ((2, "Coll/p/s/x"), (4, "Coll/p/s/y")):
        for path in series(tmp_path, folder, [0, 2, 4], "1.2.3", EchoTime=echo):
            target = tmp_path / "Coll/p/s/all" / f"{echo}{Path(path).name}"
            target.parent.mkdir(exist_ok=True)
            (tmp_path / path).rename(target)
    records, _ = small.read(card(files=[TCIA], one="series", header={"echo": "EchoTime"}, keep=["echo"]), tmp_path)
    assert [(record.geometry.shape[2], record.meta["echo"]) for record in records] == [(3, "2.0"), (3, "4.0")]
    assert len({record.key for record in records}) == 2
    (reason,) = small.refused(card(files=[TCIA], one="series", tell_apart=["AcquisitionNumber"]), tmp_path)
    assert "6 slices of one series repeat positions" in reason


def test_a_series_in_an_archive_and_the_same_slice_twice(tmp_path: Path) -> None:
    paths = series(tmp_path / "flat", "Coll/p/s/x", [0, 2, 4], "1.2.3")
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        for path in paths:
            archive.write(tmp_path / "flat" / path, path)
        archive.write(tmp_path / "flat" / paths[0], "Coll/p/s/x/copy.dcm")
    (record,), _ = small.read(card(files=[f"data.zip/{TCIA}"], one="series"), tmp_path)
    assert [Path(str(source.member)).name for source in record.sources] == ["1-003.dcm", "1-002.dcm", "1-001.dcm"]
    assert decode(tmp_path, record).array[0, 0].tolist() == [-24, -4, 16]


def test_the_path_may_tell_the_series(tmp_path: Path) -> None:
    """With `group` no header is read while listing: files that are no DICOM are listed with the rest."""
    series(tmp_path, "train/1/9", [0, 2], "1.2.3")
    (tmp_path / "train/1/9/x.dcm").write_bytes(b"x" * 200)
    found = card(files=["train/{patient}/{stack}/*.dcm"], one="series", group="{patient} {stack}")
    (item,) = open_dataset(found, catalog.labelspace()).listing(tmp_path)
    assert (item.uri, item.group) == ("train/1/9/1-001.dcm", ("train/1/9/1-002.dcm", "train/1/9/x.dcm"))
    (reason,) = small.refused(found, tmp_path)
    assert "x.dcm: not a DICOM file" in reason
