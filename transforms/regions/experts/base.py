"""What an expert is: a segmenter in a file of its own in this folder, registered by existing.

Module constants: NAME (the file's name), VERSION (raise it when the output changes: rows are keyed by it), MODALITIES
(codes of the modality
concepts it may be run on), PRODUCES (slugs of the concepts it can return), NOTE (what it is, and is not).
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from transforms.media.pixels import Pixels


@dataclass(frozen=True)
class Segment:
    """One concept found. `mask` lies on the spatial axes of the pixels' array: bool, or with `instances` an int map
    whose values 1..n are the objects. `score` is the expert's own confidence in 0..1, None where it has none."""

    concept: str
    mask: NDArray[Any]
    instances: bool = False
    score: float | None = None

    def __post_init__(self) -> None:
        wanted = np.integer if self.instances else np.bool_
        if not np.issubdtype(self.mask.dtype, wanted):
            raise ValueError(f"{self.concept}: the mask is {self.mask.dtype}, expected {wanted.__name__}")


class Expert(Protocol):
    """The interface of an expert module."""

    NAME: str
    VERSION: str
    MODALITIES: tuple[str, ...]
    PRODUCES: tuple[str, ...]
    NOTE: str

    def unavailable(self) -> str | None:
        """Why it cannot run here (what is missing, and the next action), or None."""

    def segment(self, pixels: Pixels) -> list[Segment]:
        """What it finds; empty where it finds nothing that it would vouch for, never an empty mask.
        Raises ValueError for pixels that it cannot be run on (unit, number of axes, spacing)."""
