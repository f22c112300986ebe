"""Regions drawn where the image has no values: NaN, as SPM writes outside of the brain, or infinity."""

from collections.abc import Iterator, Sequence

import numpy as np

from transforms.media.pixels import Pixels
from transforms.regions.resolve import Resolved


def valueless(items: Sequence[Resolved], pixels: Pixels) -> Iterator[str]:
    """A line for each region with pixels whose value is no finite number: they are shown black and not measured."""
    array = pixels.array
    if not np.issubdtype(array.dtype, np.floating) or np.isfinite(array).all():
        return
    for item in items:
        if item.mask is None or array.ndim < item.mask.ndim:
            continue
        under = array[item.crop]
        finite = np.isfinite(under).reshape(*item.mask.shape, -1).all(axis=-1)
        without = int(np.count_nonzero(item.mask & ~finite))
        if without:
            name = item.region.source_label or item.region.concept.label
            yield (
                f"{without} of {item.voxels} pixels of {name!r} have no value (NaN or infinite): they are shown black "
                "and not measured"
            )
