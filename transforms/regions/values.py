"""Where each value of a label map lies."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Found = Mapping[int, tuple[slice, ...]]  # a value -> the part of the array that it lies in


def objects(array: NDArray[Any]) -> Found:
    """Each value but zero -> the part of the array that it lies in. Looks at the runs of equal values along the last
    axis, which are few: a map is mostly empty, and what it holds hangs together."""
    if array.flags.f_contiguous and not array.flags.c_contiguous:
        return {value: crop[::-1] for value, crop in objects(array.T).items()}
    lines = np.ascontiguousarray(array).reshape(-1, array.shape[-1])
    begins = np.ones(lines.shape, bool)
    np.not_equal(lines[:, 1:], lines[:, :-1], out=begins[:, 1:])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], lines.size) - 1
    values = lines.ravel()[first]
    other = values != 0
    present, ranks = np.unique(values[other], return_inverse=True)
    corners = zip(*(np.unravel_index(runs[other], array.shape) for runs in (first, last)), strict=True)
    sides = [_extents(ranks, len(present), low, high) for low, high in corners]
    return {int(value): tuple(crop) for value, *crop in zip(present, *sides, strict=True)}


def _extents(ranks: NDArray[Any], number: int, low: NDArray[Any], high: NDArray[Any]) -> list[slice]:
    """Of each of a number of things, from the lowest to the highest place along an axis."""
    start, stop = np.full(number, np.iinfo(np.int64).max), np.zeros(number, np.int64)
    np.minimum.at(start, ranks, low)
    np.maximum.at(stop, ranks, high + 1)
    return [slice(a, b) for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
