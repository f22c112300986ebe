"""Parts of a picture that occur in it once: of a cut-out of one it can be said where it comes from."""

import random
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace, content_key
from transforms.facts.base import Draft
from transforms.facts.ops import Box
from transforms.facts.picture import LUMA
from transforms.regions.metrics import box_iou
from transforms.regions.viewdata import ViewData

NAME = "cutout"
VERSION = "1"
PREDICATES = ("cut_out",)

LEAST_SIDE, SHARE = 192, 6
"""Pixels that a picture has at least along each side, and how many times its shorter side holds that of a part."""
MOST, TRIES = 2, 16
SEARCHED = 160
"""Pixels of the longer side of the copy that is searched."""
DETAIL = 12.0
"""Levels of 255: of a part whose pixels spread less there is nothing to see."""
ALIKE, SLACK = 0.7, 0.02
"""Correlation above which another place looks like it."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`cut_out`: two boxes, as text, that do not overlap, or one; drawn by the scene's key, so that neither stands
    out."""
    scene, first = view.scene, view.scene.media[0] if view.scene.media else None
    plain = first is not None and first.kind == "image" and scene.view.frame != "signal"
    if view.image is None or not plain or scene.counterfactual is not None:
        return
    height, width = view.image.shape[:2]
    if min(height, width) < LEAST_SIDE:
        return
    rng, side = random.Random(content_key("cut-out", scene.key)), min(height, width) // SHARE
    small, found = _searched(view.image), list[Box]()
    for _ in range(TRIES):
        x, y = rng.randint(0, width - side), rng.randint(0, height - side)
        box = (x, y, x + side, y + side)
        if (
            len(found) < MOST
            and all(box_iou(box, other) == 0 for other in found)
            and _once(small, box, view.image.shape)
        ):
            found.append(box)
    yield from (Draft("cut_out", str(list(box))) for box in found)


def problem(box: Box, image: NDArray[np.uint8]) -> str | None:
    """What is wrong with a part of a picture, uint8 (height, width[, 3]), that is said to occur once; None where
    nothing is. Numbers may differ a little from one machine to another."""
    height, width = image.shape[:2]
    if not (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height):
        return "leaves the image"
    return (
        None if _once(_searched(image), box, image.shape, SLACK) else "shows what other parts of the image show as well"
    )


def _searched(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A small copy in grey."""
    grey = (image @ LUMA if image.ndim == 3 else image).astype(np.float32)
    scale = SEARCHED / max(grey.shape)
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    found: NDArray[np.float32] = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return found


def _once(small: NDArray[np.float32], box: Box, shape: tuple[int, ...], slack: float = 0.0) -> bool:
    """Whether the part has detail and nothing that does not overlap it by half looks like it."""
    scale = small.shape[1] / shape[1]
    x0, y0, x1, y1 = (round(one * scale) for one in box)
    part = small[y0:y1, x0:x1]
    if min(part.shape, default=0) < 3 or float(part.std()) < DETAIL * (1 - slack):
        return False
    alike = cv2.matchTemplate(small, part, cv2.TM_CCOEFF_NORMED)
    across, down = (x1 - x0) // 3, (y1 - y0) // 3
    alike[max(0, y0 - down) : y0 + down + 1, max(0, x0 - across) : x0 + across + 1] = -1.0
    return bool(np.nan_to_num(alike).max() < ALIKE + slack)
