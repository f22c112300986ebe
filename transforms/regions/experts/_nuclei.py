"""What the two experts on nuclei share: from an image of how nuclear each pixel is to one label an object."""

import cc3d
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.segmentation import relabel_sequential, watershed

GLOBAL_SHARE = 0.8  # of Otsu's threshold: dim nuclei are kept, and the local mean decides at their edge
LOCAL_SHARE = 1.1
LOCAL_SIDE = 1.8  # nuclei across over which the local mean runs
NECK = 0.08  # blur of the distance, in nuclei across
SMALLEST = 0.07  # least area, in squares of a nucleus's width
WIDTHS_PX = (8.0, 80.0)  # widths of a nucleus that are believed
# Gap of the two means over the ground's spread: 2.65 for Gaussian noise cut at its mean, sqrt(12) for an even ramp.
LEAST_CONTRAST = 3.5


def find(image: NDArray[np.float32]) -> NDArray[np.int32]:
    """Labels 1..n of the bright nuclei of `image` (rows, columns); all 0 where no two levels stand out.

    A pixel counts when it is above a share of Otsu's threshold and of the mean around it. All lengths follow the
    width of the nuclei, which is estimated from the picture: 6 times the mean distance to the outline, as for a disc.
    """
    blank = np.zeros(image.shape, np.int32)
    smooth = np.asarray(cv2.GaussianBlur(image, (0, 0), 1.0), np.float32)
    smooth = smooth - smooth.min()
    if float(smooth.max()) == 0:
        return blank
    level = float(threshold_otsu(smooth))
    bright = smooth > level
    gap = float(smooth[bright].mean() - smooth[~bright].mean())
    if gap < LEAST_CONTRAST * float(smooth[~bright].std()):
        return blank
    rough = tidy(bright, 20)
    if not rough.any():
        return blank
    depth = cv2.distanceTransform(rough.astype(np.uint8), cv2.DIST_L2, 5)
    width = float(np.clip(6 * depth[rough].mean(), *WIDTHS_PX))
    smallest = int(SMALLEST * width**2)
    mask = (smooth > GLOBAL_SHARE * level) & (smooth > LOCAL_SHARE * local_mean(smooth, LOCAL_SIDE * width))
    return split(tidy(mask, smallest), NECK * width, smallest)


def split(mask: NDArray[np.bool_], smooth: float, smallest: int) -> NDArray[np.int32]:
    """Touching objects of a 2-D mask parted at their necks: the watershed of the distance to the outline, from its
    peaks. `smooth`: sigma in pixels that the distance is blurred by, and half the least distance of two peaks.
    Objects below `smallest` pixels go. Labels run 1..n."""
    depth = cv2.GaussianBlur(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5), (0, 0), smooth)
    reach = 2 * int(2 * smooth) + 1
    top = cv2.dilate(depth, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    peaks = (depth >= top) & mask & (depth > 1)
    markers = cc3d.connected_components(peaks, connectivity=8)
    basins = watershed(-depth, markers.astype(np.int32), mask=mask)
    labels = np.asarray(basins, np.int32)
    counts = np.bincount(labels.ravel())
    labels[counts[labels] < smallest] = 0
    return np.asarray(relabel_sequential(labels)[0], np.int32)


def tidy(mask: NDArray[np.bool_], smallest: int) -> NDArray[np.bool_]:
    """Holes filled, specks and single-pixel bridges gone."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    return np.asarray(cc3d.dust(ndimage.binary_fill_holes(opened), threshold=smallest, connectivity=4), bool)


def local_mean(image: NDArray[np.float32], side: float) -> NDArray[np.float32]:
    """The mean around each pixel, over about `side` pixels."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), side / 4), np.float32)
