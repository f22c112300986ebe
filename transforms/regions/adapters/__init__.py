"""Ways to call trained models, one a file: see base.py for what makes one."""

import importlib.util
from typing import cast

from transforms import plugins
from transforms.regions.adapters.base import Adapter


def names() -> tuple[str, ...]:
    """What the adapters are called, sorted."""
    return plugins.names(__name__)


def lacking(name: str) -> str | None:
    """What is not installed that an adapter needs, and how to get it; None where all is."""
    needs = adapter(name).NEEDS
    missing = [how for module, how in needs.items() if importlib.util.find_spec(module) is None]
    return f"not installed: {'; '.join(missing)}" if missing else None


def adapter(name: str) -> Adapter:
    """One adapter; the others are not imported. Raises KeyError that lists what there is."""
    return cast(Adapter, plugins.module(__name__, name))
