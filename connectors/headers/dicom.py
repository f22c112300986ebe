"""DICOM headers: opening, refusing what is no image, geometry, and what may be said of a file without naming anyone."""

import re
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError
from pydicom.tag import Tag

from connectors.base import NotPartOf, Unreadable, open_file, pseudonym
from raw import dicom_file
from raw.refusal import line
from schemas import DatasetCard, SourceFile

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE  # its warnings quote values: names, too
PIXEL_DATA = Tag(0x7FE0, 0x0010)
TILES = Tag(0x0019, 0x100A)  # private to Siemens: NumberOfImagesInMosaic
DICOMDIR = "1.2.840.10008.1.3.10"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
NO_IMAGE = {
    "SR": "a structured report",
    "PR": "a presentation state",
    "KO": "a key object note",
    "DOC": "an encapsulated document",
    "REG": "a registration",
    "RTPLAN": "a radiotherapy plan",
    "RTDOSE": "a radiotherapy dose grid",
    "RTSTRUCT": "a radiotherapy structure set",
    "RTRECORD": "a radiotherapy record",
}
SMALLEST_SIDE = 32
TOLERANCE = 1e-3
FARTHEST = 1e5  # mm from the origin, and the largest pixel: beyond, a number is no place in or near a patient
CODE_STRING = re.compile(r"^[A-Z0-9_\\ ]{1,16}$")  # the only text taken from a header: no room for a name in lower case
TECHNICAL = {
    "BodyPartExamined": "body_part", "ViewPosition": "view_position", "PatientPosition": "patient_position",
    "BurnedInAnnotation": "burned_in_annotation", "LossyImageCompression": "lossy_compression",
    "PhotometricInterpretation": "photometric",
}  # fmt: skip


def header(root: Path, source: SourceFile, *, images: bool = True) -> pydicom.Dataset:
    """A file's data set up to its pixels. Raises Unreadable on what is no DICOM file or ends too early, NotPartOf on
    objects that hold no image, where only `images` are asked for."""
    uri = source.member or source.uri
    try:
        with open_file(root, source.uri, source.member) as file:
            if file.read(132)[128:] != b"DICM":
                raise Unreadable(source.uri, f"not a DICOM file: no DICM prefix at byte 128{_of(source)}")
            file.seek(0)
            dataset = dicom_file.dcmread(uri, file, stop_before_pixels=True)
            _refuse_non_images(source, dataset, NO_IMAGE if images else {})
            _check_end(source, dataset)
            if "Rows" in dataset:
                dicom_file.check_size(uri, dataset)
                file.seek(0)
                _check_pixels(source, dataset, dicom_file.dcmread(uri, file, specific_tags=[PIXEL_DATA], defer_size=16))
    except (Unreadable, NotPartOf):
        raise
    except (
        InvalidDicomError,
        OSError,
        EOFError,
        struct.error,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
    ) as error:
        raise Unreadable(source.uri, f"broken DICOM header in {uri}: {line(error)}") from error
    return dataset


def _of(source: SourceFile) -> str:
    return f" of member {source.member}" if source.member else ""


def _refuse_non_images(source: SourceFile, dataset: pydicom.Dataset, refused: Mapping[str, str]) -> None:
    if "TransferSyntaxUID" not in dataset.file_meta:
        raise Unreadable(source.uri, "broken DICOM header: no transfer syntax is named")
    if str(dataset.file_meta.get("MediaStorageSOPClassUID", "")) == DICOMDIR:
        raise NotPartOf(source.uri, "a DICOMDIR: an index of other files")
    if dataset.get("Modality") in refused:
        raise NotPartOf(source.uri, f"{refused[dataset.Modality]}, not an image")
    if "MOSAIC" in image_type(dataset) or TILES in dataset:
        raise Unreadable(
            source.uri, f"a Siemens mosaic: its slices are tiles of one picture, which is not read{_of(source)}; "
            "convert the set to NIfTI (dcm2niix does), or leave its series out",
        )  # fmt: skip


