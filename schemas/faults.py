"""What pydantic finds wrong with a file, said to the person who wrote it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

LISTS = frozenset({"tuple_type", "list_type", "set_type", "frozen_set_type"})
"""What pydantic calls the fault of a value that stands where a list of them does."""
SHOULD = re.compile(r"(?:Input|String) should ")
QUOTED = re.compile(r"'([^']+)'")
PLAIN = {"bool": "true or false", "int": "a whole number", "float": "a number", "string": "text", "dict": "a mapping",
         "model": "a mapping"}  # fmt: skip
"""What is wanted, by the first word of what pydantic calls the fault of a value of another type."""


def said(model: type[BaseModel], error: ValidationError) -> tuple[str, str]:
    """The first of `every`."""
    return every(model, error)[0]


def every(model: type[BaseModel], error: ValidationError) -> list[tuple[str, str]]:
    """The key of each fault, its parts joined by dots ("the file" where it is all of it), and what is wrong there. A
    misspelt key is also a missing one: what the person wrote comes first, with the key that may have been meant, and
    stands for both."""
    found, meant = [], set()
    for fault in sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden"):
        what, loc = fault["msg"].removeprefix("Value error, "), fault["loc"]
        kind, _, how = fault["type"].partition("_")
        if fault["type"] == "extra_forbidden" and (home := _home(model, loc[:-1])):
            near = get_close_matches(str(loc[-1]), home.model_fields, 1)
            what += like(str(loc[-1]), home.model_fields) if near else f"; there are {', '.join(home.model_fields)}"
            meant |= {(*loc[:-1], one) for one in near}
        elif fault["type"] in LISTS:
            given = fault["input"]
            what = "give a list" + (f", such as [{given}]" if isinstance(given, str | int | float) else "")
        elif fault["type"] in ("literal_error", "enum"):
            allowed = str(fault["ctx"]["expected"])
            what = f"{fault['input']!r} is none of {allowed}{like(str(fault['input']), QUOTED.findall(allowed))}"
        elif (wanted := PLAIN.get(kind)) and how in ("type", "parsing", "from_float"):
            what = f"give {wanted}, not {fault['input']!r}"
        elif found_out := SHOULD.match(what):
            what = f"{fault['input']!r} should {what[found_out.end() :]}"
        if not (fault["type"] == "missing" and loc in meant):
            found.append((".".join(map(str, loc)) or "the file", what))
    return found


def like(word: str, known: Iterable[str]) -> str:
    """` (did you mean ...?)`; nothing where none of the known words is like it."""
    found = get_close_matches(word, known, 1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def no_such(what: str, word: str | None, known: Sequence[str]) -> str:
    """`no split 'tset' (did you mean 'test'?); there are test, train`."""
    return f"no {what} {word!r}{like(word or '', known)}; there are {', '.join(known) or 'none'}"


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
