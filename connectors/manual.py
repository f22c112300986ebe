"""What a card can say: the readers, the annotation formats and their options, from the modules themselves."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from connectors import assemble, base
from schemas import Model

HOME = Path(__file__).parent
Part = Literal["reader", "annotation", "own module"]


class Option(Model):
    """One key of a card's layout: its type as Python says it, and its default; None where the card must give it."""

    name: str
    type: str
    default: str | None


class Page(Model):
    """One module: what it reads, what its options mean, and the options themselves."""

    name: str
    part: Part
    what: str
    about: str
    options: tuple[Option, ...]


def pages() -> Iterator[Page]:
    """Every reader, annotation format and own module of a data set, by name."""
    for part, package, folder in (
        ("reader", "connectors.readers", HOME / "readers"),
        ("annotation", "connectors.annotations", HOME / "annotations"),
        ("own module", "connectors", HOME),
    ):
        for info in pkgutil.iter_modules([str(folder)]):
            if not info.ispkg and not info.name.startswith("_"):
                module = importlib.import_module(f"{package}.{info.name}")
                if hasattr(module, "Options") and hasattr(module, "read" if part != "annotation" else "annotate"):
                    yield _page(info.name, part, module)  # type: ignore[arg-type]


def common() -> Page:
    """The options that all readers of images share."""
    return Page(
        name="common", part="reader", what="Options of every reader below that lists files by patterns.",
        about=_doc(assemble.Common), options=tuple(_options(assemble.Common, base.Options)),
    )  # fmt: skip


def _page(name: str, part: Part, module: Any) -> Page:
    shared = assemble.Common if issubclass(module.Options, assemble.Common) else base.Options
    options = tuple(_options(module.Options, shared))
    about = "\n\n".join(filter(None, (_doc(model) for model in _models(module.Options, shared))))
    return Page(name=name, part=part, what=_doc(module), about=about, options=options)


def _models(model: type[base.Options], shared: type[base.Options]) -> Iterator[type[base.Options]]:
    """A model of options, and those that it takes options over from."""
    for one in model.__mro__:
        if issubclass(one, base.Options) and not issubclass(shared, one):
            yield one


def _options(model: type[base.Options], shared: type[base.Options]) -> Iterator[Option]:
    for name, field in model.model_fields.items():
        if name not in shared.model_fields:
            kind = inspect.formatannotation(field.annotation).replace("typing.", "").replace("collections.abc.", "")
            yield Option(name=name, type=kind, default=None if field.is_required() else repr(field.default))


def _doc(thing: Any) -> str:
    return inspect.cleandoc(vars(thing).get("__doc__") or "")
