"""What is compared: a picture, or a volume as the slices that are cut of it along each of its axes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
MOST = 64  # slices along an axis: of a longer one so many, evenly spread


@dataclass(frozen=True)
class Thing:
    """`name`: what reports call it. `load`: its values, a picture (rows, columns[, 3]) or a volume (i, j, k).
    `spacing`: of a volume's voxels along i, j, k in mm as its header says; only its proportions matter.
    `subject`: who it is of, in a namespace that both sides of a comparison share; "" where nobody says."""

    name: str
    kind: Literal["picture", "volume"]
    load: Callable[[], Array]
    subject: str = ""
    spacing: tuple[float, float, float] | None = None


class Frame(NamedTuple):
    """A slice of a volume: the axis that it is cut across, and where along it, between two slices perhaps. A picture
    has one frame, of axis -1."""

    axis: int
    at: float


WHOLE = Frame(-1, 0.0)


def frames(kind: str, shape: tuple[int, ...]) -> Iterator[Frame]:
    """The frames by which a thing is found: MOST along each axis."""
    if kind == "picture":
        yield WHOLE
        return
    for axis in range(3):
        count = min(MOST, shape[axis])
        for index in np.linspace(0, shape[axis] - 1, count).round().astype(int):
            yield Frame(axis, float(index))


def cut(values: Array, frame: Frame, spacing: tuple[float, float, float] | None) -> Array:
    """The picture that a frame shows, its pixels square as far as the header tells. A place between two slices is their
    blend."""
    if frame.axis < 0:
        return values
    low = int(np.floor(frame.at))
    share = frame.at - low
    planes: Array = np.moveaxis(values, frame.axis, 0)
    plane: Array = planes[low]
    if share > 1e-6 and low + 1 < len(planes):
        plane = np.asarray((1 - share) * plane.astype(np.float32) + share * planes[low + 1].astype(np.float32))
    if spacing is None:
        return plane
    rows, columns = (spacing[axis] for axis in range(3) if axis != frame.axis)
    fine = min(rows, columns)
    size = (round(plane.shape[1] * columns / fine), round(plane.shape[0] * rows / fine))
    if size == plane.shape[::-1] or max(size) > 8 * max(plane.shape):
        return plane
    return np.asarray(cv2.resize(np.asarray(plane, np.float32), size, interpolation=cv2.INTER_LINEAR))
