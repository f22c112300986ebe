"""Segmentations that highdicom wrote and structure sets, read back as masks on the series that they were drawn on."""

import copy
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
from highdicom.sr.coding import CodedConcept
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from skimage.measure import points_in_poly

from schemas import DatasetCard, Record, Region
from tests.connectors import small
from tests.replicas import dicom
from transforms.regions.resolve import resolve

RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
SPACE = "1.2.826.0.1.3680043.8.498.7"
LABELS = {"Liver": "liver", "Tumor": "liver_lesion", "Fuzzy": "spleen", "Lung_Left": "lung", "GTV-1": "liver_lesion"}
# What highdicom copies from the images.
EMPTY = ("StudyDate", "StudyTime", "PatientSex", "AccessionNumber")
REQUIRED: Any = {"StudyID": "1", "SeriesNumber": 1, "FrameOfReferenceUID": SPACE} | dict.fromkeys(EMPTY, "")
DEPTH, ROWS, COLUMNS = 5, 36, 40


def card(**options: Any) -> DatasetCard:
    annotation = {"format": "dicom_objects", "file": "Coll/{patient}/{study}/*/seg*.dcm", **options}
    given = {"files": ["Coll/{patient}/{study}/{series}/ct*.dcm"], "one": "series", "modality": "ct"}
    return small.card("dicom_series", {**given, "annotations": [annotation]}, LABELS, modalities=["ct", "dx"])


def ct(root: Path, folder: str, uid: str) -> list[Dataset]:
    """Axial slices 3 mm apart, stored from the top down; 0.75 mm a column, 0.5 mm a row."""
    found = []
    for number in range(DEPTH):
        position = (-10.0, -8.0, 4.0 + 3 * number)
        piece = dicom.slice_of(f"{uid}{number}", position, SeriesInstanceUID=uid, InstanceNumber=number + 1, **REQUIRED)
        dicom.save(root, f"{folder}/ct{9 - number}.dcm", piece)
        found.append(piece)
    return found


def describe(number: int, label: str, automatic: bool = False) -> hd.seg.SegmentDescription:
    how = hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC if automatic else hd.seg.SegmentAlgorithmTypeValues.MANUAL
    who = hd.AlgorithmIdentificationSequence("Toy", codes.DCM.ArtificialIntelligence, "1") if automatic else None
    concept = CodedConcept(value="10200004", scheme_designator="SCT", meaning="Liver")
    return hd.seg.SegmentDescription(number, label, concept, concept, how, algorithm_identification=who)


def segmentation(images: list[Dataset], masks: np.ndarray, labels: list[str], **more: Any) -> Dataset:
    """`masks`: (slices in the order of `images`, rows, columns, segments)."""
    described = [describe(n, label, automatic=label == "Tumor") for n, label in enumerate(labels, start=1)]
    kind = more.pop("kind", "BINARY")
    return hd.seg.Segmentation(
        images, masks, kind, described, hd.UID(), 300, hd.UID(), 1, "Toy", "Toy", "1", "1", content_label="TOY", **more
    )


def boxes() -> np.ndarray:
    """Two segments that overlap: liver in slices 1 to 3, tumour within it in slice 2."""
    masks = np.zeros((DEPTH, ROWS, COLUMNS, 2), np.uint8)
    masks[1:4, 5:20, 8:30, 0] = 1
    masks[2, 10:14, 12:18, 1] = 1
    return masks


def masks_of(root: Path, records: list[Record], regions: list[Region]) -> dict[str, np.ndarray]:
    (record,) = records
    kept, dropped = resolve(root, record, regions)
    assert not dropped
    return {item.region.source_label: item.full(record.geometry.shape) for item in kept}


