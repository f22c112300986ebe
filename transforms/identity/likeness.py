"""One picture laid on another and compared, place by place: what makes a candidate an edge.

Marks that are each other's nearest give an affine map (RANSAC), the pictures themselves sharpen it (ECC: Evangelidis
and Psarakis, PAMI 30, 2008). Then the finer of the two is brought to the coarser, one's grey levels to the other's, and
what is fine in both is correlated in each block that has structure. Two pictures of one thing agree nearly everywhere;
two slices that lie side by side, or two people, agree in places.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.identity.marks import ORDERS, Marks, marks, small

LEAST_INLIERS = 8
NEAR = 3.0  # pixels by which a mark may miss its place
_MATCH = 0.85  # cosine of two descriptions
_STRETCH = 5.0  # times larger or smaller along an axis
_FINE, _COARSE = 1.0, 6.0  # pixels: the band in which pictures are compared
BLOCK = 24  # pixels
LEAST_BLOCKS = 6
_STRUCTURE = 0.05  # of the picture's mean variance in the band: blocks with less say nothing
_FAINT = 3.0  # times what the band has in the middle: what is stronger is an edge, such as of a mask that scans share
_SHOWN, _THERE = 0.6, 0.3  # of a block's pixels: those that count where all are looked at, and where edges are left out
_HOPE = 0.25  # `typical` below which no sharpening makes two pictures one
_LEVELS = 64
Map = NDArray[np.float64]  # (2, 3): x, y, 1 of one small copy to x, y of the other


class Looked(NamedTuple):
    """A picture as it is compared: its small copy and the marks of it."""

    copy: NDArray[np.uint8]
    marks: Marks

    @classmethod
    def of(cls, picture: NDArray[np.generic]) -> "Looked":
        """From a picture (rows, columns[, 3]) of any type."""
        copy = small(picture)
        return cls(copy, marks(copy))


class Likeness(NamedTuple):
    """`typical`, `least`: the median and the lower fifth of the blocks' correlations; `busy`: the lower tenth among the
    half of them that have most structure, of which a copy loses nothing. `faint`: the median where strong edges are
    left out: two people behind one mask, or in one field of view, share these and nothing else; 1 where nothing is
    left to compare. `blocks`: how many were compared.
    `overlap`: the share of the coarser picture on which the other lies. `inliers`: marks that agree on `place`, which
    leads from the one small copy to the other. `inverted`: black and white are exchanged."""

    typical: float
    least: float
    busy: float
    faint: float
    blocks: int
    overlap: float
    inliers: int
    place: Map
    inverted: bool


def likeness(one: Looked, other: Looked) -> Likeness | None:
    """How alike two pictures are where one lies on the other; None where no map leads from one to the other."""
    found = _registered(one.marks, other.marks)
    if found is None:
        return None
    inliers, place, inverted = found
    there = 255 - other.copy if inverted else other.copy
    told = _compared(one.copy, there, place)
    if told is not None and told[0] > _HOPE:
        place = _sharpened(one.copy, there, place)
        told = _compared(one.copy, there, place)
    return None if told is None else Likeness(*told, inliers, place, inverted)


def _registered(one: Marks, other: Marks) -> tuple[int, Map, bool] | None:
    """Inliers, map and whether black and white are exchanged, by the order of numbers under which most marks match."""
    if min(len(one.codes), len(other.codes)) < LEAST_INLIERS:
        return None
    mine, yours = one.described, other.described.T
    found = sorted((_matched(mine[:, order], yours, inverted) for inverted, order in ORDERS), key=lambda each: -each[0])
    best: tuple[int, Map, bool] | None = None
    for count, inverted, here, there in found[:2]:
        if count < max(LEAST_INLIERS, best[0] if best else 0):
            break
        place, inside = cv2.estimateAffine2D(
            one.places[here], other.places[there], method=cv2.RANSAC, ransacReprojThreshold=NEAR, maxIters=2000
        )
        if place is None or not _lawful(place):
            continue
        agreeing = int(inside.sum())
        if agreeing >= LEAST_INLIERS and (best is None or agreeing > best[0]):
            best = agreeing, np.asarray(place), inverted
    return best


def _matched(
    one: NDArray[np.float32], other: NDArray[np.float32], inverted: bool
) -> tuple[int, bool, NDArray[np.intp], NDArray[np.intp]]:  # fmt: skip
    """How many marks are each other's nearest, and which: of descriptions in rows, and others in columns."""
    near = one @ other
    there, back = near.argmax(axis=1), near.argmax(axis=0)
    mine = np.flatnonzero((back[there] == np.arange(len(there))) & (near.max(axis=1) > _MATCH))
    return len(mine), inverted, mine, there[mine]


def _lawful(place: Map) -> bool:
    most, least = np.linalg.svd(place[:, :2], compute_uv=False)
    return bool(most < _STRETCH and least > 1 / _STRETCH)


class _Ground(NamedTuple):
    """The pixels of a picture that count, as weights, and what blurring would take from beside them."""

    inside: NDArray[np.float32]
    fine: NDArray[np.float32]
    coarse: NDArray[np.float32]

    @classmethod
    def of(cls, on: NDArray[np.bool_]) -> "_Ground":
        inside = on.astype(np.float32)
        return cls(inside, np.maximum(_blurred(inside, _FINE), 1e-3), np.maximum(_blurred(inside, _COARSE), 1e-3))


