"""An expert as a run asks it, whether a file here or a card in the folder of models makes it."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from schemas import Geometry
from transforms.media.pixels import Pixels
from transforms.regions.experts import _weights
from transforms.regions.segments import Found, Prompt


class Asked(Protocol):
    """`anatomy`: slugs; only records that show one of these, all where it is empty. `prompted`: it draws only what it
    is pointed at. `gpus`: the share of a device that one process takes; `memory_gb`: of main memory."""

    name: str
    kind: Literal["rule", "model"]
    modalities: tuple[str, ...]
    produces: tuple[str, ...]
    note: str
    anatomy: tuple[str, ...]
    prompted: bool
    gpus: float
    memory_gb: float | None

    @property
    def version(self) -> str:
        """What rows are keyed by."""

    def revision(self) -> str | None:
        """The sha256 of the weights; None of a rule, and where they are not there."""

    def unavailable(self) -> str | None:
        """Why it cannot run here (what is missing, and the next action), or None."""

    def flips(self, geometry: Geometry) -> tuple[int, ...]:
        """Axes of the array along which a mirrored picture is still one that it should know."""

    def segment(self, pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
        """What it finds; raises what the expert raises."""


class Filed:
    """An expert that is a file of this folder (base.py)."""

    anatomy: tuple[str, ...] = ()
    prompted = False
    gpus = 0.0
    memory_gb: float | None = None

    def __init__(self, module: Any) -> None:
        self.module = module
        self.name, self.version, self.note = str(module.NAME), str(module.VERSION), str(module.NOTE)
        self.kind: Literal["rule", "model"] = module.KIND
        self.modalities: tuple[str, ...] = module.MODALITIES
        self.produces: tuple[str, ...] = module.PRODUCES

    def revision(self) -> str | None:
        if self.kind == "rule" or self.unavailable() is not None:
            return None
        return _weights.sha256(self.module.weights())

    def unavailable(self) -> str | None:
        reason: str | None = self.module.unavailable()
        return reason

    def flips(self, geometry: Geometry) -> tuple[int, ...]:
        return ()

    def segment(self, pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
        return list(self.module.segment(pixels))
