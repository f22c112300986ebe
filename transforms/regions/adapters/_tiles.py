"""A large image through a network that takes patches: tiles that lie over each other, weighted to their middle.

The weight is a Gaussian whose deviation is an eighth of the patch, as in nnU-Net (Isensee et al. 2021, Nature Methods).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(n, channels, *patch) to (n, classes, *patch)."""
BATCH_BYTES = 64 << 20  # of the input of one call: what a network holds in between is some thirty times as much
MOST = 8  # tiles a call
SIGMA = 1 / 8
LEAST = 1e-3  # weight at the corners, so that what one tile alone covers is not divided by nothing


def starts(length: int, patch: int, overlap: float) -> list[int]:
    """Where tiles begin along an axis of at least `patch` voxels: evenly, the last one at the end."""
    steps = int(np.ceil((length - patch) / max(1, patch * (1 - overlap))))
    return sorted({round(k * (length - patch) / steps) for k in range(steps + 1)}) if steps else [0]


def importance(patch: Sequence[int]) -> NDArray[np.float32]:
    """The weight of each voxel of a tile, 1 in the middle."""
    sides = [np.exp(-0.5 * ((np.arange(n) - (n - 1) / 2) / (n * SIGMA)) ** 2) for n in patch]
    weight = reduce(np.multiply.outer, sides)
    return np.asarray(np.maximum(weight / weight.max(), LEAST), np.float32)


def sliding(image: NDArray[np.float32], patch: Sequence[int], overlap: float, predict: Predict) -> NDArray[np.float32]:
    """(channels, *shape) to (classes, *shape). A patch of one side less than the image goes along its slices. What is
    smaller than a patch is filled up with its least value."""
    flat = len(patch) == image.ndim - 2
    tile = (*patch, 1) if flat else tuple(patch)
    if len(tile) != image.ndim - 1:
        raise ValueError(f"input.patch has {len(patch)} sides and the image {image.ndim - 1} axes")
    shape = image.shape[1:]
    missing = [max(0, want - have) for want, have in zip(tile, shape, strict=True)]
    if any(missing):
        image = np.pad(image, [(0, 0), *((n // 2, n - n // 2) for n in missing)], constant_values=image.min())
    weight = importance(tile)
    out: NDArray[np.float32] | None = None
    for places in _batches(image, tile, overlap):
        batch = np.stack([image[(slice(None), *place)] for place in places])
        found = predict(batch[..., 0] if flat else batch)
        found = found[..., None] if flat else found
        if found.shape[:1] + found.shape[2:] != (len(places), *tile):
            raise ValueError(f"the network gave {found.shape} for {batch.shape}: patches of the same size are wanted")
        if out is None:
            out = np.zeros((found.shape[1], *image.shape[1:]), np.float32)
        for place, one in zip(places, found, strict=True):
            out[(slice(None), *place)] += one * weight
    assert out is not None  # there is one tile at least
    out /= _total(image.shape[1:], tile, overlap)
    inner = tuple(slice(n // 2, n // 2 + have) for n, have in zip(missing, shape, strict=True))
    return out[(slice(None), *inner)]


@lru_cache(maxsize=1)
def _total(shape: tuple[int, ...], tile: tuple[int, ...], overlap: float) -> NDArray[np.float32]:
    """What the weights of all tiles come to at each voxel: the same for the changed copies of a picture."""
    weight, total = importance(tile), np.zeros(shape, np.float32)
    for place in _places(shape, tile, overlap):
        total[place] += weight
    return total


def _places(shape: Sequence[int], tile: Sequence[int], overlap: float) -> Iterator[tuple[slice, ...]]:
    sides = [starts(have, want, overlap if want > 1 else 0) for have, want in zip(shape, tile, strict=True)]
    return (tuple(slice(at, at + want) for at, want in zip(corner, tile, strict=True)) for corner in product(*sides))


def _batches(image: NDArray[np.float32], tile: Sequence[int], overlap: float) -> Iterator[list[tuple[slice, ...]]]:
    """The places of tiles, as many at once as memory is meant for."""
    places = _places(image.shape[1:], tile, overlap)
    size = int(max(1, min(MOST, BATCH_BYTES // (4 * image.shape[0] * np.prod(tile)))))
    while batch := list(islice(places, size)):
        yield batch
