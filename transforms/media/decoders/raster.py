"""PNG, JPEG and TIFF pictures and masks, through OpenCV. Colour comes out as RGB; arrays are (rows, columns[, 3])."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import LabelShape, Record
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    with open_source(root, record.sources[0]) as file:
        array = _read(file.read())
    if array.ndim == 3:
        array = cv2.cvtColor(array[..., :3], cv2.COLOR_BGR2RGB)
    return Pixels(array, record.geometry, record.unit)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    with open_source(root, shape.source) as file:
        array = _read(file.read())
    if array.ndim != 2 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"a label map has one integer channel, this has {array.shape} of {array.dtype}")
    return array


def _read(data: bytes) -> NDArray[Any]:
    array: NDArray[Any] | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if array is None:
        raise ValueError("not a picture that OpenCV can read")
    return array
