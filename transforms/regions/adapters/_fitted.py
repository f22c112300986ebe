"""A picture fitted into a network's square. `longest`: its longer side becomes the network's, what is missing is filled
up at the right and below, as SAM and most detectors want it; `stretch`: both sides do."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import ModelCard
from transforms.media.pixels import Pixels
from transforms.regions.adapters._network import coloured, normalised
from transforms.regions.adapters.base import ModelError

Fit = Literal["longest", "stretch"]


@dataclass(frozen=True)
class Fitted:
    """`image`: (1, channels, side, side). `scale`: pixels of the network for one of the picture, along x and y."""

    image: NDArray[np.float32]
    scale: tuple[float, float]


def side(card: ModelCard, shape: list[object]) -> int:
    """The side of the square, which the network's file or the card's `input.size` tells. Raises ModelError."""
    sides = [n for n in shape[2:] if isinstance(n, int)] or list(card.input.size or ())
    if len(shape) != 4 or not sides or len(set(sides)) != 1:
        raise ModelError(
            f"input.size: the network takes {shape}; give the side of its square twice, such as [640, 640]"
        )
    if isinstance(shape[1], int) and shape[1] != card.input.channels:
        raise ModelError(f"input.channels: the network takes {shape[1]}, the card says {card.input.channels}")
    return sides[0]


def fitted(card: ModelCard, pixels: Pixels, side: int, fit: Fit) -> Fitted:
    """Values normalised as the card says, and the rest filled up with 0. Raises ValueError for what is no picture."""
    if len(pixels.geometry.shape) != 2:
        raise ValueError(f"the model wants a picture, this has {pixels.array.shape}")
    planes = normalised(card.input, np.stack(coloured(pixels.bright, 2, card.input.channels)))
    rows, columns = planes.shape[1:]
    longer = max(rows, columns)
    size = (
        (side, side)
        if fit == "stretch"
        else (max(1, round(columns * side / longer)), max(1, round(rows * side / longer)))
    )
    how = cv2.INTER_AREA if side < longer else cv2.INTER_LINEAR
    image = np.zeros((1, len(planes), side, side), np.float32)
    for k, plane in enumerate(planes):
        image[0, k, : size[1], : size[0]] = cv2.resize(plane, size, interpolation=how)
    return Fitted(image, (size[0] / columns, size[1] / rows))
