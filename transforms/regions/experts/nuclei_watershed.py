"""Nuclei in fluorescence microscopy: threshold and watershed."""

import numpy as np

from transforms.media.pixels import Pixels
from transforms.regions.experts import _nuclei
from transforms.regions.experts.base import Segment

NAME = "nuclei_watershed"
VERSION = "1"
KIND = "rule"
MODALITIES = ("fm",)
PRODUCES = ("nucleus",)
NOTE = (
    "A rule, not a trained model: bright nuclei on a dark ground by a global and a local threshold, parted by a "
    "distance watershed; crowded nuclei merge and out-of-focus ones are missed."
)


def unavailable() -> str | None:
    return None


def segment(pixels: Pixels) -> list[Segment]:
    """Nuclei as instances; empty where none stands out. Raises ValueError unless `pixels` is a plane, grey or colour
    (the brightest channel counts)."""
    array = pixels.bright
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ValueError(f"{NAME} needs (rows, columns[, 3]), this has shape {array.shape}")
    image = array if array.ndim == 2 else array[..., :3].max(axis=2)
    labels = _nuclei.find(image.astype(np.float32))
    return [Segment("nucleus", labels, instances=True)] if labels.any() else []
