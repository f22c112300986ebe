"""Programs: reasoning before its results are known. A family sketches the steps from what a scene says; they are run on
the scene's masks (transforms/tasks/working.py), so that what no fact holds can be a step too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Sketch:
    """One step to be. `text` says its result as {value}. `at`: the region that it looks at, or an earlier step that
    chose one. `known`: what a fact says that the operation gives, where what it takes is not at hand (pixel values).
    `wrong`: what a step says that is corrected later, and `error` what is wrong with it."""

    op: str
    args: Mapping[str, Any]
    text: str
    at: str | None = None
    known: bool | int | float | str | None = None
    wrong: bool | int | float | str | None = None
    error: str | None = None


Program = tuple[Sketch, ...]


def joined(*parts: Sequence[Sketch]) -> Program:
    """Programs one after the other; each names its own steps as "#1", "#2" ..., and the last of the part before it as
    "#0"."""
    found: list[Sketch] = []
    for part in parts:
        found += [moved(one, len(found)) for one in part]
    return tuple(found)


def moved(sketch: Sketch, by: int) -> Sketch:
    """The sketch with its references moved by so many steps."""
    args = {name: _moved(value, by) for name, value in sketch.args.items()}
    at = _moved(sketch.at, by) if sketch.at is not None else None
    return replace(sketch, args=args, at=at)


def _moved(value: Any, by: int) -> Any:
    if isinstance(value, list):
        return [_moved(one, by) for one in value]
    if isinstance(value, str) and value.startswith("#"):
        return f"#{int(value[1:]) + by}"
    return value


def references(value: object) -> list[int]:
    """The numbers of the earlier steps that an argument names."""
    if isinstance(value, list | tuple):
        return [number for one in value for number in references(one)]
    return [int(value[1:])] if isinstance(value, str) and value.startswith("#") and value[1:].isdigit() else []
