"""What an expert is: a segmenter in a file of its own in this folder, registered by existing, or a model that a card in
the folder of models declares (_declared.py).

Module constants: NAME (the file's name), VERSION (raise it when the output changes: rows are keyed by it), KIND (rule,
or model: a trained one, whose regions carry the weights' sha256 and a reliability), MODALITIES (codes of the modality
concepts it may be run on), PRODUCES (slugs of the concepts it can return), NOTE (what it is, and is not).
"""

from typing import Literal, Protocol

from transforms.media.pixels import Pixels
from transforms.regions.segments import Segment

__all__ = ["Expert", "Segment"]


class Expert(Protocol):
    """The interface of an expert module."""

    NAME: str
    VERSION: str
    KIND: Literal["rule", "model"]
    MODALITIES: tuple[str, ...]
    PRODUCES: tuple[str, ...]
    NOTE: str

    def unavailable(self) -> str | None:
        """Why it cannot run here (what is missing, and the next action), or None."""

    def segment(self, pixels: Pixels) -> list[Segment]:
        """What it finds; empty where it finds nothing that it would vouch for, never an empty mask.
        Raises ValueError for pixels that it cannot be run on (unit, number of axes, spacing)."""
