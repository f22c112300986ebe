"""NRRD volumes and label maps, through pynrrd. Array axes are (i, j, k), the fastest first, as in the file's header."""

from pathlib import Path
from typing import Any

import nrrd
import numpy as np
from numpy.typing import NDArray

from schemas import LabelShape, Record
from transforms.media.decoders._files import path_of
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    array, _ = nrrd.read(str(path_of(root, record.sources[0])))
    return Pixels(array, record.geometry, record.unit)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    array, _ = nrrd.read(str(path_of(root, shape.source)))
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"the label map holds {array.dtype}, not integers")
    return np.asarray(array)
