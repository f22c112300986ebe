"""What all networks share whose values we prepare and read: from pixels to patches, and from channels to regions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import cc3d
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from schemas import ModelCard
from schemas.model_card import ModelInput
from transforms.media.pixels import Pixels, valued
from transforms.media.regrid import Regrid, regrid
from transforms.regions.adapters._tiles import Predict, sliding
from transforms.regions.adapters.base import ModelError, Segmenter, concepts
from transforms.regions.segments import Found, Prompt, Segment

Chances = Sequence[NDArray[np.float32]]
Decide = Callable[[Chances], tuple[NDArray[Any], NDArray[np.float32]]]
"""The chances of things 1..n at some voxels -> which of them is there, 0 where none is, and its chance."""
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601: what a grey camera sees of red, green and blue


def segmenter(card: ModelCard, predict: Predict) -> Segmenter:
    """A network as a segmenter. Raises ModelError without a patch or labels."""
    wanted, values = card.input, concepts(card)
    patch = wanted.patch
    if patch is None:
        raise ModelError("input.patch: say how large a patch the network takes, such as [96, 96, 96]")

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        image, grid = prepared(wanted, pixels)
        channels = sliding(image, patch, wanted.overlap, predict)
        return list(read(card, values, checked(channels, values), grid))

    return segment


def prepared(wanted: ModelInput, pixels: Pixels) -> tuple[NDArray[np.float32], Regrid]:
    """(channels, *shape) on the network's grid, and the way back. Raises ValueError for pixels that it cannot take."""
    in_unit(wanted, pixels)
    array = pixels.bright
    if len(pixels.geometry.shape) not in (2, 3) or array.dtype.kind not in "biuf":
        raise ValueError(f"the model wants a picture or a volume, this has {array.shape} of {array.dtype}")
    grid = regrid(pixels.geometry, wanted.orientation, wanted.spacing_mm, wanted.size)
    planes = [grid.there(plane) for plane in coloured(array, len(pixels.geometry.shape), wanted.channels)]
    return normalised(wanted, np.stack(planes)), grid


def in_unit(wanted: ModelInput, pixels: Pixels) -> None:
    """Raises ValueError for values in another unit than the model was trained on."""
    if wanted.unit is not None and pixels.unit != wanted.unit:
        raise ValueError(f"the model wants values in {wanted.unit}, these are in {pixels.unit or 'no unit'}")


def coloured(array: NDArray[np.generic], axes: int, channels: int) -> list[NDArray[np.float32]]:
    """A picture's planes as the network has channels: colours become their luma, a grey stands for all three. What has
    no value is as `finite` has it."""
    if array.ndim == axes:
        return [finite(array.astype(np.float32, copy=False))] * channels
    if array.ndim != axes + 1 or array.shape[-1] not in (3, 4):
        raise ValueError(f"the model wants a picture or a volume, this has {array.shape}")
    colours = finite(array[..., :3].astype(np.float32))
    return [colours @ LUMA] if channels == 1 else [colours[..., k] for k in range(3)]


