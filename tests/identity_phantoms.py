"""Made-up scans with the texture that real ones have, to be rewritten and found again."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter


def scan(person: int, shape: tuple[int, int, int] = (96, 88, 24)) -> NDArray[np.int16]:
    """A body with lumps of its own, in values like HU; slices change as slices of a body do."""
    rng = np.random.default_rng([3, person])
    i, j, _ = np.mgrid[: shape[0], : shape[1], : shape[2]].astype(float)
    body = ((i - shape[0] / 2) / (0.45 * shape[0])) ** 2 + ((j - shape[1] / 2) / (0.42 * shape[1])) ** 2 < 1
    lumps = sum(size**1.5 * 40 * gaussian_filter(rng.normal(size=shape), (size, size, 2.5)) for size in (1.5, 3.0, 6.0))
    return np.where(body, 40 + 6 * lumps, -1000).astype(np.int16)


def picture(person: int) -> NDArray[np.uint8]:
    """A slice of a scan as a picture of 8 bits."""
    plane = scan(person, (160, 144, 6))[:, :, 3].astype(float)
    return (np.clip((plane + 400) / 800, 0, 1) * 255).astype(np.uint8)


def jpeg(image: NDArray[np.uint8], quality: int = 75) -> NDArray[np.uint8]:
    """A picture after lossy compression."""
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
