"""Text burned into pixels - names, dates, hospitals on ultrasound and screenshots - found and blanked.

The detector of rapidocr-onnxruntime (PP-OCRv4, Apache-2.0, weights inside the package) marks lines of writing; it reads
no network and writes nothing. All that looks like writing is blanked, scale labels included: what a line says is not
judged. What does not have the shape of a line, or was seen only at the second look, must also be readable, because a
ventricle of the brain can look like one big letter and an ECG trace like a line.
"""

import importlib.metadata
import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Record
from transforms.media.pixels import Pixels

NAME = "rapidocr"
VERSION = "1"
PACKAGE = "rapidocr-onnxruntime"
ROUNDS = 2  # a picture is searched again without what was found: strong lines hide weak ones next to them
LINE = 1.5  # a line of writing is at least this much longer than high
TALLEST = 0.12  # a line's height, of the picture's shorter side
READABLE = 0.3  # the least confidence of a reading; misread anatomy stays below it, or at one letter
LEAST = 2  # letters that make a reading: one letter names nobody
PAD = 0.2  # of a line's height: the detector cuts the tails of letters
LONGEST_TO_SHORTEST = 2  # the detector enlarges the shorter side to 736, so a thin picture is padded first

Box = tuple[int, int, int, int]
Picture = NDArray[np.uint8]


class Unavailable(RuntimeError):  # noqa: N818 - an outcome: the record cannot be cleared here
    """Text cannot be looked for on this machine, so pixels that may carry it must not pass."""


def unavailable() -> str | None:
    """Why text cannot be looked for here, with the next action; None when it can."""
    if importlib.util.find_spec("rapidocr_onnxruntime") is None:
        return f"package {PACKAGE} is missing: run uv sync"
    return None


def revision() -> str:
    """What decides the boxes: our rules and the package with its weights. Part of the key of every stage's rows."""
    if unavailable():
        return f"{VERSION} without {PACKAGE}"
    return f"{VERSION} {PACKAGE} {importlib.metadata.version(PACKAGE)}"


def may_carry_text(record: Record) -> bool:
    """Whether a scanner's or a screen's text can be in a record's pixels: a DICOM picture or clip. A volume with a
    patient frame holds measured values only."""
    return record.decoder == "dicom" and record.kind in ("image", "clip")


def cleared(record: Record, pixels: Pixels, known: tuple[Box, ...] | None = None) -> tuple[Pixels, tuple[Box, ...]]:
    """A record's pixels with their burned-in text blanked, and the boxes blanked. `known`: those that an earlier look
    found, so that it is not done twice. Raises Unavailable."""
    if not may_carry_text(record):
        return pixels, ()
    if known is not None:
        return _blanked(record, pixels, known), known
    if reason := unavailable():
        raise Unavailable(f"{record.sources[0].uri}: it may carry burned-in text, which cannot be looked for: {reason}")
    boxes = _search(_stills(record, pixels.bright))
    return _blanked(record, pixels, boxes), tuple(boxes)


def _blanked(record: Record, pixels: Pixels, boxes: Sequence[Box]) -> Pixels:
    return replace(pixels, array=blank(pixels.array, boxes, record.kind == "clip", pixels.inverted))


def find(image: Picture) -> list[Box]:
    """Half-open boxes x0, y0, x1, y1 around the writing in a picture (height, width[, 3]), from top to bottom; padded,
    within the picture. Same picture, same boxes. Raises ValueError on another shape or type."""
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)):
        raise ValueError(f"burned_in.find needs uint8 (h, w) or (h, w, 3), this is {image.dtype} {image.shape}")
    return _search([image] * ROUNDS)


def blank(array: NDArray[Any], boxes: Sequence[Box], clip: bool = False, inverted: bool = False) -> NDArray[Any]:
    """A copy with the boxes filled by its least value, the black of the border; by the largest where that is shown
    black (`inverted`). `clip`: the first axis is frames. Without boxes the array itself."""
    if not boxes:
        return array
    out = array.copy()
    frames, black = out if clip else out[None], array.max() if inverted else array.min()
    for x0, y0, x1, y1 in boxes:
        frames[:, y0:y1, x0:x1] = black
    return out


