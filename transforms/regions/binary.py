"""What a binary mask shows, by its own values: for masks of which nobody says from which value on a pixel is inside.

Two values: the higher one is the mask, whatever they are (0 and 1, 0 and 255, 0 and 65535). Floats that lie near two
values are those two, as resampling and scaling leave them. A lossy picture is cut at half of its largest value, and
what lies between is counted. Anything else is no binary mask, and is refused with the values that it holds.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEAR = 0.05  # of the distance of the two values: how far rounding and resampling carry a float
FULL = (1.0, 255.0, 65535.0)  # what is commonly written for inside
NOISE = 32  # the most that compression makes of a black picture
SHOWN = 5  # values named one by one


def inside(array: NDArray[Any], lossy: Callable[[], bool]) -> tuple[NDArray[np.bool_], str | None]:
    """The mask, and what about it is in doubt. `lossy`: whether the file was compressed with loss; asked only where its
    values do not tell by themselves. Raises ValueError on an array that is no binary mask."""
    if array.dtype == bool or array.size == 0:
        return np.asarray(array, bool), None
    low, high = array.min(), array.max()
    if not np.isfinite(low) or not np.isfinite(high):
        raise ValueError(f"the mask holds {int(np.count_nonzero(~np.isfinite(array)))} pixels that are no numbers")
    if low < 0:
        raise ValueError(f"the mask holds {_counts(array)}: below zero nothing tells what is inside")
    if low == high:
        return _constant(array, float(high))
    top = array == high
    if bool((top | (array == low)).all()):
        return top, None
    if lossy():
        return _halved(array, float(high))
    if np.issubdtype(array.dtype, np.floating):
        near = NEAR * (float(high) - float(low))
        if bool(((array <= low + near) | (array >= high - near)).all()):
            return np.asarray(array >= (float(low) + float(high)) / 2), None
    raise ValueError(
        f"the mask holds {_counts(array)}, and is read as binary: say from which value on a pixel is inside "
        "(`at_least`), or read it by its values"
    )


def _constant(array: NDArray[Any], value: float) -> tuple[NDArray[np.bool_], str | None]:
    if value == 0:
        return np.zeros(array.shape, bool), None
    whole = float(np.iinfo(array.dtype).max) if np.issubdtype(array.dtype, np.integer) else 1.0
    if value not in (*FULL, whole):
        raise ValueError(f"each pixel of the mask is {value:g}: nothing tells whether all is inside, or nothing")
    return np.ones(
        array.shape, bool
    ), f"each of its {array.size} pixels is {value:g}: the whole picture counts as inside"


def _halved(array: NDArray[Any], high: float) -> tuple[NDArray[np.bool_], str | None]:
    if high < NOISE:
        return np.zeros(array.shape, bool), f"a lossy picture of no value above {high:g}: nothing counts as inside"
    between = int(np.count_nonzero((array > high / 8) & (array < high * 7 / 8)))
    return (
        np.asarray(array >= high / 2),
        f"lossy compression changed its values: from {high / 2:g} on a pixel is inside; {between} lie in between",
    )


def _counts(array: NDArray[Any]) -> str:
    """The commonest values, as "3 (100 pixels)"."""
    values, counts = np.unique(array, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:SHOWN]
    named = ", ".join(f"{values[n]:g} ({counts[n]} pixels)" for n in sorted(order.tolist()))
    return named if len(values) <= SHOWN else f"{named} and {len(values) - SHOWN} further values"
