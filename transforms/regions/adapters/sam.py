"""Segment Anything and models of its form (SAM, MedSAM, MobileSAM) as ONNX: boxes or points of people become masks.

The card's `weights` is a folder with encoder.onnx, (1, 3, side, side) to the embedding, and decoder.onnx, whose inputs
and outputs are those of segment-anything's scripts/export_onnx_model.py: image_embeddings, point_coords, point_labels,
mask_input, has_mask_input, orig_im_size; masks, iou_predictions. Coordinates are pixels of the network's square; a box
is two points of the labels 2 and 3, and where there is none a point of the label -1 is added. `fit: stretch` is
MedSAM's: masks come back for the square then, and are brought to the picture here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Model, ModelCard
from transforms.media.pixels import Pixels
from transforms.regions.adapters._fitted import Fit, Fitted, fitted, side
from transforms.regions.adapters.base import ModelError, Segmenter, options
from transforms.regions.adapters.onnx import session
from transforms.regions.segments import Found, Prompt, Segment

NEEDS: dict[str, str] = {}
PROMPTED = True
INPUTS = {"image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"}


class Options(Model):
    """`fit`: see `_fitted`."""

    fit: Fit = "longest"


CORNERS, FOREGROUND, NOTHING = (2.0, 3.0), 1.0, -1.0


def check(card: ModelCard, weights: Path) -> None:
    options(card, Options)
    missing = [name for name in ("encoder.onnx", "decoder.onnx") if not (weights / name).is_file()]
    if missing:
        raise ModelError(f"weights: {weights.name} has no {', '.join(missing)}; export both halves of the model there")


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for other inputs and outputs than SAM's."""
    own = options(card, Options)
    encoder, decoder = session(weights / "encoder.onnx"), session(weights / "decoder.onnx")
    square = side(card, list(encoder.get_inputs()[0].shape))
    lacking = INPUTS - {one.name for one in decoder.get_inputs()}
    lacking |= {"masks", "iou_predictions"} - {one.name for one in decoder.get_outputs()}
    if lacking:
        raise ModelError(f"weights: decoder.onnx lacks {', '.join(sorted(lacking))}: it is no decoder of SAM's form")
    sizes = {one.name: one.shape for one in decoder.get_inputs()}["mask_input"]
    low = [n if isinstance(n, int) else square // 4 for n in sizes[2:]]

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        given = fitted(card, pixels, square, own.fit)
        size = pixels.geometry.shape if own.fit == "longest" else (square, square)
        (embedding, *_) = encoder.run(None, {encoder.get_inputs()[0].name: given.image})
        still = {
            "image_embeddings": embedding, "mask_input": np.zeros((1, 1, *low), np.float32),
            "has_mask_input": np.zeros(1, np.float32), "orig_im_size": np.array(size, np.float32),
        }  # fmt: skip
        rows, columns = pixels.geometry.shape
        asked = ((prompt, {**still, **_pointed(prompt, given)}) for prompt in prompts)
        found = (_answer(decoder, inputs, prompt, (columns, rows)) for prompt, inputs in asked)
        return [one for one in found if one is not None]

    return segment


def _pointed(prompt: Prompt, given: Fitted) -> dict[str, NDArray[np.float32]]:
    """A prompt as the decoder takes it."""
    points, labels = list(prompt.points), [FOREGROUND] * len(prompt.points)
    if prompt.box is not None:
        points, labels = [*points, prompt.box[:2], prompt.box[2:]], [*labels, *CORNERS]
    else:
        points, labels = [*points, (0.0, 0.0)], [*labels, NOTHING]
    coordinates = np.asarray(points, np.float32)[None] * np.asarray(given.scale, np.float32)
    return {"point_coords": coordinates, "point_labels": np.asarray(labels, np.float32)[None]}


def _answer(decoder: Any, inputs: dict[str, Any], prompt: Prompt, size: tuple[int, int]) -> Segment | None:
    """The mask that the model thinks best, `size` in columns and rows; its score is the IoU that it foretells. None
    where it is empty."""
    out = dict(zip((one.name for one in decoder.get_outputs()), decoder.run(None, inputs), strict=True))
    masks, ious = np.asarray(out["masks"])[0], np.asarray(out["iou_predictions"]).reshape(-1)
    if not (np.isfinite(masks).all() and np.isfinite(ious).all()):
        raise ModelError("the network gave values that are no numbers")
    best = int(ious.argmax())
    logits = np.asarray(masks[best], np.float32)
    mask = (logits if logits.shape == size[::-1] else cv2.resize(logits, size)) > 0
    if not mask.any():
        return None
    return Segment(prompt.concept, mask, score=round(float(np.clip(ious[best], 0, 1)), 4), prompt=prompt.region)
