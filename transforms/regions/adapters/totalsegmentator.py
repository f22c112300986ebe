"""TotalSegmentator 2 by its Python API: 117 structures of CT, and its other tasks.

The card's `weights` is the folder that TOTALSEG_WEIGHTS_PATH names, with a folder Dataset... for each task; nothing is
downloaded while a corpus is built. Labels are TotalSegmentator's own names (liver, kidney_left ...).
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Model, ModelCard
from transforms.media.pixels import Pixels
from transforms.regions.adapters._network import in_unit, segment_of
from transforms.regions.adapters.base import ModelError, Segmenter, concepts, device, options
from transforms.regions.segments import Found, Prompt

NEEDS = {"totalsegmentator": "TotalSegmentator: uv pip install TotalSegmentator"}
PROMPTED = False


class Options(Model):
    """`task`: one of TotalSegmentator's. `fast`: its model of 3 mm."""

    task: str = "total"
    fast: bool = False


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for a task or a label that TotalSegmentator does not have, and for a folder without weights."""
    own = options(card, Options)
    if not any(weights.glob("Dataset*")):
        how = f"TOTALSEG_WEIGHTS_PATH={weights} totalseg_download_weights -t {own.task}"
        raise ModelError(f"weights: {weights.name} holds no Dataset... folder; run: {how}")
    os.environ["TOTALSEG_WEIGHTS_PATH"] = str(weights.absolute())
    from totalsegmentator.map_to_binary import class_map

    if own.task not in class_map:
        raise ModelError(f"options.task: no {own.task!r}; there are {', '.join(class_map)}")
    values = concepts(card, class_map[own.task])

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        labels = _labels(own, card, pixels)
        return [found for value, slug in values.items() for found in segment_of(card, slug, labels == value)]

    return segment


def _labels(own: Options, card: ModelCard, pixels: Pixels) -> NDArray[Any]:
    """The label map on the record's grid, which TotalSegmentator keeps. NIfTI is RAS, a Geometry LPS."""
    import nibabel
    from totalsegmentator.python_api import totalsegmentator

    in_unit(card.input, pixels)
    if pixels.geometry.affine is None or pixels.array.ndim != 3:
        raise ValueError(f"TotalSegmentator wants a volume with a patient frame, this has {pixels.array.shape}")
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.asarray(pixels.geometry.affine)
    image = nibabel.Nifti1Image(pixels.array.astype(np.float32), affine)
    where = "gpu" if device() == "cuda" else "cpu"
    found = totalsegmentator(image, None, ml=True, task=own.task, fast=own.fast, device=where, quiet=True)
    return np.asarray(found.dataobj).astype(np.int32)
