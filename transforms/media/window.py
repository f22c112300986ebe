"""Mapping source values to 8 bits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (0.5, 99.5)


def automatic(array: NDArray[Any], inverted: bool = False) -> tuple[float, float]:
    """A window (low, high) for values of arbitrary unit: the 0.5th to 99.5th percentile of those above the minimum,
    which is the background; `inverted`: of those below the maximum, which is it then. NaN and infinity do not count.

    Raises ValueError on an array without two finite values, which no window can show.
    """
    step = max(1, array.size // 2_000_000)  # a fixed stride, so that the answer never depends on a random sample
    sample = array.ravel() if step == 1 else array.flat[::step]  # in C order, whatever the layout: no copy of it all
    if np.issubdtype(sample.dtype, np.floating):
        sample = sample[np.isfinite(sample)]
        if sample.size == 0:
            raise ValueError("all values are NaN or infinite: there is nothing to show")
    shown = sample[sample < sample.max()] if inverted else sample[sample > sample.min()]
    if shown.size == 0:
        raise ValueError("all values are equal: there is nothing to show")
    low, high = (float(x) for x in np.percentile(shown, PERCENTILES))
    return (low, high) if high > low else (float(sample.min()), float(sample.max()))


def apply(values: NDArray[Any], window: tuple[float, float]) -> NDArray[np.uint8]:
    """Values mapped linearly to 0..255, from the first of the window, which is black, to the second, which is white and
    may be the lower; rounded to nearest. What has no value (NaN, infinity) is black."""
    black, white = window
    if black == white:
        raise ValueError(f"window ({black}, {white}) is empty: its ends must differ")
    scaled = np.array(values, np.float32)
    without = None if np.isfinite(scaled.sum(dtype=np.float64)) else ~np.isfinite(scaled)
    scaled -= black
    scaled *= 255.0 / (white - black)
    if without is not None:
        scaled[without] = 0.0
    np.clip(np.rint(scaled, out=scaled), 0, 255, out=scaled)
    return scaled.astype(np.uint8)
