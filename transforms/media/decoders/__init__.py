"""Pixels and label maps from the files of a record: one on-disk format a file.

A decoder is a module with `decode(root, record) -> Pixels`, `labels(root, shape, record) -> array`, or both. Where the
format has them: `channels(root, shape, record)`, how many a map has, and `lossy(root, shape)`, whether values changed.
"""

import errno
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raw import refusal
from schemas import LabelShape, Record
from transforms.media.decoders._files import DecodeError
from transforms.media.pixels import Pixels
from transforms.plugins import module

__all__ = ["DecodeError", "channels", "decode", "labels", "lossy"]

QUOTING = ("dicom", "dicom_overlay", "dicom_seg", "dicom_waveform")  # a name may stand where a number should
FULL = (errno.ENOSPC, errno.EDQUOT)  # a full disk (members are unpacked into temporary files) is no fault of a file


def decode(root: Path, record: Record) -> Pixels:
    """The pixels of a record. `root` is the data set's raw folder.

    Raises DecodeError, which names the file, when the bytes cannot be read or are not what the header promised.
    """
    pixels: Pixels = _run("decode", record.decoder, record.sources[0].uri, root, record)
    if tuple(pixels.array.shape[: len(record.geometry.shape)]) != tuple(record.geometry.shape):
        raise DecodeError(
            record.sources[0].uri,
            f"pixels of shape {pixels.array.shape} do not fill the header's grid {record.geometry.shape}",
        )
    return pixels


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    """A label map on the record's grid: its values; intensities where the shape is told by them; 0xRRGGBB, or more
    where it is not opaque, where it has a `colour`. Raises DecodeError when it cannot be read, or lies on another
    grid."""
    array: NDArray[np.integer[Any]] = _run("labels", shape.decoder, shape.source.uri, root, shape, record)
    grid = tuple(record.geometry.shape)
    if tuple(array.shape) != grid:
        raise DecodeError(shape.source.uri, f"mask grid {array.shape} differs from the image grid {grid}")
    return array


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    """How many channels a map has that is read channel by channel, alpha aside; 0 where its format has none. Raises
    DecodeError."""
    return int(_asked("channels", shape, 0, root, shape, record))


def lossy(root: Path, shape: LabelShape) -> bool:
    """Whether the map's file was compressed with loss, so that its values are not exact. Raises DecodeError."""
    return bool(_asked("lossy", shape, False, root, shape))


def _asked(verb: str, shape: LabelShape, otherwise: object, *args: object) -> Any:
    if not hasattr(module("transforms.media.decoders", shape.decoder), verb):
        return otherwise
    return _run(verb, shape.decoder, shape.source.uri, *args)


def _run(verb: str, name: str, uri: str, *args: object) -> Any:
    # Decoders meet whatever a public file holds; what the codecs raise on broken bytes is turned into one typed error.
    try:
        return getattr(module("transforms.media.decoders", name), verb)(*args)
    except DecodeError:
        raise
    except refusal.Refusal as error:
        raise DecodeError(error.uri, error.reason) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        said = refusal.fault(error) if name in QUOTING else f"{type(error).__name__}: {refusal.line(error)}"
        raise DecodeError(uri, said) from error
