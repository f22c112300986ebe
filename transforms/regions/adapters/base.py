"""What an adapter is: a file of this folder that knows how models of one kind are loaded and called.

Module constants: NEEDS (module to import -> how to get it), PROMPTED (it draws what it is pointed at, and finds nothing
by itself). Nothing of NEEDS is imported before `load`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from schemas import Model, ModelCard
from schemas.faults import said
from transforms.media.pixels import Pixels
from transforms.regions.segments import Found, Prompt

Given = TypeVar("Given", bound=Model)


class ModelError(ValueError):
    """A model that cannot be used as its card says, or that gave what is no answer."""


Segmenter = Callable[[Pixels, Sequence[Prompt]], list[Found]]
"""A loaded model. Raises ModelError, or ValueError for pixels that it cannot be run on."""


class Adapter(Protocol):
    """The interface of an adapter module."""

    NEEDS: dict[str, str]
    PROMPTED: bool

    def check(self, card: ModelCard, weights: Path) -> None:
        """Raises ModelError, which names the card's key, where what lies there cannot be a model of the card. Nothing
        is loaded: this is asked before any record is read."""

    def load(self, card: ModelCard, weights: Path) -> Segmenter:
        """The model of a card, its weights in memory. Raises ModelError that names the card's key."""


def one_file(weights: Path) -> None:
    """Raises ModelError for a folder."""
    if weights.is_dir():
        raise ModelError(f"weights: {weights.name} is a folder; name the file in it")


def options(card: ModelCard, wanted: type[Given]) -> Given:
    """A card's `options` as its adapter takes them. Raises ModelError that names the key."""
    try:
        return wanted.model_validate(card.options)
    except ValidationError as error:
        key, what = said(wanted, error)
        raise ModelError(f"options.{key}: {what}") from error


def device() -> str:
    """Where torch is to run: the first GPU where there is one. Else on one thread: workers are as many as cores, and
    sums do not depend on how many there are."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    torch.set_num_threads(1)
    return "cpu"


def concepts(card: ModelCard, known: dict[Any, str] | None = None) -> dict[int, str]:
    """Value -> concept slug. `known`: value -> what the model's own package calls it, for labels given by name.
    Raises ModelError for a name that is not known."""
    values = {name: value for value, name in (known or {}).items()}
    found: dict[int, str] = {}
    for label, slug in card.output.labels.items():
        value = label if isinstance(label, int) else values.get(label)
        if value is None or (known is not None and value not in known):
            there = ", ".join(f"{v}: {n}" for v, n in list((known or {}).items())[:20]) or "numbers only"
            raise ModelError(f"output.labels.{label}: the model has no such label; there are {there}")
        found[int(value)] = slug
    if not found:
        raise ModelError("output.labels: empty; say which concept a channel or a value stands for")
    return found
