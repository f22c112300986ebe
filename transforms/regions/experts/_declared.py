"""Experts that are no file here: a card NAME.yaml in the folder of models declares one (schemas.ModelCard)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from schemas import Geometry, ModelCard, content_key
from schemas.faults import every, like
from transforms.media.pixels import Pixels
from transforms.media.regrid import regrid
from transforms.regions import adapters
from transforms.regions.adapters.base import ModelError, Segmenter
from transforms.regions.experts import _weights
from transforms.regions.segments import Found, Prompt


def names() -> tuple[str, ...]:
    """What the declared models are called, sorted: the cards' file names."""
    return tuple(sorted(path.stem for path in _weights.folder().glob("*.yaml")))


def declared(name: str) -> "Declared":
    """The model of a card. Raises ModelError that names the file, the key and the next action."""
    path = _weights.folder() / f"{name}.yaml"
    return _read(name, path, path.stat().st_mtime_ns)


@cache
def _read(name: str, path: Path, changed: int) -> "Declared":
    """A card is read once, unless its file changes: it is asked for with every record."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        card = ModelCard.model_validate(written)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{path}: no YAML that can be read: {str(error).splitlines()[0]}; correct it") from error
    except ValidationError as error:
        said = "; ".join(f"{key}: {what}" for key, what in every(ModelCard, error))
        raise ModelError(f"{path}: {said}; correct it") from error
    if card.adapter not in adapters.names():
        near = like(card.adapter, adapters.names())
        raise ModelError(f"{path}: adapter: no {card.adapter!r}{near}; there are {', '.join(adapters.names())}")
    return Declared(name, card, path)


class Declared:
    """A model of a card (`_asked.Asked`). Its version hashes the card and the weights."""

    kind: Literal["rule", "model"] = "model"

    def __init__(self, name: str, card: ModelCard, path: Path) -> None:
        self.name, self.card, self.path, self.note = name, card, path, card.note
        self.modalities, self.anatomy = card.modality, card.anatomy
        self.produces = tuple(sorted(set(card.output.labels.values())))
        self.prompted = adapters.adapter(card.adapter).PROMPTED
        self.gpus, self.memory_gb = card.gpus, card.memory_gb
        self.weights = path.parent / card.weights

    @property
    def version(self) -> str:
        return content_key("model", self.card.model_dump(mode="json"), self.revision())

    def revision(self) -> str | None:
        return _weights.sha256(self.weights) if self.weights.exists() else None

    def unavailable(self) -> str | None:
        """Also weights that cannot be those of the card: before any record is read."""
        if (absent := self._absent()) is not None:
            return absent
        try:
            adapters.adapter(self.card.adapter).check(self.card, self.weights)
        except ModelError as error:
            return f"{self.path}: {error}"
        return None

    def _absent(self) -> str | None:
        if (lacking := adapters.lacking(self.card.adapter)) is not None:
            return f"{self.path}: adapter {self.card.adapter}: {lacking}"
        found = self.revision()
        if found is None:
            return f"{self.path}: weights: {self.weights} is not there; copy the weights there, or correct the key"
        if self.card.sha256 not in (None, found):
            return f"{self.path}: sha256: the weights have {found}, not {self.card.sha256}; get the right ones"
        return None

    def flips(self, geometry: Geometry) -> tuple[int, ...]:
        order = regrid(geometry, self.card.input.orientation).order
        return tuple(order[axis] for axis in self.card.flips if axis < len(order))

    def segment(self, pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
        """What the model finds. Raises FileNotFoundError where it cannot run here, ModelError where it gave no answer,
        ValueError for pixels that it cannot be run on."""
        if (reason := self._absent()) is not None:
            raise FileNotFoundError(reason)
        try:
            adapters.adapter(self.card.adapter).check(self.card, self.weights)
            return _loaded(self.card.to_json(), self.weights, str(self.revision()))(pixels, prompts)
        except ModelError as error:
            raise ModelError(f"{self.path}: {error}") from error


@cache
def _loaded(card: str, weights: Path, revision: str) -> Segmenter:
    """A process loads a model once. `revision`: changed weights are others."""
    model = ModelCard.model_validate_json(card)
    return adapters.adapter(model.adapter).load(model, weights)
