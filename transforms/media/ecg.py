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
    """RGB picture of (samples, channels) in mV, a lead a row. Samples without a value (NaN) leave a gap. Raises
    ValueError on a signal that is empty, or of one value."""
    samples, channels = signal.shape
    if samples < 2 or channels < 1:
        raise ValueError(f"a signal of {samples} samples and {channels} channels cannot be drawn")
    known = np.isfinite(signal)
    if not known.any():
        raise ValueError("all values are NaN or infinite: there is nothing to show")
    if all(np.ptp(signal[known[:, lead], lead]) == 0 for lead in range(channels) if known[:, lead].any()):
        raise ValueError("all values are equal: there is nothing to show")
    width = max(1, round(samples / sampling_hz * MM_PER_SECOND)) * PIXELS_PER_MM
    height = channels * ROW_MM * PIXELS_PER_MM
    paper = _paper(width, height)
    x = np.arange(samples) / sampling_hz * MM_PER_SECOND * PIXELS_PER_MM
    for lead in range(channels):
        middle = (lead + 0.5) * ROW_MM * PIXELS_PER_MM
        there = known[:, lead]
        if there.any():
            level = signal[:, lead] - np.median(signal[there, lead])  # the baseline, so that drift stays in the row
            y = middle - level * MM_PER_MILLIVOLT * PIXELS_PER_MM
            _trace(paper, np.stack([x, y], axis=1), there)
        origin = (6, int(middle - ROW_MM * PIXELS_PER_MM / 2 + 18))
        cv2.putText(paper, names[lead], origin, cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    return paper


def _trace(paper: NDArray[np.uint8], points: NDArray[np.floating[Any]], there: NDArray[np.bool_]) -> None:
    """A line through each run of samples that are there."""
    ends = np.flatnonzero(np.diff(there.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    runs = [np.rint(points[start:stop] * (1 << SHIFT)).astype(np.int32) for start, stop in ends]
    cv2.polylines(paper, runs, False, INK, 1, cv2.LINE_AA, SHIFT)


def _paper(width: int, height: int) -> NDArray[np.uint8]:
    paper = np.full((height, width, 3), PAPER, np.uint8)
    for step, colour in ((PIXELS_PER_MM, THIN), (5 * PIXELS_PER_MM, THICK)):
        paper[::step] = colour
        paper[:, ::step] = colour
    return paper
