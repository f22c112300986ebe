"""Pictures with outlines for pages: an image of its own width, regions in colours that colour-blind readers tell."""

import base64
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.shards.encode import png

# Okabe and Ito's palette; RGB.
PALETTE = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167))
WIDTH = 480


def outlined(image: NDArray[np.uint8], masks: Iterable[NDArray[np.bool_]]) -> str:
    """An image (rows, columns[, 3]) with the outline of each mask (rows, columns), as the base64 of a PNG."""
    canvas = np.ascontiguousarray(np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image)
    scale = WIDTH / canvas.shape[1]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = cv2.resize(canvas, None, fx=scale, fy=scale, interpolation=how)
    size = (canvas.shape[1], canvas.shape[0])
    for number, mask in enumerate(masks):
        small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        rings, _ = cv2.findContours(small, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(canvas, rings, -1, PALETTE[number % len(PALETTE)], 1, cv2.LINE_AA)
    return base64.b64encode(png(canvas)).decode()
