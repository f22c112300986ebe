"""Writing small DICOM files that are plainly synthetic, with planted personal data that no record may carry."""

from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
US, US_CINE = "1.2.840.10008.5.1.4.1.1.6.1", "1.2.840.10008.5.1.4.1.1.3.1"
SEG, ECG, SR = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.9.1.1", "1.2.840.10008.5.1.4.1.1.88.11"
PERSONAL = ("Planted", "Testperson", "19010203", "Planted Hospital", "PID-77")


def base(sop_class: str, modality: str, name: str, **tags: object) -> FileDataset:
    """A data set with the planted person; `name` makes the UIDs, so that a replica has the same bytes each time."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(name, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    dataset.Modality = modality
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = "Planted^Testperson", "PID-77", "19010203"
    dataset.InstitutionName = "Planted Hospital"
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=["study"])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["series", name])
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    return dataset


def pixels(dataset: Dataset, array: np.ndarray, photometric: str = "MONOCHROME2") -> Dataset:
    """Adds a picture (rows, columns), a clip (frames, rows, columns) or colour (..., 3)."""
    colour = photometric == "RGB"
    flat = array.shape[:-1] if colour else array.shape
    dataset.Rows, dataset.Columns = flat[-2:]
    if len(flat) == 3:
        dataset.NumberOfFrames = flat[0]
    bits = array.dtype.itemsize * 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits, bits - 1, 0
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = (3, photometric) if colour else (1, photometric)
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.PixelData = array.tobytes()
    return dataset


def slice_of(
    name: str, position: tuple[float, float, float], size: tuple[int, int] = (36, 40),
    orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0), **tags: object,
) -> Dataset:  # fmt: skip
    """A CT slice of (rows, columns): 0.5 mm between rows, 0.75 mm between columns, 2 mm thick."""
    place = {"ImagePositionPatient": list(position), "ImageOrientationPatient": list(orientation)}
    scale = {"PixelSpacing": [0.5, 0.75], "SliceThickness": 2, "RescaleSlope": 1, "RescaleIntercept": -1024}
    dataset = base(CT, "CT", name, **(place | scale | {"WindowCenter": 40, "WindowWidth": 400} | tags))
    return pixels(dataset, np.arange(size[0] * size[1], dtype=np.uint16).reshape(size))


def ultrasound(name: str, *, frames: int = 0, inside: bool = True) -> Dataset:
    """A calibrated still, or a clip of `frames`. Not `inside`: the calibration is that of a larger picture."""
    area = Dataset()
    area.RegionSpatialFormat, area.RegionDataType, area.RegionFlags = 1, 1, 2
    area.RegionLocationMinX0, area.RegionLocationMinY0 = 2, 2
    area.RegionLocationMaxX1, area.RegionLocationMaxY1 = (46, 38) if inside else (96, 78)
    area.PhysicalUnitsXDirection = area.PhysicalUnitsYDirection = 3
    area.PhysicalDeltaX = area.PhysicalDeltaY = 0.03
    dataset = base(US_CINE if frames else US, "US", name, SequenceOfUltrasoundRegions=[area])
    shape = (frames, 40, 48) if frames else (40, 48)
    return pixels(dataset, (np.arange(np.prod(shape)) % 251).astype(np.uint8).reshape(shape))


def save(root: Path, uri: str, dataset: Dataset) -> Path:
    path = root / uri
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)
    return path


def code(meaning: str, value: str = "1", scheme: str = "99TEST") -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
