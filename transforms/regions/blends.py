"""Colours that resampling made: a mask that was resized with interpolation, or drawn with soft edges, has mixed colours
along the edges of its regions. Most are unknown to the card; some are by chance a colour that it knows.

Measured on drawings of the 13 greys of CholecSeg8k and the 11 colours of EndoVis 2018 (discs, 300 x 400 pixels, 7 ways
to resize): of the pixels at an edge, those that are part of no 3 x 3 block of one colour and have an unknown colour
make 0.26 to 0.67 after interpolation and 0 after nearest neighbour. Grey 5, a rim of at most 2 pixels between black and
11, then came out as 29 to 863 pixels of a ligament that was not there.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from schemas import LabelMap, LabelShape, Notice, Region
from transforms.regions.unknown import hex_of, packed, place

SHARE = 0.1  # of the pixels at an edge: from so many mixed ones on, a mask was resampled
NEAR = 3.0  # levels of 255 by which rounding and cubic interpolation carry a mixture off
BLOCK = np.ones((3, 3), bool)


class Rim(NamedTuple):
    """Pixels of a known value or colour that are only a rim in a resampled picture, and the share by which it is."""

    value: int
    mask: NDArray[np.bool_]
    share: float


def without_rims(known: LabelMap, regions: Sequence[Region], array: NDArray[Any]) -> tuple[NDArray[Any], list[Notice]]:
    """A map of values or colours, 0 where a known one is only the rim between others, and what to tell of that.

    `array`: (rows, columns) of values, or of colours as 0xRRGGBB; any other shape stays as it is. `regions`: of it.
    """
    shapes = [cast(LabelShape, region.shape) for region in regions]
    if array.ndim != 2 or any(shape.instances for shape in shapes):
        return array, []
    labels = {_value(shape): region.source_label for shape, region in zip(shapes, regions, strict=True)}
    told, uri = [], place(known.source)
    for rim in _rims(array, {0, *map(packed, known.colours), *(known.values or ())}, labels, bool(known.colours)):
        array = np.where(rim.mask, 0, array)
        reason = (
            f"{np.count_nonzero(rim.mask)} pixels are only an edge between other colours of a mask that was resampled "
            f"({rim.share:.0%} of the pixels at its edges are of none that the card knows): they are not taken for "
            f"{labels[rim.value]!r}"
        )
        item = hex_of(rim.value) if known.colours else str(rim.value)
        told.append(Notice(kind="value", uri=uri, item=item, reason=reason))
    return array, told


def _value(shape: LabelShape) -> int:
    return packed(shape.colour) if shape.colour else shape.value


def _rims(array: NDArray[Any], known: Collection[int], asked: Collection[int], colours: bool) -> Iterator[Rim]:
    """Of each of the values that are asked for: the parts that hold no 3 x 3 block of it, where the picture was
    resampled and other colours of blocks in it mix to that one."""
    from scipy import ndimage  # here and in its neighbours: not to be waited for where nothing is new

    even = ndimage.maximum_filter(array, 3, mode="nearest") == ndimage.minimum_filter(array, 3, mode="nearest")
    thin = ~ndimage.binary_dilation(even, BLOCK)
    share = float(np.count_nonzero(thin & ~np.isin(array, list(known)))) / max(1, int(np.count_nonzero(~even)))
    if share < SHARE:
        return
    pure = [int(value) for value in np.unique(array[even])]
    for value in sorted(asked):
        of_value = array == value
        if not (of_value & thin).any() or not _mixes([one for one in pure if one != value], value, colours):
            continue
        parts, _ = ndimage.label(of_value, BLOCK)
        whole = np.unique(parts[of_value & ~thin])
        mask = of_value & ~np.isin(parts, whole)
        if mask.any():
            yield Rim(value, mask, share)


def _mixes(others: list[int], value: int, colours: bool) -> bool:
    """Whether a mixture of other colours, their shares adding to 1, comes to that one."""
    if len(others) < 2:
        return False
    from scipy.optimize import nnls  # takes longer to import than most builds have use for it

    parts = np.array([_levels(one, colours) for one in others], float).T
    sums = 1e3 * np.ones((1, len(others)))  # weighs so much that shares do add to 1
    _, off = nnls(np.vstack([parts, sums]), np.append(_levels(value, colours), 1e3))
    return bool(off <= NEAR)


def _levels(value: int, colours: bool) -> tuple[int, ...]:
    return (value >> 16 & 255, value >> 8 & 255, value & 255) if colours else (value,)
