"""A trained nnU-Net v2: a folder with plans.json, dataset.json and fold_N/checkpoint_final.pth.

nnU-Net resamples, normalises and tiles by its own plans. Of the card's `input` only `unit` and `orientation` count: the
axes in which its training images lay. Labels are values or names of dataset.json. A checkpoint is unpickled: take none
from a place that you do not trust.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Model, ModelCard
from transforms.media.pixels import Pixels
from transforms.media.regrid import regrid
from transforms.regions.adapters._network import finite, in_unit, segment_of
from transforms.regions.adapters.base import ModelError, Segmenter, concepts, device, options
from transforms.regions.segments import Found, Prompt

NEEDS = {"torch": "torch: uv pip install torch", "nnunetv2": "nnU-Net: uv pip install nnunetv2"}
PROMPTED = False


class Options(Model):
    """`folds`: all that are there where it is empty. `step`: of its tiles, in patches. `mirror`: whether predictions
    are averaged over mirrored copies, along the axes that training allowed: up to eight times as slow."""

    folds: tuple[int, ...] = ()
    checkpoint: str = "checkpoint_final.pth"
    step: float = 0.5
    mirror: bool = False


def check(card: ModelCard, weights: Path) -> None:
    own = options(card, Options)
    missing = [name for name in ("plans.json", "dataset.json") if not (weights / name).is_file()]
    folds = (
        [f"fold_{fold}" for fold in own.folds] or [path.name for path in sorted(weights.glob("fold_*"))] or ["fold_0"]
    )
    missing += [f"{fold}/{own.checkpoint}" for fold in folds if not (weights / fold / own.checkpoint).is_file()]
    if missing:
        raise ModelError(f"weights: {weights.name} is no trained nnU-Net: it has no {', '.join(missing)}")


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for a model of several channels."""
    own = options(card, Options)
    about = json.loads((weights / "dataset.json").read_text(encoding="utf-8"))
    inputs = about.get("channel_names", {})
    if len(inputs) != 1:
        raise ModelError(
            f"weights: the model takes {len(inputs)} channels ({', '.join(inputs.values())}); one is wanted"
        )
    values = concepts(card, {value: name for name, value in about["labels"].items() if isinstance(value, int)})
    predictor = _predictor(weights, own)

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        labels = _labels(predictor, card, pixels)
        return [found for value, slug in values.items() for found in segment_of(card, slug, labels == value)]

    return segment


def _predictor(weights: Path, own: Options) -> Any:
    import torch
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    predictor = nnUNetPredictor(
        tile_step_size=own.step, use_mirroring=own.mirror, device=torch.device(device()), allow_tqdm=False
    )
    predictor.initialize_from_trained_model_folder(str(weights), own.folds or None, own.checkpoint)
    return predictor


def _labels(predictor: Any, card: ModelCard, pixels: Pixels) -> NDArray[np.integer[Any]]:
    """A label map on the record's grid. nnU-Net's axes are those of ITK's arrays: the last of ours comes first."""
    in_unit(card.input, pixels)
    geometry, axes = pixels.geometry, len(pixels.geometry.shape)
    if geometry.spacing_mm is None or pixels.array.ndim != axes or axes not in (2, 3):
        raise ValueError(f"nnU-Net wants a grey picture or volume of known spacing, this has {pixels.array.shape}")
    way = regrid(geometry, card.input.orientation)
    turned = way.turned(finite(pixels.array.astype(np.float32))).transpose()
    spacing = [geometry.spacing_mm[axis] for axis in reversed(way.order)]
    flat = axes == 2  # nnU-Net gives a picture a first axis of one, and a spacing of 999 along it
    image = np.ascontiguousarray(turned[None, None] if flat else turned[None])
    found = predictor.predict_single_npy_array(image, {"spacing": [999.0, *spacing] if flat else spacing})
    return way.unturned(np.asarray(found[0] if flat else found).transpose())
