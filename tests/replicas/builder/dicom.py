"""DICOM: single files, series of slices, segmentations and structure sets, over tests/replicas/dicom.py."""

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from tests.replicas import dicom
from tests.replicas.builder.arrays import Boxes, Range, paint, placed, texture
from tests.replicas.builder.declaration import Strict

CLASSES = {
    "CT": dicom.CT, "MR": dicom.MR, "US": dicom.US, "SEG": dicom.SEG, "ECG": dicom.ECG, "SR": dicom.SR,
    "CR": "1.2.840.10008.5.1.4.1.1.1", "DX": "1.2.840.10008.5.1.4.1.1.1.1", "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "PT": "1.2.840.10008.5.1.4.1.1.128", "NM": "1.2.840.10008.5.1.4.1.1.20", "XA": "1.2.840.10008.5.1.4.1.1.12.1",
    "RF": "1.2.840.10008.5.1.4.1.1.12.2", "OP": "1.2.840.10008.5.1.4.1.1.77.1.5.1",
    "RTSTRUCT": "1.2.840.10008.5.1.4.1.1.481.3",
}  # fmt: skip
OTHER = "1.2.840.10008.5.1.4.1.1.7"  # secondary capture


class DicomSpec(Strict):
    """One file. Without `size` it holds no picture. `mask`: boxes by value, as a mask's. Further elements: `tags`, by
    keyword; a list of mappings is a sequence, null takes the element out."""

    size: tuple[int, int] | None = None
    frames: int = 0
    modality: str = "OT"
    PatientID: str | None = None
    StudyInstanceUID: str | None = None
    SeriesInstanceUID: str | None = None
    photometric: str = "MONOCHROME2"
    bits: int = 8
    range: Range | None = None
    mask: Boxes | None = None
    tags: dict[str, Any] = {}


class SeriesSpec(Strict):
    """Slices of one series, `spacing` along columns, rows and slices in mm. `shuffled`: the names do not follow the
    slices' order."""

    slices: int
    size: tuple[int, int]
    spacing: tuple[float, float, float] = (0.7, 0.8, 2.5)
    origin: tuple[float, float, float] = (-20.0, -30.0, 40.0)
    orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0)
    modality: str = "CT"
    PatientID: str | None = None
    StudyInstanceUID: str | None = None
    SeriesInstanceUID: str | None = None
    names: str = "1-{n:03d}.dcm"
    shuffled: bool = False
    range: Range | None = None
    tags: dict[str, Any] = {}


class SegSpec(Strict):
    """`of`: the series' folder. `segments`: [label, box or boxes (i0, j0, k0, i1, j1, k1)] by number. `descriptions`:
    their SegmentDescription, by number."""

    of: str
    segments: dict[int, list[Any]]
    descriptions: dict[int, str] = {}
    algorithm: str = "MANUAL"
    tags: dict[str, Any] = {}


class StructureSpec(Strict):
    """`rois`: box or boxes by the structure's name; each plane of a box is a closed contour on voxel centres."""

    of: str
    rois: dict[str, list[Any]]
    tags: dict[str, Any] = {}


def single(path: Path, value: dict[str, Any], name: str) -> None:
    spec = DicomSpec.model_validate(value)
    dataset = dicom.base(CLASSES.get(spec.modality, OTHER), spec.modality, name)
    _identify(dataset, spec, str(Path(name).parent))
    if spec.size is not None:
        colour = spec.photometric == "RGB"
        shape = (*([spec.frames] if spec.frames else []), spec.size[1], spec.size[0], *([3] if colour else []))
        dtype = "uint16" if spec.bits > 8 else "uint8"
        if spec.mask is not None:
            array = paint(shape, spec.mask, dtype)
        else:
            array = texture(shape, name, dtype, spec.range or ((0, 4000) if spec.bits > 8 else (0, 200)))
        dicom.pixels(dataset, array, spec.photometric)
    _save(path, dataset, spec.tags)


def of_picture(path: Path, value: dict[str, Any], name: str) -> None:
    """`image` or `mask` under a name that ends with .dcm."""
    deep = value.get("mode", "L") == "I;16"
    photometric = "RGB" if value.get("mode") == "RGB" else "MONOCHROME2"
    single(
        path,
        {"size": value["size"], "bits": 16 if deep else 8, "photometric": photometric, "mask": value.get("values")},
        name,
    )


