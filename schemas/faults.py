"""What pydantic finds wrong with a file, said to the person who wrote it."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


def said(model: type[BaseModel], error: ValidationError) -> tuple[str, str]:
    """The key of one fault, its parts joined by dots, and what is wrong there. A misspelt key is also a missing one:
    what the person wrote comes first, with the key that may have been meant."""
    fault = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    meant = ""
    if fault["type"] == "extra_forbidden" and (home := _home(model, fault["loc"][:-1])):
        meant = like(str(fault["loc"][-1]), home.model_fields)
    return ".".join(map(str, fault["loc"])), fault["msg"] + meant


def like(word: str, known: Iterable[str]) -> str:
    """` (did you mean ...?)`; nothing where none of the known words is like it."""
    found = get_close_matches(word, known, 1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def _home(model: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel] | None:
    """The model in which a fault lies; None where it lies in a mapping whose keys are free."""
    for step in loc:
        if isinstance(step, str):
            field = model.model_fields.get(step)
            inner = next(_models(field.annotation), None) if field else None
            if inner is None:
                return None
            model = inner
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
