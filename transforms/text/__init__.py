"""Describing a scene: one backend a file in backends/, registered by existing."""

from types import ModuleType
from typing import Any

from schemas import Description, LabelSpace, Scene
from transforms import plugins
from transforms.text import altered

PACKAGE = "transforms.text.backends"


def writers() -> dict[str, ModuleType]:
    """The backends by name, sorted. Each has NAME, VERSION, `unavailable()` and `write(scene, space, params, seed)`."""
    return plugins.modules(PACKAGE)


def describe(scene: Scene, space: LabelSpace, backend: str, params: dict[str, Any], seed: int) -> Description:
    """The description of a scene, each assertion with the fact it comes from; same arguments, same text.

    Raises KeyError for an unknown backend, and RuntimeError for one that cannot run here, with the reason.
    """
    if scene.counterfactual is not None:
        return altered.describe(scene, seed)
    module = plugins.module(PACKAGE, backend)
    reason = module.unavailable()
    if reason:
        raise RuntimeError(f"text backend {backend!r} cannot run here: {reason}")
    description: Description = module.write(scene, space, params, seed)
    return description
