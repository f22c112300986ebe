"""The mask of a series of DICOM slices: a DICOM picture for each, in the folder of a zip that the source's `select`
names, under the name of the slice that it was drawn on."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray

from schemas import LabelShape, Record
from transforms.media.decoders import dicom


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    """(columns, rows, slices). Raises KeyError when a slice has no picture of its name."""
    planes: list[NDArray[Any]] = []
    with zipfile.ZipFile(root / shape.source.uri) as archive:
        for slice_ in record.sources[: record.geometry.shape[2]]:  # behind them come the files of masks
            name = (slice_.member or slice_.uri).rpartition("/")[2]
            picture = archive.read(f"{shape.source.select}/{name}")
            planes.append(dicom.mask_plane(pydicom.dcmread(io.BytesIO(picture)), shape).T)
    return np.stack(planes, axis=-1)
