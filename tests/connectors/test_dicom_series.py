"""Series of slices and segmentations, on a card made for the test: no set of the catalogue has one yet."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

import catalog
from connectors import Connector, LayoutError, NotPartOf, Unreadable, open_dataset
from schemas import DatasetCard, LabelShape, Notice
from tests.connectors.conformance import read_all, records, regions
from tests.replicas import dicom

# A plane turned about the patient's left-right axis by 30 degrees, as a tilted gantry does.
TILTED = (1, 0, 0, 0, float(np.cos(np.pi / 6)), float(np.sin(np.pi / 6)))
NORMAL = np.cross(TILTED[:3], TILTED[3:])


def card(**options: object) -> DatasetCard:
    found = catalog.card("pydicom_test_files")
    layout = found.layout.model_copy(update={"options": {"series": True} | options})
    return found.model_copy(update={"layout": layout})


@pytest.fixture
def connector() -> Connector:
    return open_dataset(card(), catalog.labelspace())


def write_series(root: Path, distances: list[float], orientation: tuple[float, ...] = TILTED) -> None:
    """Slices at these distances along the normal, under names that do not follow their order."""
    for number, distance in enumerate(distances):
        position = tuple(float(x) for x in np.array([-10, -8, 4]) + NORMAL * distance)
        piece = dicom.slice_of(f"s{number}", position, orientation=orientation, SeriesInstanceUID="1.2.3")  # type: ignore[arg-type]
        dicom.save(root, f"scan/{9 - number}.dcm", piece)


def segmentation(position: list[float], columns: int = 40, label: str = "Liver") -> Dataset:
    seg = dicom.pixels(dicom.base(dicom.SEG, "SEG", "seg"), np.zeros((36, columns), np.uint8))
    series, segment, frame, place = Dataset(), Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID = "1.2.3"
    segment.SegmentNumber, segment.SegmentLabel, segment.SegmentAlgorithmType = 1, label, "MANUAL"
    place.ImagePositionPatient = position
    frame.PlanePositionSequence = [place]
    seg.ReferencedSeriesSequence, seg.SegmentSequence, seg.PerFrameFunctionalGroupsSequence = (
        [series],
        [segment],
        [frame],
    )
    return seg


def test_slices_become_one_tilted_volume(connector: Connector, tmp_path: Path) -> None:
    write_series(tmp_path, [6, 0, 3, 9])  # 2 mm thick, 3 mm apart
    rows, broken, _ = read_all(connector, tmp_path)
    assert not broken
    (record,) = records(rows)
    assert record.geometry.shape == (40, 36, 4)
    assert [source.uri for source in record.sources] == [f"scan/{n}.dcm" for n in (8, 7, 9, 6)]
    point = np.asarray(record.geometry.affine) @ [5, 10, 3, 1]
    by_hand = (
        np.array([-10, -8, 4]) + 5 * 0.75 * np.array(TILTED[:3]) + 10 * 0.5 * np.array(TILTED[3:]) + 3 * 3 * NORMAL
    )
    assert point[:3] == pytest.approx(by_hand)
    assert record.geometry.spacing_mm == pytest.approx((0.75, 0.5, 3))


def test_a_missing_slice_is_refused(connector: Connector, tmp_path: Path) -> None:
    write_series(tmp_path, [0, 2, 6])
    rows, (broken,), _ = read_all(connector, tmp_path)
    assert not rows
    assert "slices 2.000 to 4.000 mm apart: one is missing" in str(broken)


def test_copies_of_a_slice_stay_apart(connector: Connector, tmp_path: Path) -> None:
    write_series(tmp_path, [0, 0])
    rows, broken, _ = read_all(connector, tmp_path)
    assert not broken
    assert [record.geometry.shape for record in records(rows)] == [(40, 36, 1)] * 2


def test_a_plane_that_is_no_plane(connector: Connector, tmp_path: Path) -> None:
    write_series(tmp_path, [0], orientation=(1, 0, 0, 0.5, 0.5, 0))
    _, (broken,), _ = read_all(connector, tmp_path)
    assert "not two perpendicular unit vectors" in str(broken)


def test_segmentation_goes_with_its_series(connector: Connector, tmp_path: Path) -> None:
    write_series(tmp_path, [0, 2])
    dicom.save(tmp_path, "seg.dcm", segmentation([float(x) for x in np.array([-10, -8, 4]) + 2 * NORMAL]))
    rows, broken, others = read_all(connector, tmp_path)
    assert not broken
    assert not others
    (region,) = regions(rows)
    assert isinstance(region.shape, LabelShape)
    assert (region.concept.label, region.shape.decoder, region.made_by.kind) == ("liver", "dicom_seg", "human")
    assert region.record == records(rows)[0].key


@pytest.mark.parametrize(
    ("seg", "reason"),
    [
        (segmentation([-10, -8, 4], columns=41), "mask grid (41, 36) differs"),
        (segmentation([-9, -8, 4]), "mask grid differs: a frame lies at voxel"),
    ],
)
def test_segmentation_on_another_grid_is_refused(
    connector: Connector, tmp_path: Path, seg: Dataset, reason: str
) -> None:
    write_series(tmp_path, [0, 2])
    dicom.save(tmp_path, "seg.dcm", seg)
    _, (broken,), _ = read_all(connector, tmp_path)
    assert (broken.uri, reason in broken.reason) == ("seg.dcm", True)


def test_a_segment_that_the_card_does_not_know_is_named(connector: Connector, tmp_path: Path) -> None:
    write_series(tmp_path, [0, 2])
    dicom.save(tmp_path, "seg.dcm", segmentation([-10, -8, 4], label="Unheard of"))
    rows, broken, _ = read_all(connector, tmp_path)
    (notice,) = (row for row in rows if isinstance(row, Notice))
    assert (notice.uri, notice.item, notice.record) == ("seg.dcm", "Unheard of", records(rows)[0].key)
    assert not broken


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"layout": {"reader": "dicom_filez"}}, "layout.reader: no reader 'dicom_filez'"),
        ({"layout": {"reader": "dicom_files", "options": {"serie": True}}}, "layout.options.serie"),
        ({"layout": {"reader": "dicom_files", "labels": {"Liver": "livr"}}}, "no concept 'livr'"),
        ({"layout": {"reader": "dicom_files", "labels": {"Liver": None}}}, "say why under layout.unmapped"),
    ],
)
def test_a_faulty_card_is_named(change: dict[str, object], words: str) -> None:
    faulty = DatasetCard.model_validate(card().model_dump() | change)
    with pytest.raises(LayoutError) as caught:
        open_dataset(faulty, catalog.labelspace())
    assert str(caught.value).startswith("catalog/datasets/pydicom_test_files.yaml: ")
    assert words in str(caught.value)


def test_refusals_survive_the_trip_between_processes() -> None:
    for error in (Unreadable("a.dcm", "cut"), NotPartOf("a.dcm", "a report"), LayoutError("x", "layout.reader", "fix")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


def test_a_slice_saved_in_colour_is_a_picture_without_hounsfield_units(connector: Connector, tmp_path: Path) -> None:
    head = dicom.slice_of("head", (0, 0, 0), BodyPartExamined="HEAD")
    dicom.save(tmp_path, "head.dcm", dicom.pixels(head, np.zeros((36, 40, 3), np.uint8), "RGB"))
    rows, _, _ = read_all(connector, tmp_path)
    (found,) = records(rows)
    assert (found.kind, found.unit, found.geometry.affine, found.window) == ("image", None, None, None)
    assert found.geometry.spacing_mm == (0.5, 0.75)