def test_overlapping_segments_come_back_whole(tmp_path: Path) -> None:
    images = ct(tmp_path, "Coll/p1/s1/ct", "1.2.3")
    dicom.save(
        tmp_path, "Coll/p1/s1/300-Segmentation/seg.dcm", segmentation(images[::-1], boxes()[::-1], ["Liver", "Tumor"])
    )
    records, regions = small.read(card(), tmp_path)
    found = masks_of(tmp_path, records, regions)
    for number, label in enumerate(("Liver", "Tumor")):
        np.testing.assert_array_equal(found[label], boxes()[..., number].transpose(2, 1, 0))  # i column, j row, k slice
    assert records[0].meta["annotations"] == ["Coll/p1/s1/300-Segmentation/seg.dcm"]
    makers = {region.source_label: (region.made_by.kind, region.made_by.name) for region in regions}
    assert makers == {"Liver": ("human", "segmentation author"), "Tumor": ("model", "segmentation author")}


def test_a_fractional_segment_is_cut_at_the_threshold(tmp_path: Path) -> None:
    images = ct(tmp_path, "Coll/p1/s1/ct", "1.2.3")
    share = np.zeros((DEPTH, ROWS, COLUMNS), np.float32)
    share[2, 4:10] = np.linspace(0, 1, COLUMNS)
    fuzzy = segmentation(images, share, ["Fuzzy"], kind="FRACTIONAL", max_fractional_value=200)
    dicom.save(tmp_path, "Coll/p1/s1/seg/seg.dcm", fuzzy)
    for threshold in (0.25, 0.5):
        found = masks_of(tmp_path, *small.read(card(threshold=threshold), tmp_path))
        stored = hd.seg.segread(tmp_path / "Coll/p1/s1/seg/seg.dcm").pixel_array
        assert found["Fuzzy"].sum() == (stored >= threshold * 200).sum()
        assert found["Fuzzy"][39, 4, 2]


def test_each_series_gets_its_own(tmp_path: Path) -> None:
    """Two series of one study on the same grid: the segmentation names the one that it was drawn on."""
    images = ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    ct(tmp_path, "Coll/p1/s1/b", "1.2.4")
    dicom.save(tmp_path, "Coll/p1/s1/x/seg.dcm", segmentation(images, boxes(), ["Liver", "Tumor"]))
    records, regions = small.read(card(only=["Liver"]), tmp_path)
    assert [record.series == records[0].series for record in records] == [True, False]
    assert [(region.source_label, region.record) for region in regions] == [("Liver", records[0].key)]
    assert "annotations" not in records[1].meta
    (reason,) = small.problems(card(required=True), tmp_path)
    assert reason.startswith("Coll/p1/s1/b/ct5.dcm: no object of Coll/p1/s1/*/seg*.dcm was drawn on it")


def test_labels_that_vary_are_renamed_by_the_card(tmp_path: Path) -> None:
    images = ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    dicom.save(tmp_path, "Coll/p1/s1/x/seg.dcm", segmentation(images, boxes(), ["Tumor_1", "Tumor_22"]))
    _, regions = small.read(card(rename={r"Tumor_\d+": "Tumor"}), tmp_path)
    assert [region.source_label for region in regions] == ["Tumor", "Tumor"]
    reason, _ = small.problems(card(), tmp_path)
    assert "does not know the label 'Tumor_1'" in reason
    assert len(small.read(card(), tmp_path)[0]) == 1, "the image is kept"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("shift", "mask grid differs: a frame lies at voxel (2.00, 0.00, "),
        ("spacing", "mask grid differs: its axes are up to 0.25 mm a pixel from the image's"),
        ("crop", "mask grid (39, 36) differs from (40, 36, 5)"),
        ("cut", "truncated"),
    ],
)
def test_another_grid_or_a_broken_file_costs_the_record(tmp_path: Path, change: str, words: str) -> None:
    images = ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    seg = segmentation(images, boxes(), ["Liver", "Tumor"])
    if change == "shift":
        for frame in seg.PerFrameFunctionalGroupsSequence:
            frame.PlanePositionSequence[0].ImagePositionPatient[0] += 1.5
    if change == "spacing":
        seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [0.75, 0.75]
    if change == "crop":
        seg.Columns = 39
    path = dicom.save(tmp_path, "Coll/p1/s1/x/seg.dcm", seg)
    if change == "cut":
        path.write_bytes(path.read_bytes()[:-300])
    (reason,) = small.problems(card(), tmp_path)
    assert reason.startswith("Coll/p1/s1/x/seg.dcm: ")
    assert words in reason


