"""Cellpose, versions 3 and 4: cells or nuclei of a picture as instances, by a model file of its own.

The card names one label, `cell`. Cellpose normalises and tiles by itself; of the card's `input` only `channels` counts.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from schemas import Model, ModelCard
from transforms.media.pixels import Pixels
from transforms.regions.adapters._network import coloured
from transforms.regions.adapters.base import ModelError, Segmenter, concepts, device, one_file, options
from transforms.regions.segments import Found, Prompt, Segment

NEEDS = {"torch": "torch: uv pip install torch", "cellpose": "Cellpose: uv pip install cellpose"}
PROMPTED = False
LABELS = {1: "cell"}


class Options(Model):
    """`diameter`: of the things in pixels; None leaves it to the model. The thresholds are Cellpose's."""

    diameter: float | None = None
    flow_threshold: float = 0.4
    cellprob_threshold: float = 0.0


def check(card: ModelCard, weights: Path) -> None:
    one_file(weights)
    options(card, Options)


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for a file that Cellpose cannot load."""
    own, slug = options(card, Options), concepts(card, LABELS)[1]
    from cellpose.models import CellposeModel

    try:
        model = CellposeModel(gpu=device() == "cuda", pretrained_model=str(weights))
    except (RuntimeError, ValueError, KeyError) as error:
        raise ModelError(f"weights: {weights.name}: no model that Cellpose can load: {str(error)[:200]}") from error

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        if len(pixels.geometry.shape) != 2:
            raise ValueError(f"Cellpose wants a picture here, this has {pixels.array.shape}")
        planes = coloured(pixels.bright, 2, card.input.channels)
        image = planes[0] if card.input.channels == 1 else np.stack(planes, -1)
        labels = np.asarray(model.eval(image, **own.model_dump())[0], np.int32)
        return [Segment(slug, labels, instances=True)] if labels.any() else []

    return segment
