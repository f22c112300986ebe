"""Vectors by which publish finds samples that mean or look nearly the same (`deduplicate: {meaning, looks}` of a
recipe): a row of the key table each, which curate puts down. A process opens a model once."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipelines import neighbours
from schemas import Candidate, canonical_json, content_key
from schemas.recipe import Deduplicate
from transforms.identity import texts, vectors

if TYPE_CHECKING:
    from transforms.text.retrieval.encoder import MiniLm
    from transforms.text.retrieval.neighbours import PictureModel

PACKAGES = {"meaning": ("onnxruntime", "tokenizers"), "looks": ("onnxruntime",)}


def unavailable(what: str) -> str | None:
    """Why `meaning` or `looks` cannot be compared here, or None."""
    if lacking := [name for name in PACKAGES[what] if find_spec(name) is None]:
        return f"no package {lacking[0]}; run: uv sync --extra knowledge"
    try:
        _encoder(_folder()) if what == "meaning" else _model(neighbours.model())
    except FileNotFoundError as error:
        return str(error)
    return None


def params(asked: Deduplicate) -> dict[str, Any]:
    """What decides the vectors that a recipe asks for."""
    said: dict[str, Any] = {}
    if asked.meaning is not None:
        said["meaning"] = [vectors.VERSION, texts.VERSION, _encoder(_folder()).revision]
    if asked.looks is not None:
        said["looks"] = [vectors.VERSION, _model(neighbours.model()).revision]
    return said


def means(asked: Deduplicate, candidate: Candidate) -> bytes | None:
    """What its source says, as a digest of what is meant and a vector; None where that is short or not asked for."""
    if asked.meaning is None:
        return None
    said, named = texts.told(candidate)
    meant = texts.meaning(said, named)
    return None if meant is None else vectors.signed(meant, _encoder(_folder()).whole(said))


def looks(
    asked: Deduplicate, candidate: Candidate, picture: NDArray[np.generic] | None, said: str
) -> bytes | None:  # fmt: skip
    """The picture's vector, with a digest of what is said of it as a whole and drawn on it; None where there is no
    picture, or it is not asked for. A picture that was altered is none of the source's."""
    if asked.looks is None or picture is None or candidate.counterfactual is not None:
        return None
    vector = _model(neighbours.model()).encode(picture)
    if not vector.any():
        return None
    drawn = sorted({one.concept.label for one in candidate.regions if one.made_by.kind == "human"})
    digest = content_key(candidate.modality.code, canonical_json([said, drawn]))[: 2 * texts.MEANT]
    return vectors.signed(bytes.fromhex(digest), vector)


def _folder() -> Path:
    from transforms.text.retrieval.encoder import weights

    return weights()


@cache
def _encoder(folder: Path) -> "MiniLm":
    from transforms.text.retrieval.encoder import MiniLm

    return MiniLm(folder)


@cache
def _model(folder: Path) -> "PictureModel":
    from transforms.text.retrieval.neighbours import PictureModel

    return PictureModel(folder)
