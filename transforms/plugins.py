"""Plug-ins: a module in the right folder is registered by existing."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def names(package: str) -> tuple[str, ...]:
    """What the public modules of a package are called, sorted; none of them is imported. A name that starts with "_" or
    is "base" is not a plug-in."""
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return tuple(sorted(info.name for info in found if not info.name.startswith("_") and info.name != "base"))


@cache
def modules(package: str) -> dict[str, ModuleType]:
    """The plug-ins of a package by name."""
    return {name: importlib.import_module(f"{package}.{name}") for name in names(package)}


def module(package: str, name: str) -> ModuleType:
    """One plug-in; the others are not imported. Raises KeyError that lists what there is."""
    if name not in names(package):
        raise KeyError(f"no {name!r} in {package.replace('.', '/')}/: there are {', '.join(names(package))}")
    return importlib.import_module(f"{package}.{name}")
