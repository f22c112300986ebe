"""Expert segmenters: one a file (base.py), and those that cards in the folder of models declare (_declared.py)."""

from typing import Any, cast

from schemas import Weights
from transforms import plugins
from transforms.regions.adapters.base import ModelError
from transforms.regions.experts import _declared
from transforms.regions.experts._asked import Asked, Filed
from transforms.regions.experts._weights import folder as models_folder
from transforms.regions.experts.base import Expert

__all__ = ["Asked", "expert", "experts", "listing", "models_folder", "names", "weights_of"]


def experts() -> dict[str, Expert]:
    """Every expert of a file here by name, sorted, those that cannot run here included."""
    return {name: cast(Expert, module) for name, module in plugins.modules(__name__).items()}


def names() -> tuple[str, ...]:
    """What a recipe may name: the files here, and the cards in the folder of models."""
    return tuple(sorted({*plugins.names(__name__), *_declared.names()}))


def expert(name: str) -> Asked:
    """One expert. A card cannot take the name of a file here. Raises KeyError that lists what there is, and ModelError
    for a card at fault."""
    if name not in plugins.names(__name__) and name in _declared.names():  # a file here costs no look at the folder
        return _declared.declared(name)
    return Filed(plugins.module(__name__, name))


def weights_of(name: str) -> Weights | None:
    """The packages that carry the weights of an expert of a file here; None of any other."""
    if name not in plugins.names(__name__):
        return None
    found: Weights | None = getattr(plugins.module(__name__, name), "WEIGHTS", None)
    return found


def listing() -> list[dict[str, Any]]:
    """A row for each expert, as `triptych experts` shows it; `reason` says why one is not available."""
    return [_row(name) for name in names()]


def _row(name: str) -> dict[str, Any]:
    try:
        found = expert(name)
    except ModelError as error:
        empty: dict[str, Any] = {"version": "", "kind": "model", "modalities": [], "produces": [], "note": ""}
        return {"name": name, **empty, "revision": None, "available": False, "reason": str(error)}
    reason = found.unavailable()
    return {
        "name": name, "version": found.version, "kind": found.kind, "modalities": list(found.modalities),
        "produces": list(found.produces), "note": found.note, "revision": found.revision(),
        "available": reason is None, "reason": reason,
    }  # fmt: skip
