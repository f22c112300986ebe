"""What a segmenter finds on a record, and what it may be pointed at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Segment:
    """One concept found. `mask` lies on the spatial axes of the pixels' array: bool, or with `instances` an int map
    whose values 1..n are the objects. `score` is the expert's own confidence in 0..1, None where it has none. `prompt`:
    the key of the region that it was pointed at."""

    concept: str
    mask: NDArray[Any]
    instances: bool = False
    score: float | None = None
    prompt: str | None = None

    def __post_init__(self) -> None:
        wanted = np.integer if self.instances else np.bool_
        if not np.issubdtype(self.mask.dtype, wanted):
            raise ValueError(f"{self.concept}: the mask is {self.mask.dtype}, expected {wanted.__name__}")


@dataclass(frozen=True)
class Box:
    """One thing found on a picture, and no more known than where: x0, y0, x1, y1 in pixels, half-open."""

    concept: str
    xyxy: tuple[float, float, float, float]
    score: float | None = None


Found = Segment | Box


@dataclass(frozen=True)
class Prompt:
    """What a model is pointed at on a picture: a box (x0, y0, x1, y1) in pixels, half-open, or points (x, y).
    `region`: the key of the region that it is."""

    region: str
    concept: str
    box: tuple[float, float, float, float] | None = None
    points: tuple[tuple[float, float], ...] = ()
