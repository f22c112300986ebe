"""The mask of a series of DICOM slices: a DICOM picture for each, in the folder of a zip that the source's `select`
names, under the name of the slice that it was drawn on."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raw import budget, dicom_file
from schemas import LabelShape, Record
from transforms.media.decoders import dicom
from transforms.media.decoders._files import open_source


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    """(columns, rows, slices). Raises KeyError when a slice has no picture of its name."""
    planes: list[NDArray[Any]] = []
    uri = shape.source.uri
    budget.memory(uri, math.prod(record.geometry.shape) * 2, f"a stack of {record.geometry.shape[2]} masks")
    for slice_ in record.sources[: record.geometry.shape[2]]:  # behind them come the files of masks
        name = (slice_.member or slice_.uri).rpartition("/")[2]
        source = shape.source.model_copy(update={"member": f"{shape.source.select}/{name}"})
        with open_source(root, source) as file:
            planes.append(dicom.mask_plane(uri, dicom_file.dcmread(uri, file), shape).T)
    return np.stack(planes, axis=-1)