def series(folder: Path, value: dict[str, Any], name: str) -> None:
    spec = SeriesSpec.model_validate(value)
    across, down = np.asarray(spec.orientation, float).reshape(2, 3)
    normal = np.cross(across, down)
    signed = spec.modality == "CT"
    span = spec.range or ((24, 1424) if signed else (0, 1000))  # stored values; CT's intercept is -1024
    stack = texture((spec.slices, spec.size[1], spec.size[0]), name, "uint16", span)
    numbers = list(range(1, spec.slices + 1))
    files = sorted(numbers, key=lambda n: (zlib.crc32(f"{name}{n}".encode()), n)) if spec.shuffled else numbers
    folder.mkdir(parents=True, exist_ok=True)
    for index, (number, file) in enumerate(zip(numbers, files, strict=True)):
        dataset = dicom.base(CLASSES.get(spec.modality, OTHER), spec.modality, f"{name}#{number}")
        _identify(dataset, spec, str(Path(name).parent))
        dataset.SeriesInstanceUID = spec.SeriesInstanceUID or generate_uid(entropy_srcs=["series", name])
        dataset.FrameOfReferenceUID = generate_uid(entropy_srcs=["frame", dataset.StudyInstanceUID])
        position = np.asarray(spec.origin) + normal * spec.spacing[2] * index
        dataset.ImagePositionPatient = [round(float(x), 6) for x in position]
        dataset.ImageOrientationPatient = [float(x) for x in spec.orientation]
        dataset.PixelSpacing = [spec.spacing[1], spec.spacing[0]]
        dataset.SliceThickness, dataset.InstanceNumber = spec.spacing[2], number
        if signed:
            dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        dicom.pixels(dataset, stack[index])
        _save(folder / spec.names.format(n=file), dataset, spec.tags)


def segmentation(path: Path, value: dict[str, Any], name: str, top: Path) -> None:
    spec = SegSpec.model_validate(value)
    slices = _slices(top / spec.of)
    first = slices[0]
    shape = (int(first.Columns), int(first.Rows), len(slices))
    seg = _derived(first, "SEG", name)
    source = Dataset()
    source.SeriesInstanceUID = first.SeriesInstanceUID
    seg.ReferencedSeriesSequence, seg.SegmentationType = [source], "BINARY"
    seg.SegmentSequence, seg.PerFrameFunctionalGroupsSequence = [], []
    planes = []
    for number, (label, *boxes) in spec.segments.items():
        segment = Dataset()
        segment.SegmentNumber, segment.SegmentLabel, segment.SegmentAlgorithmType = number, str(label), spec.algorithm
        segment.SegmentedPropertyCategoryCodeSequence = [dicom.code("Anatomical structure", "91723000", "SCT")]
        segment.SegmentedPropertyTypeCodeSequence = [dicom.code("Anatomical structure", "91723000", "SCT")]
        if number in spec.descriptions:
            segment.SegmentDescription = spec.descriptions[number]
        seg.SegmentSequence.append(segment)
        drawn = paint(shape, {1: boxes})
        for k in np.flatnonzero(drawn.any(axis=(0, 1))):
            planes.append(drawn[..., k].T)
            seg.PerFrameFunctionalGroupsSequence.append(_frame(slices[k], number))
    seg.SharedFunctionalGroupsSequence, seg.DimensionIndexSequence = [_shared(first)], _dimensions()
    dicom.pixels(seg, np.stack(planes))
    seg.BitsAllocated = seg.BitsStored = 1
    seg.HighBit = 0
    packed = np.packbits(np.stack(planes).ravel(), bitorder="little").tobytes()
    seg.PixelData = packed + b"\0" * (len(packed) % 2)
    _save(path, seg, spec.tags)


def structures(path: Path, value: dict[str, Any], name: str, top: Path) -> None:
    spec = StructureSpec.model_validate(value)
    slices = _slices(top / spec.of)
    first = slices[0]
    shape = (int(first.Columns), int(first.Rows), len(slices))
    found = _derived(first, "RTSTRUCT", name)
    found.StructureSetLabel, found.ReferencedFrameOfReferenceSequence = "replica", [_drawn_on(first)]
    found.StructureSetROISequence, found.ROIContourSequence = [], []
    for number, (roi, boxes) in enumerate(spec.rois.items(), start=1):
        entry, drawn = Dataset(), Dataset()
        entry.ROINumber, entry.ROIName, entry.ReferencedFrameOfReferenceUID = number, roi, first.FrameOfReferenceUID
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for box in placed(shape, {1: boxes})[1]:
            drawn.ContourSequence += [_ring(slices[k], box) for k in range(box[2].start, box[2].stop)]
        found.StructureSetROISequence.append(entry)
        found.ROIContourSequence.append(drawn)
    _save(path, found, spec.tags)


