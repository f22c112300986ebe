"""Ways to call trained models, one a file: see base.py for what makes one."""

from typing import cast

from transforms import plugins
from transforms.regions.adapters.base import Adapter


def names() -> tuple[str, ...]:
    """What the adapters are called, sorted."""
    return plugins.names(__name__)


def adapter(name: str) -> Adapter:
    """One adapter; the others are not imported. Raises KeyError that lists what there is."""
    return cast(Adapter, plugins.module(__name__, name))
