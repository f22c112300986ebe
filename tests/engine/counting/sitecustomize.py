"""Counts the work of a build from outside: a line "KIND UNIT PID" in the file COUNTED for every unit that is begun.

With COUNTED_MODELS, also for each network that is loaded ("load") and each record that is decoded ("decode").
On PYTHONPATH, so that each process of a build takes it up as it starts, Ray's and Beam's workers too.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

FILE = os.environ.get("COUNTED")


def note(kind: str, unit: str) -> None:
    """One small write in append mode, which no other process's write divides."""
    file = os.open(str(FILE), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{kind} {unit.replace(' ', '_')} {os.getpid()}\n".encode())
    os.close(file)


def _stages(module: ModuleType) -> None:
    real = module.advance

    def advance(ctx: Any, stage: Any, packet: Any) -> Any:
        if stage.NAME not in packet.done:
            note(stage.NAME, packet.record.key)
        return real(ctx, stage, packet)

    module.advance = advance  # type: ignore[attr-defined]


def _reading(module: ModuleType) -> None:
    real = module.SourceReader._one

    def one(self: Any, block: Any, key: str, item: Any) -> None:
        note("ingest", key)
        real(self, block, key, item)

    module.SourceReader._one = one


def _source(module: ModuleType) -> None:
    real = module.Source.pack

    def pack(self: Any, key: str, old: Any) -> Any:
        note("publish", key)
        return real(self, key, old)

    module.Source.pack = pack


def _models(module: ModuleType) -> None:
    real = module.load

    def load(card: Any, weights: Any) -> Any:
        note("load", weights.name)
        return real(card, weights)

    module.load = load  # type: ignore[attr-defined]


def _decoding(module: ModuleType) -> None:
    real = module.opened

    def opened(root: Any, record: Any, *more: Any) -> Any:
        note("decode", record.key)
        return real(root, record, *more)

    module.opened = opened  # type: ignore[attr-defined]


COUNTED: dict[str, Callable[[ModuleType], None]] = {
    "pipelines.stages": _stages, "pipelines.ingest.reading": _reading, "pipelines.publish.source": _source,
}  # fmt: skip
if os.environ.get("COUNTED_MODELS"):
    COUNTED |= {"transforms.regions.adapters.onnx": _models, "pipelines.context": _decoding}


class Finder(importlib.abc.MetaPathFinder):
    """Changes a module right after it was executed, before anybody takes a name out of it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in COUNTED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and spec.loader:
            real = spec.loader.exec_module

            def execute(module: ModuleType) -> None:
                real(module)
                COUNTED[name](module)

            spec.loader.exec_module = execute  # type: ignore[method-assign]
        return spec


if FILE:
    sys.meta_path.insert(0, Finder())