def _drawn_on(first: Dataset) -> Dataset:
    """The frame, study and series that structures were drawn on (PS3.3 C.8.8.5)."""
    frame, study, drawn_on = Dataset(), Dataset(), Dataset()
    drawn_on.SeriesInstanceUID = first.SeriesInstanceUID
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = "1.2.840.10008.3.1.2.3.1", first.StudyInstanceUID
    study.RTReferencedSeriesSequence = [drawn_on]
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = first.FrameOfReferenceUID, [study]
    return frame


def _ring(piece: Dataset, box: tuple[slice, ...]) -> Dataset:
    (i0, i1), (j0, j1) = ((part.start, part.stop - 1) for part in box[:2])
    across, down = np.asarray(piece.ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = (float(x) for x in piece.PixelSpacing)
    origin = np.asarray(piece.ImagePositionPatient, float)
    corners = [(i0, j0), (i1, j0), (i1, j1), (i0, j1)]
    points = [origin + across * between_columns * i + down * between_rows * j for i, j in corners]
    image, contour = Dataset(), Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = piece.SOPClassUID, piece.SOPInstanceUID
    contour.ContourImageSequence, contour.ContourGeometricType = [image], "CLOSED_PLANAR"
    contour.NumberOfContourPoints = len(points)
    contour.ContourData = [round(float(x), 4) for point in points for x in point]
    return contour


def _frame(piece: Dataset, number: int) -> Dataset:
    place, which, groups = Dataset(), Dataset(), Dataset()
    place.ImagePositionPatient, which.ReferencedSegmentNumber = piece.ImagePositionPatient, number
    groups.PlanePositionSequence, groups.SegmentIdentificationSequence = [place], [which]
    content = Dataset()
    content.DimensionIndexValues = [number, int(piece.InstanceNumber)]
    groups.FrameContentSequence = [content]
    return groups


def _shared(piece: Dataset) -> Dataset:
    """What all frames share: the axes and the size of a pixel (PS3.3 A.51.5)."""
    axes, measures, groups = Dataset(), Dataset(), Dataset()
    axes.ImageOrientationPatient = piece.ImageOrientationPatient
    measures.PixelSpacing, measures.SliceThickness = piece.PixelSpacing, piece.SliceThickness
    groups.PlaneOrientationSequence, groups.PixelMeasuresSequence = [axes], [measures]
    return groups


def _dimensions() -> list[Dataset]:
    """Frames are told apart by segment and place."""
    found = []
    for pointer, group in ((0x0062000B, 0x0062000A), (0x00200032, 0x00209113)):
        entry = Dataset()
        entry.DimensionIndexPointer, entry.FunctionalGroupPointer = pointer, group
        entry.DimensionOrganizationUID = generate_uid(entropy_srcs=["dimensions"])
        found.append(entry)
    return found


def _slices(folder: Path) -> list[Dataset]:
    """The headers of a series, from the first slice to the last along the normal."""
    found = [pydicom.dcmread(path, stop_before_pixels=True) for path in sorted(folder.iterdir()) if path.is_file()]
    found = [piece for piece in found if "ImagePositionPatient" in piece]
    if not found:
        raise ValueError(f"`of`: {folder.name} holds no series of slices")
    across, down = np.asarray(found[0].ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(across, down)
    return sorted(found, key=lambda piece: float(normal @ np.asarray(piece.ImagePositionPatient, float)))


def _derived(first: Dataset, modality: str, name: str) -> Dataset:
    found = dicom.base(CLASSES[modality], modality, name)
    for keyword in ("PatientID", "StudyInstanceUID", "FrameOfReferenceUID"):
        setattr(found, keyword, first[keyword].value)
    return found


def _identify(dataset: Dataset, spec: DicomSpec | SeriesSpec, folder: str) -> None:
    dataset.StudyInstanceUID = spec.StudyInstanceUID or generate_uid(entropy_srcs=["study", folder])
    if spec.SeriesInstanceUID:
        dataset.SeriesInstanceUID = spec.SeriesInstanceUID
    if spec.PatientID is not None:
        dataset.PatientID = spec.PatientID


def _save(path: Path, dataset: Dataset, tags: dict[str, Any]) -> None:
    for keyword, value in tags.items():
        if value is None:
            if keyword in dataset:
                delattr(dataset, keyword)
        else:
            _set(dataset, keyword, value)
    if "SOPInstanceUID" in tags:
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)


def _set(dataset: Dataset, keyword: str, value: Any) -> None:
    if pydicom.datadict.tag_for_keyword(keyword) is None:
        raise ValueError(f"tags.{keyword}: no DICOM keyword; correct it")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        items = []
        for inner in value:
            item = Dataset()
            for key, part in inner.items():
                _set(item, key, part)
            items.append(item)
        value = items
    setattr(dataset, keyword, value)
