"""What of a picture or volume is not background: what stands out of an even, dark border."""

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

if TYPE_CHECKING:
    from transforms.audit.base import Case

DARK_BORDER = ("CT", "MR", "PT", "NM", "CR", "DX", "MG", "OP")  # the background of these is dark
SHARE = (0.1, 0.95)  # of a picture that is background; with less or more nothing tells what is outside
APART = 4.0  # deviations of the background between it and what is not
SIDE = 256  # pixels a side on which a background is looked for


def body(case: "Case") -> NDArray[np.bool_] | None:
    """True where there is body; None where the modality or the picture has no background to tell it from."""
    pixels, code = case.pixels, case.record.modality.code
    if pixels is None or code not in DARK_BORDER or case.record.kind not in ("image", "volume"):
        return None
    grey = np.asarray(pixels.array, np.float32)
    grey = grey.max(axis=-1) if grey.ndim > len(case.record.geometry.shape) else grey
    if grey.ndim == 2:
        return _inside(grey)
    slices = [_inside(grey[..., k]) for k in range(grey.shape[2])]
    if all(one is None for one in slices):
        return None
    return np.stack([np.ones(grey.shape[:2], bool) if one is None else one for one in slices], axis=2)


def _inside(plane: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Everything but the even dark that reaches the border; None where no such dark stands out."""
    scale = min(1.0, SIDE / max(plane.shape))
    small = np.asarray(cv2.resize(np.nan_to_num(plane), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    if small.min() == small.max():
        return None
    dark = small < float(threshold_otsu(small))
    pieces, _ = ndimage.label(dark)
    edge = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    background = np.isin(pieces, edge[edge > 0])
    if not SHARE[0] <= background.mean() <= SHARE[1]:
        return None
    within, without = small[~background], small[background]
    if within.mean() - without.mean() < APART * max(float(without.std()), 1e-6):
        return None
    filled = np.asarray(ndimage.binary_fill_holes(~background))
    size = (plane.shape[1], plane.shape[0])
    return np.asarray(cv2.resize(filled.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)
