"""Bad files of every kind that a published folder may hold, planted among the replicas."""

import gzip
from pathlib import Path

import nrrd
import numpy as np

from tests.replicas import dicom, pyradiomics_cases

# What becomes of each planted file: data set, file -> the stage that refuses it, and a word of its reason.
REFUSED = {
    ("pydicom_test_files", "bad/cut.dcm"): ("ingest", "truncated"),
    ("pydicom_test_files", "bad/empty.dcm"): ("ingest", "empty"),
    ("pydicom_test_files", "bad/letter.dcm"): ("ingest", "DICOM"),
    ("pyradiomics_cases", "lung8_image.nrrd"): ("ingest", "grid"),
    ("mni152_icbm2009a", "mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"): ("ingest", "header"),
}
EMPTY_MASK = "brain9_image.nrrd"


def plant(raw: Path) -> None:
    """Add the bad files; `mni152_icbm2009a` has one image only, and that one is ruined."""
    folder = raw / "pydicom_test_files"
    whole = dicom.save(folder, "bad/cut.dcm", dicom.slice_of("cut", (0, 0, 8)))
    whole.write_bytes(whole.read_bytes()[:-1000])
    (folder / "bad/empty.dcm").write_bytes(b"")
    (folder / "bad/letter.dcm").write_text("Dear colleague, this is no image.\n" * 20)
    pairs = raw / "pyradiomics_cases"
    _pair(pairs, "brain9", 9, np.zeros((20, 24, 5), np.int32))
    _pair(pairs, "lung8", 8, np.ones((20, 24, 4), np.int32))
    _promise_more(raw / "mni152_icbm2009a/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz")


def _pair(folder: Path, case: str, seed: int, label: np.ndarray) -> None:
    image = np.random.default_rng(seed).integers(0, 900, (20, 24, 5)).astype(np.int16)
    nrrd.write(str(folder / f"{case}_image.nrrd"), image, pyradiomics_cases.header())
    nrrd.write(str(folder / f"{case}_label.nrrd"), label, pyradiomics_cases.header())


def _promise_more(path: Path) -> None:
    """The header says three times as many slices as there are (dim[3], bytes 46-47 of NIfTI-1)."""
    data = bytearray(gzip.decompress(path.read_bytes()))
    slices = int.from_bytes(data[46:48], "little")
    data[46:48] = (3 * slices).to_bytes(2, "little")
    path.write_bytes(gzip.compress(bytes(data), mtime=0))
