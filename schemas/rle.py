"""Binary masks as run lengths: zeros first, the array flattened in C order; uint32, zlib, base64."""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.region import RleShape


def encode(mask: NDArray[np.bool_]) -> RleShape:
    """The runs of a mask of any number of dimensions."""
    flat = np.ascontiguousarray(mask).ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    bounds = np.concatenate(([-1], edges, [flat.size - 1]))
    runs = np.diff(bounds).astype("<u4") if flat.size else np.zeros(0, "<u4")
    if flat.size and flat[0]:
        runs = np.concatenate((np.zeros(1, "<u4"), runs))
    packed = base64.b64encode(zlib.compress(runs.tobytes(), 6)).decode()
    return RleShape(shape=tuple(mask.shape), runs=packed)


def decode(shape: RleShape) -> NDArray[np.bool_]:
    """The mask again. Raises ValueError when the runs do not fill the shape."""
    runs: NDArray[Any] = np.frombuffer(zlib.decompress(base64.b64decode(shape.runs)), "<u4")
    size = int(np.prod(shape.shape))
    if int(runs.sum()) != size:
        raise ValueError(f"runs of {int(runs.sum())} pixels do not fill a mask of {shape.shape}")
    values = np.zeros(len(runs), bool)
    values[1::2] = True
    return np.repeat(values, runs).reshape(shape.shape)