def test_a_segmentation_of_one_picture(tmp_path: Path) -> None:
    """A radiograph has no patient frame: a frame names the instance that it was drawn on."""
    pictures = {}
    for name in ("ct1", "ct2"):
        tags = {"SeriesInstanceUID": "1.2.9", "InstanceNumber": 1, "PixelSpacing": [0.2, 0.2]} | REQUIRED
        pictures[name] = dicom.pixels(dicom.base(DX, "DX", name, **tags), np.full((ROWS, COLUMNS), 9, np.uint16))
        dicom.save(tmp_path, f"Coll/p/s/x/{name}.dcm", pictures[name])
    drawn = np.zeros((ROWS, COLUMNS), np.uint8)
    drawn[3:9, 20:31] = 1
    seg = small_seg(pictures["ct2"], drawn)
    dicom.save(tmp_path, "Coll/p/s/x/seg.dcm", seg)
    options = {"files": ["Coll/{patient}/{study}/{series}/{n}.dcm"], "ignore": ["**/seg.dcm"], "modality": "dx"}
    annotation = {"format": "dicom_objects", "file": "Coll/{patient}/{study}/{series}/seg.dcm"}
    found = small.card("dicom_series", {**options, "annotations": [annotation]}, LABELS, modalities=["ct", "dx"])
    (reason,) = small.problems(found, tmp_path)
    assert "no frame of it names this picture as its source" in reason
    (tmp_path / "Coll/p/s/x/ct1.dcm").unlink()
    found_masks = masks_of(tmp_path, *small.read(found, tmp_path))
    np.testing.assert_array_equal(found_masks["Liver"], drawn > 0)


def small_seg(image: Dataset, mask: np.ndarray) -> Dataset:
    """highdicom wants a patient frame: here it is lent one for the writing."""
    lent = copy.deepcopy(image)
    lent.ImagePositionPatient, lent.ImageOrientationPatient, lent.SliceThickness = [0, 0, 0], [1, 0, 0, 0, 1, 0], 1
    return segmentation([lent], mask[None, ..., None], ["Liver"])


def structures(rois: dict[str, list[tuple[str, np.ndarray]]], series: str = "1.2.3") -> Dataset:
    """A structure set: name -> contours (type, points (n, 3) in mm)."""
    rt = dicom.base(RTSTRUCT, "RTSTRUCT", "rt")
    frame, study, one = Dataset(), Dataset(), Dataset()
    one.SeriesInstanceUID, frame.FrameOfReferenceUID = series, SPACE
    study.RTReferencedSeriesSequence, frame.RTReferencedStudySequence = [one], [study]
    rt.ReferencedFrameOfReferenceSequence = [frame]
    rt.StructureSetROISequence, rt.ROIContourSequence = [], []
    for number, (name, contours) in enumerate(rois.items(), start=1):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber, roi.ROIName, roi.ROIGenerationAlgorithm = number, name, "MANUAL"
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for kind, points in contours:
            contour = Dataset()
            contour.ContourGeometricType, contour.NumberOfContourPoints = kind, len(points)
            contour.ContourData = [f"{x:.4f}" for x in points.ravel()]
            drawn.ContourSequence.append(contour)
        rt.StructureSetROISequence.append(roi)
        rt.ROIContourSequence.append(drawn)
    return rt


def circle(z: float, radius: float, centre: tuple[float, float] = (5.0, 1.0)) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.c_[centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle), np.full(40, z)]


