"""Outlines from pictures in which a line was drawn around something."""

import io
import math
from pathlib import Path

import cv2
import numpy as np

from connectors import archives, base
from connectors.base import Unreadable
from connectors.shapes import ovals
from raw import picture, streams

FEWEST = 5  # points that say where an ellipse lies
FAR = 3.0  # pixels from the ellipse to the line: a drawn line has a width, and its ends may be off
MOST = 0.95  # of the line's pixels that must be as near as that


def ellipse_along(root: Path, path: str, data: bytes | None, at_least: float) -> tuple[tuple[float, float], ...]:
    """The outline of the ellipse that the pixels of `at_least` or above lie along, also where the picture cuts it off;
    nothing when there are none. The fit is the direct least squares of A. Fitzgibbon, M. Pilu and R. Fisher (1999),
    by OpenCV. `data`: the file's bytes, where they are at hand. Raises Unreadable when what is drawn is no such
    line."""
    if data is None:
        uri, member = archives.split(root, path)
        with base.open_file(root, uri, member) as file:
            data = streams.all_of(path, file)
    with picture.opened(path, io.BytesIO(data)) as image:
        rows, columns = np.nonzero(np.asarray(image.convert("L")) >= at_least)
    if not rows.size:
        return ()
    if rows.size < FEWEST:
        raise Unreadable(path, f"{rows.size} pixels are drawn, too few for the line of an ellipse")
    points = np.stack([columns + 0.5, rows + 0.5], axis=1)
    (x, y), (width, height), degrees = cv2.fitEllipseDirect(points.astype(np.float32))
    a, b, angle = width / 2, height / 2, math.radians(degrees)
    if not all(map(math.isfinite, (x, y, a, b))) or min(a, b) < 1:
        raise Unreadable(path, "what is drawn is not the line of an ellipse")
    dx, dy = points[:, 0] - x, points[:, 1] - y
    u, v = dx * math.cos(angle) + dy * math.sin(angle), dy * math.cos(angle) - dx * math.sin(angle)
    off = np.abs(np.hypot(u / a, v / b) - 1) * min(a, b)
    if float(np.quantile(off, MOST)) > FAR:
        raise Unreadable(path, f"what is drawn is not the line of an ellipse: parts are {off.max():.0f} pixels off")
    return tuple(ovals.ring(x, y, a, b, angle))
