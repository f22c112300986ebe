"""Nuclei in stained tissue: the haematoxylin by stain deconvolution, threshold and watershed."""

import numpy as np
from skimage.color import rgb2hed

from transforms.media.pixels import Pixels
from transforms.regions.experts import _nuclei
from transforms.regions.experts.base import Segment

NAME = "nuclei_stain"
VERSION = "1"
KIND = "rule"
MODALITIES = ("SM",)
PRODUCES = ("nucleus",)
NOTE = (
    "A rule, not a trained model: haematoxylin by Ruifrok and Johnston's stain vectors, threshold, distance watershed; "
    "never scored here on a stained image for want of a reference mask, and brown (DAB) nuclei are missed."
)


def unavailable() -> str | None:
    return None


def segment(pixels: Pixels) -> list[Segment]:
    """Nuclei as instances; empty where none stands out. Raises ValueError unless `pixels` is an 8-bit RGB picture.

    Stains: Ruifrok and Johnston 2001, Anal Quant Cytol Histol 23(4), as in skimage.color.rgb2hed.
    """
    if pixels.array.ndim != 3 or pixels.array.shape[2] != 3 or pixels.array.dtype != np.uint8:
        raise ValueError(f"{NAME} needs 8-bit RGB, this has shape {pixels.array.shape} of {pixels.array.dtype}")
    labels = _nuclei.find(rgb2hed(pixels.array)[..., 0].astype(np.float32))
    return [Segment("nucleus", labels, instances=True)] if labels.any() else []
