"""DICOM files through pydicom, which unpacks a deflated data set whole: no more than memory may hold."""

import math
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pydicom
from numpy.typing import NDArray
from pydicom.encaps import generate_frames
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import _read_file_meta_info, read_preamble  # the public one takes a path alone
from pydicom.pixels import pixel_array

from raw import budget, streams
from raw.picture import jpeg_size

DEFLATED, META = b"1.2.840.10008.1.2.1.99", 1 << 12  # the meta header is at the start, and short
SOC_SIZ = b"\xff\x4f\xff\x51"  # how a JPEG 2000 codestream begins (ISO 15444-1, A.4)


def dcmread(uri: str, file: BinaryIO, **how: Any) -> pydicom.Dataset:
    """`pydicom.dcmread(file, **how)`. Raises Unreadable on a deflated data set that is too large, and as it does."""
    if _deflated(file):
        most = budget.limit(budget.MAX_BYTES)
        parts = streams.inflated(streams.pieces(file), most, -zlib.MAX_WBITS)
        budget.memory(uri, sum(map(len, parts)), "its deflated data set")
    file.seek(0)
    return pydicom.dcmread(file, **how)


def _deflated(file: BinaryIO) -> bool:
    """Whether the data set behind the meta header is deflated. Leaves the file behind that header, if it is."""
    if DEFLATED not in file.read(META):
        return False
    file.seek(0)
    try:
        read_preamble(file, force=False)
        return str(_read_file_meta_info(file).get("TransferSyntaxUID", "")).encode() == DEFLATED
    except BytesLengthException as error:  # no ValueError, as its like are
        raise InvalidDicomError(str(error)) from error


def pixels(uri: str, dataset: pydicom.Dataset) -> NDArray[Any]:
    """`pydicom.pixels.pixel_array(dataset)`. Raises Unreadable where its header, or that of a compressed frame, has too
    many pixels, and what it raises."""
    check_size(uri, dataset)
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        for rows, columns in _coded(dataset):
            budget.pixels(uri, rows, columns)
    found: NDArray[Any] = pixel_array(dataset)
    return found


def check_size(uri: str, dataset: pydicom.Dataset) -> None:
    """Raises Unreadable where a header promises more pixels, or bytes of them, than are decoded."""
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    budget.pixels(uri, rows, columns)
    frames, samples = int(dataset.get("NumberOfFrames") or 1), int(dataset.get("SamplesPerPixel") or 1)
    bits = max(8, int(dataset.get("BitsAllocated") or 8))
    budget.memory(uri, math.prod((rows, columns, frames, samples, bits)) // 8, "its pixels")


def _coded(dataset: pydicom.Dataset) -> Iterator[tuple[int, int]]:
    """(rows, columns) that the codestreams of frames say themselves: codecs go by these."""
    frames = int(dataset.get("NumberOfFrames") or 1)
    for frame in generate_frames(dataset.PixelData, number_of_frames=frames):
        if frame[:4] == SOC_SIZ:
            yield int.from_bytes(frame[12:16], "big"), int.from_bytes(frame[8:12], "big")
        elif frame[:2] == b"\xff\xd8" and (size := jpeg_size(frame)):
            yield size
