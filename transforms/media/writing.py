"""Writing in a picture - names, dates, hospitals, scales - found as boxes.

The detector of rapidocr-onnxruntime (PP-OCRv4, Apache-2.0, weights inside the package) marks lines of writing; it reads
no network and writes nothing. All that looks like writing is found, scale labels included: what a line says is not
judged, but one letter alone (L, R) names nobody and is left. What does not have the shape of a line, or was seen only
at a further look, must also be readable, because a ventricle of the brain can look like one big letter and an ECG trace
like a line.
"""

import importlib.metadata
import importlib.util
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

VERSION = "3"
PACKAGE = "rapidocr-onnxruntime"
LOOKS = 6  # a picture is searched again without what was found: strong lines hide weak ones next to them
LINE = 1.5  # a line of writing is at least this much longer than high
TALLEST = 0.075  # a line's height, of the picture's shorter side, or of half the longer one, which letters go by where
# a picture is thin: what is higher must be read, and firmly
READABLE = (0.3, 2)  # confidence and letters of a reading: misread anatomy stays below, and one letter names nobody
FIRM = (0.5, 3)  # of what is that high, or was seen on one frame of many: a trace of an ECG can look like "f^"
STRONG, WEAK = 0.5, 0.3  # the detector's own score of a box, 0.5 by default: a weak one must also be readable
PAD = 0.2  # of a line's height: the detector cuts the tails of letters
ON = 0.4  # of its height that a line may go on at each end: the detector loses letters at a border, or over bone
TILTED = 0.5  # of a line's height that its upright box would be higher: from there on it is covered piece by piece
LONGEST_TO_SHORTEST = 2  # the detector enlarges the shorter side, so a thin picture is padded first
SIDES = (256, 448, 736)  # pixels to which it does so; 736 is its own
LARGER = 4  # times: by more, no letter becomes easier to find (benchmarks/privacy), and a small picture costs ten times

Box = tuple[int, int, int, int]
Picture = NDArray[np.uint8]
Corners = Sequence[Sequence[float]]


class Unclear(ValueError):  # noqa: N818 - an outcome: the picture cannot be cleared
    """After so many looks there is still something to read in a picture: it must not pass."""


def unavailable() -> str | None:
    """Why text cannot be looked for here, with the next action; None when it can."""
    if importlib.util.find_spec("rapidocr_onnxruntime") is None:
        return f"package {PACKAGE} is missing: run uv sync"
    return None


def revision() -> str:
    """What decides the boxes: our rules and the package with its weights."""
    if unavailable():
        return f"{VERSION} without {PACKAGE}"
    return f"{VERSION} {PACKAGE} {importlib.metadata.version(PACKAGE)}"


def find(image: Picture) -> list[Box]:
    """Half-open boxes x0, y0, x1, y1 around the writing in a picture (height, width[, 3]), from top to bottom; padded,
    within the picture. Same picture, same boxes. Raises ValueError on another shape or type, Unclear where each look
    finds more."""
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)):
        raise ValueError(f"writing.find needs uint8 (h, w) or (h, w, 3), this is {image.dtype} {image.shape}")
    found, suspicious = _detect(image, lines=True)
    if not suspicious:
        return []
    for look in range(1, LOOKS):
        more, _ = _detect(blank(image, found), lines=False, turned=look == 1)
        if not more and look > 1:
            return in_order(found)
        found += more
    raise Unclear(f"writing can still be read after {LOOKS} looks, each with what was found blanked")


def more(image: Picture, known: Sequence[Box], firm: bool = False) -> list[Box]:
    """What a picture holds to be read beside the boxes that are known already: none for a frame that shows no text of
    its own. `firm`: it is one of many, each of which could be misread."""
    blanked = blank(image, known)
    found, _ = _detect(blanked, lines=False, least=FIRM if firm else READABLE)
    return in_order([*found, *find(blank(blanked, found))]) if found else []


def legible(image: Picture) -> int:
    """In how many places something can be read in a picture, and firmly, by one look at it. For what is published."""
    return len(_detect(image, lines=False, least=FIRM)[0])


def in_order(boxes: Iterable[Box]) -> list[Box]:
    """Each once, from top to bottom."""
    return sorted(set(boxes), key=lambda box: (box[1], box[0], box[3], box[2]))


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
    found, _ = _ocr(SIDES[-1])(_colour(image), use_cls=False, text_score=0.0)
    return [(_around(corners, 0, image.shape), text, float(score)) for corners, text, score in found or []]


