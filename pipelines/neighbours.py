"""Pictures of the training split of a published corpus that look like a scene's, for jobs of a language model that draw
on them (`text.neighbours` of a recipe).

The index is that of `triptych neighbours`; its folder is TRIPTYCH_NEIGHBOURS, or data/cache/neighbours. The model is in
the folder `picture` of that of models. A process opens both once.
"""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import knowledge
from pipelines.context import Context
from schemas import Passage, Record
from transforms.regions.experts import models_folder

if TYPE_CHECKING:
    from transforms.text.retrieval.neighbours import Neighbours

MAKE = "run: triptych neighbours CORPUS"


def folder() -> Path:
    """Where the index lies."""
    return Path(os.environ.get("TRIPTYCH_NEIGHBOURS", "data/cache/neighbours"))


def model() -> Path:
    """Where the model lies that tells pictures apart."""
    return models_folder() / "picture"


def unavailable() -> str | None:
    """Why there are no neighbours here, or None."""
    if lacking := knowledge.packages():
        return f"no package {lacking[0]}; run: uv sync --extra knowledge"
    if not (model() / "model.onnx").is_file():
        return f"missing weights: {model() / 'model.onnx'}; docs/knowledge.md says how to bring a model"
    if not (folder() / "index.json").is_file():
        return f"{folder()}: no index of pictures; {MAKE}"
    return None


def revision() -> dict[str, Any]:
    """What decides which neighbours are found: the model's revision, and the pictures' number and digest."""
    return knowledge.about(folder())


def people(ctx: Context) -> pl.DataFrame:
    """subject, split: where everybody stands in the corpus that a recipe's neighbours come from; nobody where it draws
    on none. Nobody whose text one corpus trains on may be tested on in another that draws on it."""
    if not ctx.recipe.text.neighbours:
        return pl.DataFrame(schema={"subject": pl.String, "split": pl.String})
    from transforms.text.retrieval import neighbours

    return neighbours.people(folder())


def make(corpus: Path) -> int:
    """The index of a published corpus; how many pictures it has. Raises what the model's and the corpus's folder do."""
    from transforms.text.retrieval.neighbours import PictureModel, write_neighbours

    return write_neighbours(corpus, folder(), PictureModel(model()))


def near(ctx: Context, record: Record, picture: NDArray[np.generic], most: int) -> tuple[Passage, ...]:
    """What was written of the pictures that look most like it, `most` at the most: none of the same person, nor of a
    data set that holds some of the same people, under whatever name."""
    if not most:
        return ()  # without the index, which nobody needs to have made
    apart = ctx.card(record.dataset).shares_subjects_with
    return _index(folder(), model()).near(picture, record.subject, apart, most)


def longest(most: int) -> tuple[Passage, ...]:
    """The longest that there may be: of what a question may cost."""
    return _index(folder(), model()).longest(most) if most else ()


@cache
def _index(place: Path, weights: Path) -> "Neighbours":
    from transforms.text.retrieval.neighbours import Neighbours, PictureModel

    return Neighbours.open(place, PictureModel(weights))
