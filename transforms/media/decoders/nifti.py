"""NIfTI-1/2 volumes and label maps, through nibabel. Array axes are (i, j, k) as stored."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from schemas import LabelShape, Record
from transforms.media.decoders._files import path_of
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    return Pixels(_array(path_of(root, record.sources[0])), record.geometry, record.unit)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    array = _array(path_of(root, shape.source))
    if not np.issubdtype(array.dtype, np.integer):
        whole = array.astype(np.int32)
        if not np.array_equal(whole, array):
            raise ValueError("the label map holds fractions")
        array = whole
    return array


def _array(path: Path) -> NDArray[Any]:
    image = nibabel.load(path)
    array: NDArray[Any] = np.asanyarray(
        image.dataobj
    )  # scl_slope and scl_inter applied; integers stay integers where there are none
    while array.ndim > 3 and array.shape[-1] == 1:
        array = array[..., 0]
    return array