def finite(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """NaN and infinity have no value: the least that there is stands for them. Raises ValueError where nothing has."""
    if valued(plane):
        return plane
    numbers = np.isfinite(plane)
    if not numbers.any():
        raise ValueError("not one pixel has a value that is a number")
    return np.where(numbers, plane, plane[numbers].min()).astype(np.float32)


def normalised(wanted: ModelInput, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values as a `ModelInput` says, of all channels together."""
    low, high = wanted.clip or (None, None)
    if wanted.clip_percentiles:
        low, high = (float(value) for value in np.percentile(image, wanted.clip_percentiles))
    if low is not None and high is not None:
        image = np.clip(image, low, high)
    if wanted.normalise == "minmax":
        least = float(image.min()) if low is None else low
        most = float(image.max()) if high is None else high
        return np.asarray((image - least) / max(most - least, 1e-8), np.float32)
    if wanted.normalise == "zscore":
        return np.asarray((image - image.mean()) / max(float(image.std()), 1e-8), np.float32)
    if wanted.normalise == "mean_std":
        side = (-1,) + (1,) * (image.ndim - 1)
        mean, std = (np.asarray(one, np.float32).reshape(side) for one in (wanted.mean, wanted.std))
        return np.asarray((image - mean) / std, np.float32)
    return image


def checked(channels: NDArray[np.float32], values: dict[int, str]) -> NDArray[np.float32]:
    """What a network gave. Raises ModelError where it is no number, or has not the channels that labels name."""
    if not np.isfinite(channels).all():
        raise ModelError(f"the network gave {np.count_nonzero(~np.isfinite(channels))} values that are no numbers")
    if not set(values) <= set(range(len(channels))):
        raise ModelError(f"output.labels: the network has channels 0 to {len(channels) - 1}, not {sorted(values)}")
    return channels


def read(card: ModelCard, values: dict[int, str], channels: NDArray[np.float32], grid: Regrid) -> list[Segment]:
    """Regions on the record's grid, their score the mean probability inside. Channels go back before they are
    compared, so that an outline is as fine as the record; and only where one of them wins on the network's grid, since
    a value of the record's lies between those that it is made of."""
    output, found = card.output, list[Segment]()
    if output.activation == "softmax":
        chances = _chances(channels)
        return _drawn(card, grid, values, chances[1:], (chances[1:] > chances[0]).any(0), _won)
    above = partial(_above, output.threshold)
    for value, slug in values.items():
        chance = expit(channels[value]) if output.activation == "sigmoid" else channels[value]
        found += _drawn(card, grid, {1: slug}, chance[None], chance > output.threshold, above)
    return found


def _drawn(
    card: ModelCard, grid: Regrid, values: dict[int, str], chances: NDArray[np.float32], won: NDArray[np.bool_],
    decide: Decide,
) -> list[Segment]:  # fmt: skip
    """What `decide` makes of the things' chances on the record's grid. `won`: where on the network's one of them wins.
    A slab at a time: to ask for an array as large as a CT takes longer than to fill one."""
    part, inside = grid.part(won), dict.fromkeys(values, (0.0, 0))
    label = np.zeros([side.stop - side.start for side in part], np.min_scalar_type(len(chances) + 1))
    for slabs in zip(*(grid.slabs(chance, part) for chance in chances), strict=True):
        own, best = decide([fine for _, fine in slabs])
        label[slabs[0][0]] = own
        for value, (total, count) in inside.items():
            these = best[own == value]
            inside[value] = total + float(these.sum(dtype=np.float64)), count + these.size
    found, label = list[Segment](), grid.unturned(label)
    for value, slug in values.items():
        total, count = inside[value]
        found += segment_of(card, slug, label == value, round(total / count, 4) if count else None)
    return [replace(one, mask=grid.whole(one.mask, part)) for one in found]


def _won(chances: Chances) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Which of the things is the most probable, and how probable it is; 0 where the ground is as probable."""
    best = chances[0]
    ground = 1 - best
    label = np.ones_like(best, np.min_scalar_type(len(chances) + 1))
    for value, chance in enumerate(chances[1:], start=2):
        label[chance > best] = value
        best = np.maximum(best, chance)
        ground -= chance  # what is left of 1: one channel less to bring back
    label *= best > ground
    return label, best


def _above(threshold: float, chances: Chances) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """1 where the only thing is more probable than that."""
    return (chances[0] > threshold).view(np.uint8), chances[0]


def _chances(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax over the channels, in their place. Raises ModelError where there is one alone."""
    if len(channels) < 2:
        raise ModelError("output.activation: softmax needs two channels or more; one is sigmoid or none")
    channels -= channels.max(0)
    np.exp(channels, out=channels)
    channels /= channels.sum(0)
    return channels


def segment_of(card: ModelCard, slug: str, mask: NDArray[np.bool_], score: float | None = None) -> list[Segment]:
    """A mask as a segment, or its pieces as instances; none where it is empty."""
    if not mask.any():
        return []
    if not card.output.instances:
        return [Segment(slug, mask, score=score)]
    pieces = cc3d.connected_components(np.ascontiguousarray(mask), connectivity=8 if mask.ndim == 2 else 26)
    return [Segment(slug, pieces.astype(np.int32), instances=True, score=score)]
