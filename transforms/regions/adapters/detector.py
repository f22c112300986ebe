"""A detector as ONNX: things on a picture as boxes.

`form: boxes`: outputs boxes (n, 4) as x0, y0, x1, y1 in the network's pixels, labels (n,) and scores (n,), by these
names or in this order, as torchvision exports; doubles are gone. `form: yolo`: one output (1, 4 + classes, n) of
cx, cy, w, h and a score a class, as Ultralytics exports YOLOv8 and later without `nms`; doubles are suppressed here.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Model, ModelCard
from transforms.media.pixels import Pixels
from transforms.regions.adapters._fitted import Fit, fitted, side
from transforms.regions.adapters.base import ModelError, Segmenter, concepts, one_file, options
from transforms.regions.adapters.onnx import session
from transforms.regions.segments import Box, Found, Prompt

NEEDS: dict[str, str] = {}
PROMPTED = False
NAMES = ("boxes", "labels", "scores")
Row = tuple[NDArray[Any], int, float]  # x0 y0 x1 y1, label, score


class Options(Model):
    """`fit`: see `_fitted`. `overlap`: the IoU above which the weaker of two boxes of one label is a double."""

    fit: Fit = "longest"
    form: Literal["boxes", "yolo"] = "boxes"
    overlap: float = 0.5


def check(card: ModelCard, weights: Path) -> None:
    one_file(weights)
    options(card, Options)


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for a network whose input or outputs are others."""
    own, values, network = options(card, Options), concepts(card), session(weights)
    taken, gives = network.get_inputs()[0], [one.name for one in network.get_outputs()]
    square = side(card, list(taken.shape))
    if len(gives) != (want := {"boxes": 3, "yolo": 1}[own.form]):
        raise ModelError(f"options.form: {own.form} has {want} outputs, the network gives {', '.join(gives)}")
    order = [gives.index(name) for name in NAMES] if own.form == "boxes" and {*NAMES} == {*gives} else [0, 1, 2]

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        given = fitted(card, pixels, square, own.fit)
        out = [np.asarray(one) for one in network.run(None, {taken.name: given.image})]
        rows = _yolo(own, card, out[0]) if own.form == "yolo" else _boxes(*(out[k] for k in order))
        height, width = pixels.geometry.shape
        found: list[Found] = []
        for corners, label, score in rows:
            x0, y0, x1, y1 = (float(v) for v in np.clip(corners / (given.scale * 2), 0, [width, height, width, height]))
            if score >= card.output.threshold and label in values and x0 < x1 and y0 < y1:
                box = (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))
                found.append(Box(values[label], box, round(score, 4)))
        return found

    return segment


def _boxes(boxes: NDArray[Any], labels: NDArray[Any], scores: NDArray[Any]) -> Iterator[Row]:
    if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
        raise ModelError("the network gave boxes or scores that are no numbers")
    corners = boxes.reshape(-1, 4)
    for box, label, score in zip(corners, labels.reshape(-1), scores.reshape(-1), strict=True):
        yield box, int(label), float(score)


def _yolo(own: Options, card: ModelCard, out: NDArray[Any]) -> Iterator[Row]:
    if out.ndim != 3 or out.shape[1] < 5:
        raise ModelError(f"options.form: yolo gives (1, 4 + classes, n), the network gave {out.shape}")
    if not np.isfinite(out).all():
        raise ModelError("the network gave boxes or scores that are no numbers")
    (cx, cy, w, h), classes = out[0, :4], out[0, 4:]
    corners = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], axis=1)
    for label, scores in enumerate(classes):
        sides = np.stack([corners[:, 0], corners[:, 1], w, h], axis=1)
        kept = cv2.dnn.NMSBoxes(sides.tolist(), scores.tolist(), card.output.threshold, own.overlap)
        for at in np.asarray(kept, int).reshape(-1):
            yield corners[at], label, float(scores[at])
