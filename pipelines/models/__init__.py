"""Language models: one backend a file, registered by existing (base.py says what makes one)."""

from functools import cache
from typing import Any, cast

from pipelines.models.base import Backend, LanguageModel, ModelAwayError
from schemas import ModelSpec
from transforms import plugins


def backend(name: str) -> Backend:
    """One backend; the others are not imported. Raises KeyError that lists what there is."""
    return cast(Backend, plugins.module(__name__, name))


def connected(spec: ModelSpec) -> LanguageModel:
    """The model of a recipe, loaded once in a process. Raises ModelAwayError that says what is missing."""
    return _connected(spec.to_json())


@cache
def _connected(spec: str) -> LanguageModel:
    chosen = ModelSpec.model_validate_json(spec)
    if (reason := backend(chosen.backend).unavailable()) is not None:
        raise ModelAwayError(f"text.model.backend: {chosen.backend} cannot run here: {reason}")
    return backend(chosen.backend).connect(chosen)


def listing() -> list[dict[str, Any]]:
    """A row for each backend, as `triptych experts` shows it; `reason` says why one cannot run here."""
    found = [backend(name) for name in plugins.names(__name__)]
    reasons = {one.NAME: one.unavailable() for one in found}
    return [{"name": one.NAME, "note": one.NOTE, "available": reasons[one.NAME] is None, "reason": reasons[one.NAME]}
            for one in found]  # fmt: skip
