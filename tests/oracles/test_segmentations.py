"""What is drawn in DICOM objects, by its place in the patient: the voxels of Segmentations against highdicom, the
contours of RT Structure Sets against their plain elements."""

import re
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

import catalog
from schemas import ContourShape
from tests.oracles import peers
from tests.replicas.builder.tree import declarations


def drawn_as(kind: str) -> list[str]:
    """The sets that are read as DICOM objects whose replicas hold some of this kind."""
    cards = [card for card in catalog.cards().values() if card.id in declarations()]
    formats = {card.id: {a["format"] for a in card.layout.options.get("annotations", ())} for card in cards}
    written = {card.id: declarations()[card.id].read_text() for card in cards}
    return sorted(name for name in written if "dicom_objects" in formats[name] and f"{kind}:" in written[name])


SETS = drawn_as("dicom_seg")
STRUCTURES = [name for name in drawn_as("rtstruct") if name not in SETS]  # there the segmentations are read
Ring = tuple[tuple[float, ...], ...]  # its points in LPS mm
Placed = list[tuple[str, tuple[tuple[float, ...], ...]]]  # label, voxel centres in LPS mm


def places(mask: NDArray[np.bool_], affine: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    points = np.argwhere(mask) @ affine[:3, :3].T + affine[:3, 3]
    return tuple(sorted(tuple(row) for row in (np.round(points, 3) + 0.0).tolist()))


def segments(dataset: str, root: Path) -> dict[str, Placed]:
    """SeriesInstanceUID of the image -> what was drawn on it."""
    layout = catalog.card(dataset).layout
    own = next(a for a in layout.options["annotations"] if a["format"] == "dicom_objects")
    found: dict[str, Placed] = {}
    for path in sorted(root.rglob("*.dcm")):
        if pydicom.dcmread(path, stop_before_pixels=True).Modality != "SEG":
            continue
        seg = highdicom.seg.segread(path)
        series = str(seg.ReferencedSeriesSequence[0].SeriesInstanceUID)
        for number in seg.segment_numbers:
            label = str(seg.get_segment_description(number)[own.get("label_from", "SegmentLabel")].value)
            label = next((name for text, name in own.get("rename", {}).items() if re.fullmatch(text, label)), label)
            if layout.labels.get(label):
                volume = seg.get_volume(segment_numbers=[number])
                placed = places(volume.array[..., 0] > 0, volume.get_affine("LPS"))
                found.setdefault(series, []).append((label, placed))
    return found


@pytest.mark.parametrize("dataset", SETS)
def test_segments_agree(dataset: str, tmp_path: Path) -> None:
    theirs = segments(dataset, peers.replica(dataset, tmp_path))
    mine: dict[str, Placed] = {}
    for found in peers.ours(dataset, tmp_path, pixels=True):
        first = pydicom.dcmread(tmp_path / "ours" / dataset / found.record.sources[0].uri, stop_before_pixels=True)
        geometry = found.record.geometry
        for mask in found.masks:
            placed = places(mask.full(geometry.shape), np.asarray(geometry.affine))
            mine.setdefault(str(first.SeriesInstanceUID), []).append((mask.region.source_label, placed))
    assert {series: sorted(drawn) for series, drawn in mine.items()} == {
        series: sorted(drawn) for series, drawn in theirs.items()
    }
    assert mine


def structures(root: Path) -> dict[str, list[tuple[str, Ring]]]:
    """SOPInstanceUID of a slice -> the rings on it, by the names of their structures."""
    found: dict[str, list[tuple[str, Ring]]] = {}
    for path in sorted(root.rglob("*.dcm")):
        rt = pydicom.dcmread(path, stop_before_pixels=True)
        if rt.Modality == "RTSTRUCT":
            names = {roi.ROINumber: roi.ROIName for roi in rt.StructureSetROISequence}
            for roi in rt.ROIContourSequence:
                for contour in roi.ContourSequence:
                    points = np.reshape(np.asarray(contour.ContourData, float), (-1, 3))
                    image = str(contour.ContourImageSequence[0].ReferencedSOPInstanceUID)
                    found.setdefault(image, []).append((names[roi.ReferencedROINumber], ring(points)))
    return found


def ring(points: NDArray[np.float64]) -> Ring:
    return tuple(tuple(row) for row in (np.round(points, 2) + 0.0).tolist())


@pytest.mark.parametrize("dataset", STRUCTURES)
def test_structures_agree(dataset: str, tmp_path: Path) -> None:
    theirs = structures(peers.replica(dataset, tmp_path))
    labels = catalog.card(dataset).layout.labels
    count = 0
    for found in peers.ours(dataset, tmp_path):
        slices = [tmp_path / "ours" / dataset / source.uri for source in found.record.sources]
        images = [str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in slices]
        told = [drawn for image in images for drawn in theirs.get(image, []) if labels.get(drawn[0])]
        affine = np.asarray(found.record.geometry.affine)
        mine = []
        for region in found.regions:
            assert isinstance(region.shape, ContourShape)
            for k, points in zip(region.shape.planes, region.shape.rings, strict=True):
                voxels = np.c_[np.asarray(points), np.full(len(points), k)]
                mine.append((region.source_label, ring(voxels @ affine[:3, :3].T + affine[:3, 3])))
        assert sorted(mine) == sorted(told)
        count += len(mine)
    assert count > 0
