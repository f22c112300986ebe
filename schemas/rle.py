"""Binary masks as run lengths: zeros first, the array flattened in C order; uint32, zlib, base64."""

import base64
import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.region import RleShape


def encode(mask: NDArray[np.bool_]) -> RleShape:
    """The runs of a mask of any number of dimensions."""
    flat = np.ascontiguousarray(mask).ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    bounds = np.concatenate(([-1], edges, [flat.size - 1]))
    runs = np.diff(bounds) if flat.size else np.zeros(0, "<u4")
    if flat.size and flat[0]:
        runs = np.concatenate((np.zeros(1, "<u4"), runs))
    return _packed(runs, mask.shape)


def encode_part(part: NDArray[np.bool_], offset: Sequence[int], shape: Sequence[int]) -> RleShape:
    """The runs of a mask of `shape` that is empty but for `part`, which lies at `offset`: what `encode` gives of the
    whole, in the time that the part takes."""
    lines = part.reshape(-1, part.shape[-1])
    wide = np.zeros((len(lines), lines.shape[1] + 2), bool)
    wide[:, 1:-1] = lines
    flat = wide.ravel()
    # Where a run of a line begins and, next, where it ends: no line touches another.
    line, column = np.divmod(np.flatnonzero(flat[1:] != flat[:-1]), wide.shape[1])
    bounds = _starts(part.shape, offset, shape)[line] + column
    if len(bounds):
        between = bounds[1:-1].reshape(-1, 2)
        between = between[between[:, 0] != between[:, 1]]  # where they are one, the run goes on in the next line
        bounds = np.concatenate((bounds[:1], between.ravel(), bounds[-1:]))
    runs = np.diff(np.concatenate(((0,), bounds, (math.prod(shape),))))
    return _packed(runs if runs[-1] else runs[:-1], shape)


def _starts(part: Sequence[int], offset: Sequence[int], shape: Sequence[int]) -> NDArray[np.int64]:
    """Where each line of a part begins in the flattened whole."""
    starts = np.full(1, offset[-1])
    for axis, length in enumerate(part[:-1]):
        along = (np.arange(length) + offset[axis]) * math.prod(shape[axis + 1 :])
        starts = np.add.outer(starts, along).ravel()
    return starts


def _packed(runs: NDArray[Any], shape: Sequence[int]) -> RleShape:
    data = zlib.compress(runs.astype("<u4").tobytes(), 6)
    return RleShape(shape=tuple(shape), runs=base64.b64encode(data).decode())


def decode(shape: RleShape) -> NDArray[np.bool_]:
    """The mask again. Raises ValueError when the runs do not fill the shape."""
    return _mask(_runs(shape)).reshape(shape.shape)


def decode_rows(shape: RleShape) -> tuple[int, NDArray[np.bool_]]:
    """The rows of a mask of two dimensions that hold true cells, and which is the first of them. Raises ValueError when
    the runs do not fill the shape."""
    runs = _runs(shape).astype(np.int64)
    height, width = shape.shape
    if len(runs) < 2:
        return 0, np.zeros((0, width), bool)
    after = int(runs[-1]) // width if len(runs) % 2 else 0
    first = int(runs[0]) // width
    runs[0] -= first * width
    if after:
        runs[-1] -= after * width
    return first, _mask(runs).reshape(height - first - after, width)


def _runs(shape: RleShape) -> NDArray[Any]:
    runs: NDArray[Any] = np.frombuffer(zlib.decompress(base64.b64decode(shape.runs)), "<u4")
    if int(runs.sum()) != math.prod(shape.shape):
        raise ValueError(f"runs of {int(runs.sum())} pixels do not fill a mask of {shape.shape}")
    return runs


def _mask(runs: NDArray[Any]) -> NDArray[np.bool_]:
    values = np.zeros(len(runs), bool)
    values[1::2] = True
    return np.repeat(values, runs)
