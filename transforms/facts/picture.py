"""How bright a picture is on which nothing is drawn: what its pixels say where no region does."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "picture"
VERSION = "1"
PREDICATES = ("brightness", "black_share")

BLACK = 8
"""Up to this of 255 a pixel is black: what JPEG makes of a black one stays below it."""
LEAST = 1.0  # percent
TOLERANCE = 0.5
"""Percent: what lossy compression may move either by."""
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue (ITU-R BT.601, as Pillow turns colour to grey)."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`brightness`: the mean over the picture as emitted, in percent of white. `black_share`: percent of its pixels
    that are black, where these are one in a hundred or more. Where regions are drawn, those say more."""
    if view.image is None or view.scene.regions or view.scene.view.frame == "signal":
        return
    for predicate, value in levels(view.image).items():
        if predicate == "brightness" or value >= LEAST:
            yield Draft(predicate, value, unit="%", tolerance=TOLERANCE)


def levels(image: NDArray[np.uint8]) -> dict[str, float]:
    """Predicate -> percent, of uint8 (height, width[, 3])."""
    grey = image @ LUMA if image.ndim == 3 else image
    bright = image.max(axis=2) if image.ndim == 3 else image
    return {
        "brightness": 100 * float(grey.mean(dtype=np.float64)) / 255,
        "black_share": 100 * float((bright <= BLACK).mean()),
    }