def _blurred(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def _banded(copy: NDArray[np.generic], on: _Ground | None = None) -> NDArray[np.float32]:
    """What is fine in a picture, but for noise. `on`: pixels that count; what lies beside them is not blurred in."""
    values = copy.astype(np.float32)
    if on is None:
        return np.asarray(_blurred(values, _FINE) - _blurred(values, _COARSE), np.float32)
    values *= on.inside
    return np.asarray(_blurred(values, _FINE) / on.fine - _blurred(values, _COARSE) / on.coarse, np.float32)


def _sharpened(one: NDArray[np.uint8], other: NDArray[np.uint8], place: Map) -> Map:
    """The map moved to where the pictures agree best; as it was where it does not settle, or runs away."""
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)
    try:
        _, moved = cv2.findTransformECC(
            _banded(one), _banded(other), place.astype(np.float32), cv2.MOTION_AFFINE, stop, None, 5
        )  # fmt: skip
    except cv2.error:  # it does not converge
        return place
    corners = np.array([[0, 0, 1], [one.shape[1], 0, 1], [0, one.shape[0], 1], [one.shape[1], one.shape[0], 1]])
    drift = np.abs(corners @ np.asarray(moved, float).T - corners @ place.T).max()
    return np.asarray(moved, float) if drift < 4 * NEAR and _lawful(moved) else place


def _compared(
    one: NDArray[np.uint8], other: NDArray[np.uint8], place: Map
) -> tuple[float, float, float, float, int, float] | None:  # fmt: skip
    scale = float(np.sqrt(abs(np.linalg.det(place[:, :2]))))
    if scale < 1:
        place, one, other, scale = cv2.invertAffineTransform(place), other, one, 1 / scale
    there = other.astype(np.float32)
    if scale > 1:
        there = cv2.GaussianBlur(there, (0, 0), max(0.5 * np.sqrt(scale**2 - 1), 1e-3))
    size, back = (one.shape[1], one.shape[0]), cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(there, place, size, flags=cv2.INTER_LINEAR | back)
    on = cv2.warpAffine(np.ones_like(there), place, size, flags=cv2.INTER_NEAREST | back) > 0.5
    on = cv2.erode(on.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=1) > 0
    here = one.astype(np.float32)
    if on.sum() < LEAST_BLOCKS * BLOCK**2 / 4:
        return None
    ground = _Ground.of(on)
    tries = [
        _blocks(_levelled(here, laid, on), laid, on, ground), _blocks(here, _levelled(laid, here, on), on, ground)
    ]  # fmt: skip
    told = [(*_quantiles(own, structure), faint, len(own), float(on.mean())) for own, structure, faint in tries
            if len(own) >= LEAST_BLOCKS]  # fmt: skip
    return max(told, key=lambda each: each[1]) if told else None


def _quantiles(own: NDArray[np.float32], structure: NDArray[np.float32]) -> tuple[float, float, float]:
    busy = own[np.argsort(-structure, kind="stable")[: max(LEAST_BLOCKS, len(own) // 2)]]
    return float(np.median(own)), float(np.percentile(own, 20)), float(np.percentile(busy, 10))


def _levelled(here: NDArray[np.float32], there: NDArray[np.float32], on: NDArray[np.bool_]) -> NDArray[np.float32]:
    """One picture in the grey levels of the other, each level as what lies there on the whole: gamma, windows go."""
    bins = np.linspace(0, 255, _LEVELS + 1)
    which = np.clip(np.digitize(here[on], bins) - 1, 0, _LEVELS - 1)
    counts = np.bincount(which, minlength=_LEVELS)
    sums = np.bincount(which, there[on], minlength=_LEVELS)
    known = np.flatnonzero(counts >= 16)
    if len(known) < 2:
        return here
    centres = (bins[:-1] + bins[1:]) / 2
    return np.interp(here, centres[known], sums[known] / counts[known]).astype(np.float32)


def _blocks(
    here: NDArray[np.float32], there: NDArray[np.float32], on: NDArray[np.bool_], ground: _Ground
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """The correlations of blocks with structure in either picture, how much of it both have, and the median of those
    correlations where strong edges are left out."""
    a, b = _banded(here, ground), _banded(there, ground)
    own, structure = _correlated(a, b, ground.inside, _SHOWN)
    faint, _ = _correlated(a, b, ground.inside * _fainter(a, on) * _fainter(b, on), _THERE)
    return own, structure, float(np.median(faint)) if len(faint) >= LEAST_BLOCKS else 1.0


def _fainter(band: NDArray[np.float32], on: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """1 where nothing strong is beside."""
    strength = np.abs(band)
    seen = strength[on & (strength > 0.5)]  # of a grey level: the ground is no texture
    weak = strength < _FAINT * (np.median(seen) if len(seen) else 1)
    return np.asarray(cv2.erode(weak.astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)


def _correlated(
    a: NDArray[np.float32], b: NDArray[np.float32], inside: NDArray[np.float32], least: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The correlations of blocks with structure in either, and how much both have. `inside`: weights of pixels; a block
    counts where they come to more than `least` of it."""
    share = np.maximum(cv2.boxFilter(inside, -1, (BLOCK, BLOCK)), 1e-6)

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.boxFilter(values * inside, -1, (BLOCK, BLOCK)) / share, np.float32)

    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    both = (mean(a * b) - mean_a * mean_b) / np.sqrt(np.maximum(var_a * var_b, 1e-9))
    on = inside > 0
    busy = (var_a > _STRUCTURE * var_a[on].mean()) | (var_b > _STRUCTURE * var_b[on].mean()) if on.any() else on
    chosen = np.zeros_like(on)
    chosen[BLOCK // 4 :: BLOCK // 2, BLOCK // 4 :: BLOCK // 2] = True
    chosen &= busy & (share > least)
    return np.asarray(both[chosen], np.float32), np.asarray((np.maximum(var_a, 0) * np.maximum(var_b, 0))[chosen])
