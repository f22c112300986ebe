"""Plug-ins: a module in the right folder is registered by existing."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def modules(package: str) -> dict[str, ModuleType]:
    """The public modules of a package, by name, sorted. A name that starts with "_" or is "base" is not a plug-in."""
    root = importlib.import_module(package)
    names = sorted(
        info.name
        for info in pkgutil.iter_modules(root.__path__)
        if not info.name.startswith("_") and info.name != "base"
    )
    return {name: importlib.import_module(f"{package}.{name}") for name in names}


def module(package: str, name: str) -> ModuleType:
    """One plug-in. Raises KeyError that lists what there is."""
    found = modules(package)
    if name not in found:
        raise KeyError(f"no {name!r} in {package.replace('.', '/')}/: there are {', '.join(found)}")
    return found[name]
