"""The marks of a picture: where it has structure, and short codes of what lies there.

A mark is a SIFT keypoint (Lowe, IJCV 60, 2004) of the picture with even contrast, so it stays where it is when the
picture is cut, resized, turned, saved with loss, windowed or its intensity rescaled. Mirrored or with black and white
exchanged, its description is the same numbers in another order: of these one is taken by rule, which makes a code
(signs along the main axes of such descriptions, as in locality-sensitive hashing) the same for all of them.
"""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

MOST = 320  # marks of one picture
SIDE = 224  # pixels of the longer side of the copy that is looked at
LEAST = 12  # marks below which a picture is too plain to be told from another
BITS = 32
SURE = 24  # the bits among which the doubtful one is looked for: codes are cut to no fewer
_EVEN = 12.0  # pixels over which contrast is made even
_FAINT = 8.0  # grey levels: what varies less than this stays flat
_ROUNDED = 1e-4  # of the largest value: what differs by less was made by rounding while the picture was enlarged
_CAP = 0.02  # of all pixels: no more of one grey level count in equalising, so that a black ground counts little

Order = NDArray[np.int64]
_CELLS = np.arange(128).reshape(4, 4, 8)  # rows, columns, directions of a description
MIRRORED: Order = _CELLS[::-1][:, :, [0, 7, 6, 5, 4, 3, 2, 1]].reshape(-1)
INVERTED: Order = _CELLS[::-1, ::-1].reshape(-1)
# whether black and white are exchanged, and the order of the numbers
ORDERS: tuple[tuple[bool, Order], ...] = (
    (False, np.arange(128)), (False, MIRRORED), (True, INVERTED), (True, MIRRORED[INVERTED]),
)  # fmt: skip


class Marks(NamedTuple):
    """`places`: (n, 2), x and y in pixels of the small copy. `cells`: (n, 128), SIFT's own numbers, which are whole and
    under 256. `codes`: (n,), 32 bits. `doubts`: (n,), the number of the bit that is the least sure."""

    places: NDArray[np.float32]
    cells: NDArray[np.uint8]
    codes: NDArray[np.uint32]
    doubts: NDArray[np.uint8]

    @property
    def described(self) -> NDArray[np.float32]:
        """(n, 128), each of length 1."""
        return _rooted(self.cells)

    @property
    def plain(self) -> bool:
        """Too few marks to tell this picture from another."""
        return len(self.codes) < LEAST


def small(picture: NDArray[np.generic]) -> NDArray[np.uint8]:
    """The picture (rows, columns[, 3]) in grey, its longer side SIDE pixels, as 8 bits. Pixels without a value are the
    least; what is stored in more than 8 bits is cut at its outermost 0.2%."""
    values = np.asarray(picture, np.float32)
    if not np.isfinite(values.sum(dtype=np.float64)):
        values = np.nan_to_num(values, nan=float(np.nanmin(values, initial=0.0)), posinf=0.0, neginf=0.0)
    values = values[..., :3].mean(axis=-1) if values.ndim == 3 else values
    rows, columns = values.shape
    scale = SIDE / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    shrinks = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    values = np.asarray(cv2.resize(values, size, interpolation=shrinks), np.float32)
    wide = np.asarray(picture).dtype.itemsize > 1
    low, high = np.percentile(values, (0.2, 99.8)) if wide else (values.min(), values.max())
    spread = max(float(high - low), _ROUNDED * float(np.abs(values).max()), 1e-6)
    return np.asarray(np.clip((values - low) * (255 / spread), 0, 255), np.uint8)


def evened(copy: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A small copy with even contrast: what remains when brightness, gamma and window are taken away."""
    counts = np.bincount(copy.ravel(), minlength=256).astype(float)
    counts = np.minimum(counts, counts.sum() * _CAP)
    levels = (255 * (np.cumsum(counts) - counts / 2) / counts.sum()).astype(np.float32)[copy]
    rest = levels - cv2.GaussianBlur(levels, (0, 0), _EVEN)
    spread = np.sqrt(cv2.GaussianBlur(rest * rest, (0, 0), _EVEN))
    return np.asarray(np.clip(128 + 40 * rest / (spread + _FAINT), 0, 255), np.uint8)


def marks(copy: NDArray[np.uint8]) -> Marks:
    """The marks of a small copy; fewer where it is plain."""
    places, found = _found(evened(copy))
    middle, axes = _axes()
    along = (_canonical(_rooted(found)) - middle) @ axes
    powers = (np.uint64(1) << np.arange(BITS, dtype=np.uint64)).astype(np.uint64)
    codes = ((along > 0) * powers).sum(axis=1).astype(np.uint32)
    return Marks(places, found, codes, np.abs(along[:, :SURE]).argmin(axis=1).astype(np.uint8))


def _found(even: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    points, found = _sift().detectAndCompute(even, None)
    if found is None or not len(found):
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8)
    points, found = points[:MOST], found[:MOST]  # OpenCV may give one or two more where they tie
    return np.array([point.pt for point in points], np.float32), found.astype(np.uint8)


def _rooted(cells: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Descriptions as they are compared (RootSIFT: Arandjelovic and Zisserman, CVPR 2012)."""
    found = cells.astype(np.float32)
    return np.asarray(np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-6)), np.float32)


@lru_cache(maxsize=1)
def _sift() -> cv2.SIFT:
    return cv2.SIFT.create(MOST, contrastThreshold=0.02, edgeThreshold=15)


def _canonical(described: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each description in that of its four orders whose first rows and first columns weigh more."""
    cells = described.reshape(-1, 4, 4, 8) ** 2
    below = cells[:, :2].sum(axis=(1, 2, 3)) < cells[:, 2:].sum(axis=(1, 2, 3))
    described = np.where(below[:, None], described[:, MIRRORED], described)
    cells = described.reshape(-1, 4, 4, 8) ** 2
    right = cells[:, :, :2].sum(axis=(1, 2, 3)) < cells[:, :, 2:].sum(axis=(1, 2, 3))
    return np.asarray(np.where(right[:, None], described[:, INVERTED[MIRRORED]], described), np.float32)


@lru_cache(maxsize=1)
def _axes() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mean of descriptions, and BITS mixed main axes of them: those of clouds (noise of the spectrum 1/f), which
    are about those of any picture, so that codes depend on no data."""
    rng = np.random.default_rng(0)
    across = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.rfftfreq(SIDE), indexing="ij"))
    across[0, 0] = np.inf
    found = []
    for _ in range(12):
        cloud = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(SIDE, SIDE))) / across, s=(SIDE, SIDE))
        found.append(_canonical(_rooted(_found(evened(small(cloud)))[1])))
    every = np.concatenate(found)
    _, axes = np.linalg.eigh(np.cov(every.T))
    mixed, _ = np.linalg.qr(rng.normal(size=(BITS, BITS)))
    return np.asarray(every.mean(axis=0), np.float32), np.asarray(axes[:, -BITS:] @ mixed, np.float32)
