"""Decoded pixels, with the grid that they lie on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Geometry


@dataclass(frozen=True)
class Pixels:
    """`array` follows `geometry.shape`: a volume (i, j, k), an image (rows, columns[, 3]), a clip (frames, rows,
    columns[, 3]), a signal (samples, channels). Values are in `unit` (HU, mV; None: arbitrary), rescale applied, and
    as they are stored whatever is shown white: `inverted` says that it is the least (MONOCHROME1, WhiteIsZero)."""

    array: NDArray[np.generic]
    geometry: Geometry
    unit: str | None = None
    inverted: bool = False

    @property
    def bright(self) -> NDArray[Any]:
        """The array, or its negative from 0 up where the least values are shown white: more is brighter."""
        if not self.inverted:
            return self.array
        array: NDArray[Any] = self.array
        most = array.max(initial=-np.inf, where=np.isfinite(array)) if array.dtype.kind == "f" else array.max()
        return np.asarray(most - array, array.dtype)


def valued(array: NDArray[Any]) -> bool:
    """Whether all values are finite numbers. A NaN is the least and the greatest of what it is among: so it is told
    without a mask as large as the array."""
    return not array.size or bool(np.isfinite([array.min(), array.max()]).all())
