"""Mapping source values to 8 bits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (0.5, 99.5)


def automatic(array: NDArray[Any]) -> tuple[float, float]:
    """A window (low, high) for values of arbitrary unit: the 0.5th to 99.5th percentile of those above the minimum.

    Raises ValueError on a constant array, which no window can show.
    """
    step = max(1, array.size // 2_000_000)  # a fixed stride, so that the answer never depends on a random sample
    sample = array.ravel() if step == 1 else array.flat[::step]  # in C order, whatever the layout: no copy of it all
    above = sample[sample > sample.min()]
    if above.size == 0:
        raise ValueError("all values are equal: there is nothing to show")
    low, high = (float(x) for x in np.percentile(above, PERCENTILES))
    return (low, high) if high > low else (float(sample.min()), float(sample.max()))


def apply(values: NDArray[Any], window: tuple[float, float]) -> NDArray[np.uint8]:
    """Values clipped to (low, high) and mapped linearly to 0..255, rounded to nearest."""
    low, high = window
    if high <= low:
        raise ValueError(f"window ({low}, {high}) is empty: high must exceed low")
    scaled = np.asarray(values, np.float32) - low
    scaled *= 255.0 / (high - low)
    np.clip(np.rint(scaled, out=scaled), 0, 255, out=scaled)
    return scaled.astype(np.uint8)