def image_type(dataset: pydicom.Dataset) -> set[str]:
    """The values of ImageType (PS3.3 C.7.6.1.1.2)."""
    return {str(value) for value in dataset.get("ImageType") or []}


def _check_end(source: SourceFile, dataset: pydicom.Dataset) -> None:
    """pydicom returns what it got of a file that ends within an element; such a file is refused here."""
    if len(dataset) == 0:
        raise Unreadable(source.uri, f"no data set follows the file's meta header: truncated{_of(source)}")
    if _deflated(dataset):
        return
    last = dataset.get_item(max(dataset.keys()), keep_deferred=True)
    length, start = getattr(last, "length", 0), getattr(last, "value_tell", 0)
    if length != 0xFFFFFFFF and start + length > source.bytes:
        raise Unreadable(source.uri, f"truncated: the file ends within {last.tag}{_of(source)}")
    if "Rows" not in dataset and "Image Storage" in getattr(dataset.get("SOPClassUID"), "name", ""):
        raise Unreadable(source.uri, f"truncated: an image object whose header ends before its size{_of(source)}")


def _check_pixels(source: SourceFile, dataset: pydicom.Dataset, pixels: pydicom.Dataset) -> None:
    if PIXEL_DATA not in pixels:
        raise Unreadable(source.uri, f"truncated: the header promises an image, but no pixel data follow{_of(source)}")
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax.is_encapsulated or _deflated(dataset):
        return
    element: Any = pixels.get_item(PIXEL_DATA, keep_deferred=True)
    held = min(element.length, source.bytes - element.value_tell)
    if held < element.length:
        raise Unreadable(
            source.uri, f"truncated: {held} of {element.length} bytes of pixel data are there{_of(source)}"
        )
    samples = prod((frames(dataset), dataset.Rows, dataset.Columns, dataset.SamplesPerPixel))
    bits = samples * dataset.BitsAllocated
    if dataset.PhotometricInterpretation == "YBR_FULL_422":
        bits = bits * 2 // 3
    if held * 8 < bits:
        raise Unreadable(source.uri, f"wrong header: it promises {bits // 8} bytes of pixel data, there are {held}")


def _deflated(dataset: pydicom.Dataset) -> bool:
    return bool(dataset.file_meta.TransferSyntaxUID.is_deflated)


def frames(dataset: pydicom.Dataset) -> int:
    return int(dataset.get("NumberOfFrames") or 1)


def colour(dataset: pydicom.Dataset) -> bool:
    return int(dataset.SamplesPerPixel) > 1 or dataset.PhotometricInterpretation == "PALETTE COLOR"


def has_patient_frame(dataset: pydicom.Dataset) -> bool:
    """Whether the file is one grey slice that says where it lies in the patient, its thickness aside."""
    tags = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
    return all(dataset.get(tag) for tag in tags) and not colour(dataset) and frames(dataset) == 1


def thickness(dataset: pydicom.Dataset) -> float | None:
    """The slice's thickness in mm, or its distance to the next one; None where the header says neither."""
    found = float(dataset.get("SliceThickness") or dataset.get("SpacingBetweenSlices") or 0)
    return found if 0 < found < FARTHEST else None


