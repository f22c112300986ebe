"""DICOM pixels: one file, or a series of slices. Rescale is applied. MONOCHROME1 says what is shown white and changes
no value (PS3.3 C.7.6.3.1.2); values in HU are shown bright where they are high, whatever it says.

With a patient frame the array is a volume (columns, rows, slices), so that index (i, j) is the (column, row) of
PS3.3 C.7.6.2.1.1; without one an image (rows, columns[, 3]) or a clip (frames, rows, columns[, 3]).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import apply_color_lut, apply_modality_lut

from raw import budget, dicom_file
from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import name_of, open_source
from transforms.media.pixels import Pixels

# JPEG baseline and extended, JPEG-LS near lossless, JPEG 2000 and HTJ2K that may lose (PS3.5 A.4)
LOSSY = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in ("50", "51", "81", "91", "203"))


def decode(root: Path, record: Record) -> Pixels:
    slices = record.geometry.shape[2] if record.kind == "volume" else 1
    array, first = _picture(root, record.sources[0])
    shown = {first}
    if record.kind == "volume":
        array = _stacked(root, record.sources[:slices], array, shown)  # behind them come the files of masks
    inverted = record.unit != "HU" and True in shown
    if inverted and len(shown) > 1:
        raise ValueError("some slices are MONOCHROME1 and some MONOCHROME2: no one picture shows them all")
    return Pixels(array, record.geometry, record.unit, inverted)


def _picture(root: Path, source: SourceFile) -> tuple[NDArray[Any], bool]:
    """The values of a file, and whether it shows its lowest value white."""
    with open_source(root, source) as file:
        dataset = dicom_file.dcmread(name_of(source), file)
    return _plane(name_of(source), dataset), dataset.PhotometricInterpretation == "MONOCHROME1"


def _stacked(root: Path, sources: Sequence[SourceFile], first: NDArray[Any], shown: set[bool]) -> NDArray[Any]:
    """(columns, rows, slices), of the type that holds every slice's values; a slice stays in one piece of memory."""
    uri, count = name_of(sources[0]), len(sources)
    budget.memory(uri, first.nbytes * count, f"a series of {count} slices")
    array = np.empty((count, *first.shape), first.dtype)
    array[0] = first
    for n, source in enumerate(sources[1:], start=1):
        plane, white = _picture(root, source)
        shown.add(white)
        if plane.shape != first.shape:
            raise ValueError(f"slice {n} is {plane.shape}, the first is {first.shape}")
        wider = np.promote_types(array.dtype, plane.dtype)
        if wider != array.dtype:
            budget.memory(uri, first.size * count * wider.itemsize, f"a series of {count} slices")
            array = array.astype(wider)
        array[n] = plane
    return array.T


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    """A mask drawn as a picture of its own, as stored. Raises ValueError where it has colours."""
    with open_source(root, shape.source) as file:
        dataset = dicom_file.dcmread(name_of(shape.source), file)
    plane = mask_plane(name_of(shape.source), dataset, shape)
    return plane.T[..., None] if record.kind == "volume" else plane


def mask_plane(uri: str, dataset: pydicom.Dataset, shape: LabelShape) -> NDArray[Any]:
    """The values of a mask (rows, columns), as stored. Raises ValueError where it has colours, or where nothing tells
    which of its values is inside."""
    if shape.binary and dataset.get("PhotometricInterpretation") == "MONOCHROME1":
        raise ValueError("the mask is MONOCHROME1, whose lowest value is white: say by a threshold what is inside")
    plane: NDArray[Any] = dicom_file.pixels(uri, dataset)
    if plane.ndim != 2:
        raise ValueError(f"a mask has one grey plane, this has {plane.shape}")
    return plane


def lossy(root: Path, shape: LabelShape) -> bool:
    with open_source(root, shape.source) as file:
        dataset = dicom_file.dcmread(name_of(shape.source), file, stop_before_pixels=True)
    return str(dataset.file_meta.TransferSyntaxUID) in LOSSY or dataset.get("LossyImageCompression") == "01"


def _plane(uri: str, dataset: pydicom.Dataset) -> NDArray[Any]:
    array = dicom_file.pixels(uri, dataset)  # converts YBR to RGB
    photometric = dataset.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        if array.dtype != np.uint8:
            return _eight_bits(apply_color_lut(array, dataset))
        palette = _eight_bits(apply_color_lut(np.arange(256, dtype=np.uint8), dataset))
        return np.asarray(np.take(palette, array, axis=0))
    if dataset.SamplesPerPixel == 3:
        return _eight_bits(array)
    values: NDArray[Any] = apply_modality_lut(array, dataset)
    return np.asarray(values, np.float32) if values.dtype == np.float64 else values


def _eight_bits(colour: NDArray[Any]) -> NDArray[np.uint8]:
    """The high byte of each sample."""
    return colour if colour.dtype == np.uint8 else np.asarray(colour >> (8 * (colour.itemsize - 1)), np.uint8)