def read(image: Picture) -> list[tuple[Box, str, float]]:
    """What the package's recogniser reads in a picture: box, text, confidence 0-1. For checks of what was left."""
    found, _ = _ocr()(_colour(image), use_cls=False, text_score=0.0)
    return [(_around(corners, 0, image.shape), text, float(score)) for corners, text, score in found or []]


def _search(stills: Iterable[Picture]) -> list[Box]:
    found: list[Box] = []
    before: Picture | None = None
    for look, still in enumerate(stills):
        if still is before and not found:
            break  # nothing was blanked, so a second look at the same picture sees what the first did
        found += _detect(blank(still, found), lines=look == 0)
        before = still
    return sorted(set(found), key=lambda box: (box[1], box[0], box[3], box[2]))


def _stills(record: Record, array: NDArray[Any]) -> list[Picture]:
    """The pictures to search. Of a clip the brightest value of each pixel, which holds what any frame shows, and the
    darkest, in which text that stands still survives what moves behind it."""
    if record.kind == "clip":
        return [_eight_bits(array.max(axis=0)), _eight_bits(array.min(axis=0))]
    return [_eight_bits(array)] * ROUNDS


def _eight_bits(array: NDArray[Any]) -> Picture:
    if array.dtype == np.uint8:
        return array
    low, high = float(array.min()), float(array.max())
    return np.asarray((array.astype(np.float64) - low) * (255 / max(high - low, 1e-9)), np.uint8)


def _detect(image: Picture, lines: bool) -> list[Box]:
    """Padded boxes of writing. `lines`: what has the shape of a line counts unread."""
    height, width = image.shape[:2]
    square = _colour(image)
    found, _ = _ocr()(square, use_cls=False, use_rec=False)
    boxes = []
    for corners in found or []:
        across, down = _sides(corners)
        line = across >= LINE * down and down <= TALLEST * min(height, width)
        if (line and lines) or _readable(square, corners):
            boxes.append(_around(corners, PAD * min(across, down), image.shape))
    return [box for box in boxes if box[0] < box[2] and box[1] < box[3]]


def _colour(image: Picture) -> Picture:
    """Three channels, and no thinner than the detector can take: black is added at the right and at the bottom."""
    height, width = image.shape[:2]
    down, right = max(0, width // LONGEST_TO_SHORTEST - height), max(0, height // LONGEST_TO_SHORTEST - width)
    colour = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.copyMakeBorder(colour, 0, down, 0, right, cv2.BORDER_CONSTANT, value=(0, 0, 0)), np.uint8)


def _sides(corners: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Width and height of a box given by its corners clockwise from the upper left, in pixels."""
    lengths = [float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(corners)]
    return lengths[0], lengths[1]


def _readable(image: Picture, corners: Sequence[Sequence[float]]) -> bool:
    """Whether the recogniser reads letters or digits in a box, upright, upside down or turned by a quarter."""
    x0, y0, x1, y1 = _around(corners, 2, image.shape)
    part = image[y0:y1, x0:x1]
    turned = np.ascontiguousarray(np.rot90(part)) if y1 - y0 >= LINE * (x1 - x0) else part
    found, _ = _ocr()(turned, use_det=False, use_cls=True, use_rec=True)
    return any(score >= READABLE and sum(map(str.isalnum, text)) >= LEAST for text, score in found or [])


def _around(corners: Sequence[Sequence[float]], pad: float, shape: tuple[int, ...]) -> Box:
    xs, ys = [point[0] for point in corners], [point[1] for point in corners]
    height, width = shape[:2]
    x0, y0 = max(0, int(min(xs) - pad)), max(0, int(min(ys) - pad))
    return x0, y0, min(width, int(max(xs) + pad) + 1), min(height, int(max(ys) + pad) + 1)


@lru_cache(maxsize=1)
def _ocr() -> Any:
    """One thread: the order of additions, and so the boxes, must not depend on the machine's load."""
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
