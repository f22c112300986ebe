"""A multi-lead signal drawn on ECG paper: 25 mm/s and 10 mm/mV, the scale that readers expect."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

PIXELS_PER_MM = 4
MM_PER_SECOND = 25
MM_PER_MILLIVOLT = 10
ROW_MM = 24
PAPER, THIN, THICK, INK = (255, 250, 248), (250, 222, 220), (240, 180, 176), (28, 28, 36)
SHIFT = 4  # fractional bits of OpenCV's coordinates


def draw(signal: NDArray[np.floating[Any]], sampling_hz: float, names: tuple[str, ...]) -> NDArray[np.uint8]:
    """RGB picture of (samples, channels) in mV, a lead a row. Raises ValueError on an empty signal."""
    samples, channels = signal.shape
    if samples < 2 or channels < 1:
        raise ValueError(f"a signal of {samples} samples and {channels} channels cannot be drawn")
    width = round(samples / sampling_hz * MM_PER_SECOND) * PIXELS_PER_MM
    height = channels * ROW_MM * PIXELS_PER_MM
    paper = _paper(width, height)
    x = np.arange(samples) / sampling_hz * MM_PER_SECOND * PIXELS_PER_MM
    for lead in range(channels):
        middle = (lead + 0.5) * ROW_MM * PIXELS_PER_MM
        level = signal[:, lead] - np.median(signal[:, lead])  # the baseline, so that drift does not leave the row
        y = middle - level * MM_PER_MILLIVOLT * PIXELS_PER_MM
        points = np.rint(np.stack([x, y], axis=1) * (1 << SHIFT)).astype(np.int32)
        cv2.polylines(paper, [points], False, INK, 1, cv2.LINE_AA, SHIFT)
        origin = (6, int(middle - ROW_MM * PIXELS_PER_MM / 2 + 18))
        cv2.putText(paper, names[lead], origin, cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    return paper


def _paper(width: int, height: int) -> NDArray[np.uint8]:
    paper = np.full((height, width, 3), PAPER, np.uint8)
    for step, colour in ((PIXELS_PER_MM, THIN), (5 * PIXELS_PER_MM, THICK)):
        paper[::step] = colour
        paper[:, ::step] = colour
    return paper