def inside(points: np.ndarray) -> np.ndarray:
    """Which voxel centres of one slice a ring in mm holds, by the definition of the DICOM grid. (columns, rows)"""
    centres = np.array([(-10 + 0.75 * i, -8 + 0.5 * j) for i in range(COLUMNS) for j in range(ROWS)])
    return points_in_poly(centres, points[:, :2]).reshape(COLUMNS, ROWS)


def rt_card(**options: Any) -> DatasetCard:
    return card(file="Coll/{patient}/{study}/rt/*.dcm", **options)


def test_contours_hold_the_voxels_whose_centres_they_enclose(tmp_path: Path) -> None:
    ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    rings = [("CLOSED_PLANAR", circle(7, 6.03)), ("CLOSED_PLANAR", circle(10, 4.11))]
    dicom.save(tmp_path, "Coll/p1/s1/rt/1.dcm", structures({"GTV-1": rings, "Lung_Left": []}))
    records, regions = small.read(rt_card(), tmp_path)
    mask = masks_of(tmp_path, records, regions)["GTV-1"]
    expected = np.zeros(mask.shape, bool)
    expected[..., 1], expected[..., 2] = inside(circle(7, 6.03)), inside(circle(10, 4.11))
    np.testing.assert_array_equal(mask, expected)
    area = mask[..., 1].sum() * 0.75 * 0.5
    assert area == pytest.approx(np.pi * 6.03**2, rel=0.03)


RINGS = [("CLOSED_PLANAR", "union", False), ("CLOSED_PLANAR", "xor", True), ("CLOSEDPLANAR_XOR", "union", True)]


@pytest.mark.parametrize(("kind", "nested", "hole"), RINGS)
def test_a_ring_within_a_ring(tmp_path: Path, kind: str, nested: str, hole: bool) -> None:
    ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    rings = [(kind, circle(7, 3.07)), (kind, circle(7, 6.03))]
    dicom.save(tmp_path, "Coll/p1/s1/rt/1.dcm", structures({"GTV-1": rings}))
    mask = masks_of(tmp_path, *small.read(rt_card(nested=nested), tmp_path))["GTV-1"]
    outer, inner = inside(rings[1][1]), inside(rings[0][1])
    np.testing.assert_array_equal(mask[..., 1], outer & ~inner if hole else outer)


def test_points_and_open_lines(tmp_path: Path) -> None:
    ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    marks = [("POINT", np.array([[5.0, 1.0, 10.0]])), ("OPEN_PLANAR", circle(7, 2)), ("CLOSED_PLANAR", circle(7, 6.03))]
    dicom.save(tmp_path, "Coll/p1/s1/rt/1.dcm", structures({"GTV-1": marks}))
    _, (point, outline) = small.read(rt_card(), tmp_path)
    assert point.shape.points == ((20.0, 18.0, 2.0),)  # type: ignore[union-attr]
    assert outline.meta == {"skipped_contours": 1}


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (circle(8.5, 6), "a contour lies 0.50 slices off plane 1"),
        (circle(31, 6), "a contour lies 0.00 slices off plane 9 of the image's 5"),
        (circle(7, 6)[:, :2], "is no list of points"),
    ],
)
def test_contours_off_the_grid_cost_the_record(tmp_path: Path, points: np.ndarray, words: str) -> None:
    ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    dicom.save(tmp_path, "Coll/p1/s1/rt/1.dcm", structures({"GTV-1": [("CLOSED_PLANAR", points)]}))
    (reason,) = small.problems(rt_card(), tmp_path)
    assert reason.startswith("Coll/p1/s1/rt/1.dcm: ROI 'GTV-1': ")
    assert words in reason


def test_structures_of_another_series_are_passed_over(tmp_path: Path) -> None:
    ct(tmp_path, "Coll/p1/s1/a", "1.2.3")
    dicom.save(tmp_path, "Coll/p1/s1/rt/1.dcm", structures({"GTV-1": [("CLOSED_PLANAR", circle(7, 6))]}, series="1.9"))
    (record,), regions = small.read(rt_card(), tmp_path)
    assert not regions
    assert "annotations" not in record.meta
