"""Regions where the image has no values: NaN, as SPM writes outside of the brain, or infinity."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from transforms.media.pixels import Pixels, valued
from transforms.regions.resolve import Resolved
from transforms.regions.segments import Found, Segment


def cut(found: Sequence[Found], pixels: Pixels) -> list[Found]:
    """What a segmenter found of the pixels, without those that have no value: it saw nothing there. A source's own
    regions stay whole (`valueless` tells of them)."""
    finite = _finite(pixels.array)
    if finite is None:
        return list(found)
    return [
        replace(one, mask=one.mask * _under(finite, one.mask.shape)) if isinstance(one, Segment) else one
        for one in found
    ]


def _finite(array: NDArray[np.generic]) -> NDArray[np.bool_] | None:
    """Which values are finite numbers; None where all are."""
    return np.isfinite(array) if array.dtype.kind == "f" and not valued(array) else None


def _under(finite: NDArray[np.bool_], shape: Sequence[int]) -> NDArray[np.bool_]:
    """The same on the axes of a mask: a pixel has a value where all of its channels have one."""
    return np.asarray(finite.reshape(*shape, -1).all(axis=-1))


def valueless(items: Sequence[Resolved], pixels: Pixels) -> Iterator[str]:
    """A line for each region with pixels whose value is no finite number: they are shown black and not measured."""
    finite = _finite(pixels.array)
    if finite is None:
        return
    for item in items:
        if item.mask is None or finite.ndim < item.mask.ndim:
            continue
        without = int(np.count_nonzero(item.mask & ~_under(finite[item.crop], item.mask.shape)))
        if without:
            name = item.region.source_label or item.region.concept.label
            yield (
                f"{without} of {item.voxels} pixels of {name!r} have no value (NaN or infinite): they are shown black "
                "and not measured"
            )
