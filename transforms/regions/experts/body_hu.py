"""The body on CT, by its density."""

import cv2
import numpy as np

from transforms.media.pixels import Pixels
from transforms.regions.experts import _ct
from transforms.regions.experts.base import Segment

NAME = "body_hu"
VERSION = "1"
KIND = "rule"
MODALITIES = ("CT",)
PRODUCES = ("body",)
NOTE = (
    "A rule, not a trained model: the largest piece of tissue above -300 HU with the air inside it; arms that touch "
    "the trunk belong to it, and bedding pressed against the skin may."
)
REACH_MM = 3.0  # how far the skin may lie outside the coarse body


def unavailable() -> str | None:
    return None


def segment(pixels: Pixels) -> list[Segment]:
    """The body; empty where no tissue shows. Raises ValueError unless `pixels` is a CT volume in HU."""
    volume = _ct.coarse(pixels)
    inside = _ct.body(volume)
    if not inside.any():
        return []
    mask = np.zeros(volume.full.shape, bool)
    kernel = volume.disc(REACH_MM)
    for k in range(volume.slices):
        near = _ct.shaped(cv2.dilate, volume.plane(inside, k), kernel)
        tissue = (volume.full[:, :, k] > _ct.TISSUE_HU).astype(np.uint8) & near
        mask[:, :, k] = _ct.filled(np.ascontiguousarray(tissue)) > 0
    return [Segment("body", volume.source_axes(mask))]
