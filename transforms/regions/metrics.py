"""How well one segmentation agrees with another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _counts(a: NDArray[Any], b: NDArray[Any]) -> tuple[int, int, int]:
    if a.shape != b.shape:
        raise ValueError(f"masks of two grids cannot be compared: {a.shape} and {b.shape}")
    a, b = a != 0, b != 0
    return int(np.count_nonzero(a & b)), int(np.count_nonzero(a)), int(np.count_nonzero(b))


def dice(a: NDArray[Any], b: NDArray[Any]) -> float:
    """2 |A and B| / (|A| + |B|) of the non-zero parts; 1 where both are empty. Dice 1945, Ecology 26(3)."""
    both, size_a, size_b = _counts(a, b)
    return 2 * both / (size_a + size_b) if size_a + size_b else 1.0


def iou(a: NDArray[Any], b: NDArray[Any]) -> float:
    """|A and B| / |A or B| of the non-zero parts; 1 where both are empty."""
    both, size_a, size_b = _counts(a, b)
    union = size_a + size_b - both
    return both / union if union else 1.0


def box_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes x0, y0, x1, y1; 0 of one that is turned inside out."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    sides = [a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]]
    if min(wide, high, *sides) <= 0:
        return 0.0
    both = wide * high
    return both / (sides[0] * sides[1] + sides[2] * sides[3] - both)


@dataclass(frozen=True)
class InstanceScore:
    """`f1` = TP / (TP + FP/2 + FN/2); `quality`: mean IoU of the matched pairs, 0 where none matched;
    `panoptic` = f1 * quality (Kirillov et al. 2019, Panoptic Segmentation)."""

    f1: float
    quality: float
    panoptic: float
    matched: int
    predicted: int
    true: int


def instances(predicted: NDArray[Any], true: NDArray[Any], threshold: float = 0.5) -> InstanceScore:
    """Objects of two label maps (0 = background) matched where their IoU exceeds `threshold`.

    From 0.5 up an object can match only one other, so that no assignment has to be solved: a lower `threshold` is
    refused with ValueError.
    """
    if threshold < 0.5:
        raise ValueError(f"threshold {threshold} is below 0.5: a match would not be unique")
    if predicted.shape != true.shape:
        raise ValueError(f"label maps of two grids cannot be compared: {predicted.shape} and {true.shape}")
    _, p = np.unique(np.append(predicted.ravel(), 0), return_inverse=True)
    _, t = np.unique(np.append(true.ravel(), 0), return_inverse=True)
    n_p, n_t = int(p.max()), int(t.max())
    table = np.bincount(p[:-1] * (n_t + 1) + t[:-1], minlength=(n_p + 1) * (n_t + 1)).reshape(n_p + 1, n_t + 1)
    union = table.sum(1, keepdims=True) + table.sum(0, keepdims=True) - table
    overlap = table[1:, 1:] / np.maximum(union[1:, 1:], 1)
    hits = overlap[overlap > threshold]
    f1 = 2 * len(hits) / (n_p + n_t) if n_p + n_t else 1.0
    quality = float(hits.mean()) if len(hits) else float(n_p + n_t == 0)
    return InstanceScore(f1, quality, f1 * quality, len(hits), n_p, n_t)