def slice_affine(uri: str, dataset: pydicom.Dataset) -> NDArray[np.float64]:
    """The LPS affine of one slice: index (column, row, 0) to mm (PS3.3 C.7.6.2.1.1); its third column is the unit
    normal. Raises Unreadable."""
    axes = np.asarray(dataset.ImageOrientationPatient, np.float64)
    position = np.asarray(dataset.ImagePositionPatient, np.float64)
    spacing = np.asarray(dataset.PixelSpacing, np.float64)  # between rows, between columns
    if (axes.shape, position.shape, spacing.shape) != ((6,), (3,), (2,)):
        raise Unreadable(uri, "its position, orientation or pixel spacing has not as many numbers as it should")
    across, down = axes.reshape(2, 3)
    off = max(abs(across @ across - 1), abs(down @ down - 1), abs(across @ down))
    if not off <= TOLERANCE:  # not a number is no unit vector either
        raise Unreadable(uri, "ImageOrientationPatient is not two perpendicular unit vectors")
    if not (spacing.min() > 0 and spacing.max() < FARTHEST):
        raise Unreadable(uri, f"PixelSpacing {spacing[0]}, {spacing[1]} is not positive, or no size of a pixel")
    if not np.abs(position).max() < FARTHEST:
        raise Unreadable(uri, f"ImagePositionPatient {[float(x) for x in position]} is no place in a patient")
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = across * spacing[1], down * spacing[0], np.cross(across, down)
    affine[:3, 2] /= np.linalg.norm(affine[:3, 2])
    affine[:3, 3] = position
    return affine


def window(dataset: pydicom.Dataset) -> tuple[float, float] | None:
    """(low, high) of the first VOI window (PS3.3 C.11.2.1.2.1), in the values as they are, whichever of the two is
    shown white. None for colour."""
    centre, width = dataset.get("WindowCenter"), dataset.get("WindowWidth")
    if centre in (None, "") or width in (None, "") or colour(dataset):
        return None
    c, w = (
        float(value[0]) if isinstance(value, list | pydicom.multival.MultiValue) else float(value)
        for value in (centre, width)
    )
    return (c - 0.5 - (w - 1) / 2, c - 0.5 + (w - 1) / 2) if w > 1 else None


def unit(dataset: pydicom.Dataset) -> str | None:
    """HU for the images of a CT scanner with a rescale (PS3.3 C.8.2.1.1.2), else None."""
    for name in ("RescaleSlope", "RescaleIntercept"):
        if name in dataset and dataset.get(name) in (None, ""):
            raise ValueError(f"{name} is blank: how its values are scaled is not told")
    scanner = str(dataset.get("SOPClassUID")) == CT_IMAGE and "RescaleSlope" in dataset and not colour(dataset)
    return "HU" if scanner and dataset.get("RescaleType", "HU") == "HU" else None


def pseudonyms(card: DatasetCard, dataset: pydicom.Dataset, sha256: str) -> tuple[str, str | None, str | None]:
    """Subject, study and series as keyed hashes; a file that names no patient is its own subject."""
    patient = str(dataset.get("PatientID") or "").strip()
    subject = pseudonym("subject", card.id, patient) if patient else pseudonym("subject", card.id, "file", sha256)
    study, series = (str(dataset.get(tag) or "") for tag in ("StudyInstanceUID", "SeriesInstanceUID"))
    return (
        subject,
        pseudonym("study", card.id, study) if study else None,
        pseudonym("series", card.id, series) if series else None,
    )


def technical(dataset: pydicom.Dataset) -> dict[str, Any]:
    """The few technical tags that are kept; code strings only, so that nothing personal rides along."""
    found: dict[str, Any] = {}
    for keyword, name in TECHNICAL.items():
        value = str(dataset.get(keyword) or "")
        if CODE_STRING.match(value):
            found[name] = value
    if dataset.get("SliceThickness"):
        found["slice_thickness_mm"] = float(dataset.SliceThickness)
    return found


SERIES_TAGS = ("SeriesInstanceUID", "StudyInstanceUID", "PatientID", "SeriesNumber", "Modality")


def series_of(dataset: pydicom.Dataset, path: str) -> str:
    """What the files of one series share, read from `SERIES_TAGS`: the series' UID of that patient. Where the UID is
    blank, the folder and what else is said; never the blank itself, which other series share."""
    uid, *others = (str(dataset.get(tag) or "").strip() for tag in SERIES_TAGS)
    return "\n".join([uid, others[1]] if uid else ["", path.rpartition("/")[0], *others])