def _detect(
    image: Picture, lines: bool, turned: bool = False, least: tuple[float, int] = READABLE
) -> tuple[list[Box], bool]:
    """Padded boxes of writing, and whether anything looked like it. `lines`: what has the shape of a line counts
    unread. `turned`: the picture is looked at from its side, where lines that run up or down lie flat."""
    upright = np.ascontiguousarray(np.rot90(image)) if turned else image
    square = _colour(upright)
    side = next((side for side in SIDES if side >= LARGER * min(square.shape[:2])), SIDES[-1])
    tallest = TALLEST * min(square.shape[:2])
    weak, _ = _ocr(side)(square, use_cls=False, use_rec=False, box_thresh=WEAK)
    strong, _ = _ocr(side)(square, use_cls=False, use_rec=False, box_thresh=STRONG) if lines and weak else (None, None)
    boxes: list[Box] = []
    for corners in strong or []:
        across, down = _sides(corners)
        if LINE * down <= across and down <= tallest:
            boxes += _pieces(corners, upright.shape)
    for corners in weak or []:
        if _readable(square, corners, FIRM if min(_sides(corners)) > tallest else least):
            boxes += _pieces(corners, upright.shape)
    if turned:
        boxes = [(image.shape[1] - y1, x0, image.shape[1] - y0, x1) for x0, y0, x1, y1 in boxes]
    return [box for box in boxes if box[0] < box[2] and box[1] < box[3]], bool(weak)


def _pieces(corners: Corners, shape: tuple[int, ...]) -> list[Box]:
    """A padded box around a line; several along one that is tilted, whose one upright box would cover far more."""
    quad = np.asarray(corners, np.float64)
    across, down = _sides(corners)
    if down > across:
        quad = np.roll(quad, 1, axis=0)  # its long sides first: corner 0 to 1, and 3 to 2
    high, long = sorted((across, down))
    if long >= LINE * high:
        ahead = (quad[1] - quad[0]) * (ON * high / max(long, 1.0))
        quad = quad + np.stack([-ahead, ahead, ahead, -ahead])
    pad, height = PAD * high, high * (1 + 2 * PAD)
    (x0, y0, x1, y1) = _around(quad.tolist(), pad, shape)
    if min(y1 - y0, x1 - x0) < (1 + TILTED) * height or long < 2 * height:
        return [(x0, y0, x1, y1)]
    steps = np.linspace(0, 1, math.ceil(2 * long / height) + 1)
    upper, lower = ((1 - steps[:, None]) * quad[a] + steps[:, None] * quad[b] for a, b in ((0, 1), (3, 2)))
    parts = (np.concatenate([upper[n : n + 2], lower[n : n + 2]]) for n in range(len(steps) - 1))
    return [_around(part.tolist(), pad, shape) for part in parts]


def _colour(image: Picture) -> Picture:
    """Three channels, and no thinner than the detector can take: black is added at the right and at the bottom."""
    height, width = image.shape[:2]
    down, right = max(0, width // LONGEST_TO_SHORTEST - height), max(0, height // LONGEST_TO_SHORTEST - width)
    colour = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.copyMakeBorder(colour, 0, down, 0, right, cv2.BORDER_CONSTANT, value=(0, 0, 0)), np.uint8)


def _sides(corners: Corners) -> tuple[float, float]:
    """Width and height of a box given by its corners clockwise from the upper left, in pixels."""
    lengths = [float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(corners)]
    return lengths[0], lengths[1]


def _readable(image: Picture, corners: Corners, least: tuple[float, int]) -> bool:
    """Whether the recogniser reads letters or digits in a box, upright, upside down or turned by a quarter, with
    `least` confidence and so many of them."""
    x0, y0, x1, y1 = _around(corners, 2, image.shape)
    part = image[y0:y1, x0:x1]
    turned = np.ascontiguousarray(np.rot90(part)) if y1 - y0 >= LINE * (x1 - x0) else part
    found, _ = _ocr(SIDES[-1])(turned, use_det=False, use_cls=True, use_rec=True)
    return any(score >= least[0] and sum(map(str.isalnum, text)) >= least[1] for text, score in found or [])


def _around(corners: Corners, pad: float, shape: tuple[int, ...]) -> Box:
    xs, ys = [point[0] for point in corners], [point[1] for point in corners]
    height, width = shape[:2]
    x0, y0 = max(0, int(min(xs) - pad)), max(0, int(min(ys) - pad))
    return x0, y0, min(width, int(max(xs) + pad) + 1), min(height, int(max(ys) + pad) + 1)


@lru_cache(maxsize=len(SIDES))
def _ocr(side: int) -> Any:
    """One thread: the order of additions, and so the boxes, must not depend on the machine's load. `side`: the length
    to which its detector brings the shorter side of a picture."""
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(det_limit_side_len=side, intra_op_num_threads=1, inter_op_num_threads=1)
