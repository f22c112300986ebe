"""The index of passages on disk: made whole or not at all, and the same bytes for the same passages.

    passages.parquet   the passages, in the order of their ids, with their names as words (`names`)
    words/             BM25 over title, synonyms and text (bm25s)
    vectors.npy        float16, one row a passage: its title, encoded
    index.json         the layout's version, the encoder's revision, number and digest of the passages

Titles alone are encoded: what is looked up are names. 45,000 of them take minutes on one core, texts would take many
times as long.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bm25s import BM25
from bm25s.tokenization import Tokenized
from numpy.typing import NDArray

from schemas import Passage
from transforms.text.retrieval.encoder import FETCH, Encoder
from transforms.text.retrieval.words import phrase, words

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells each step on stderr
LAYOUT = 1  # raise the number when what is stored changes
TEXTS = pa.list_(pa.string())
LISTS = ("codes", "synonyms", "names")
SCHEMA = pa.schema([(name, TEXTS if name in LISTS else pa.string()) for name in (*Passage.model_fields, "names")])

Vectors = Iterable[NDArray[np.float32]]
Progress = Callable[[Vectors, int], Vectors]


class KnowledgeError(ValueError):
    """One line: the folder, what is wrong with it, and the next action."""


class Index(NamedTuple):
    """`vectors`: float32, a row a passage."""

    passages: pa.Table
    bm25: BM25
    vectors: NDArray[np.float32]


def write_index(passages: Sequence[Passage], folder: Path, encoder: Encoder, progress: Progress | None = None) -> None:
    """Puts an index in place of what lies at `folder`. `progress` is handed what is encoded, and how much of it.

    Raises ValueError for passages that share an id, or for none at all.
    """
    rows = sorted(passages, key=lambda one: one.id)
    if not rows or len({one.id for one in rows}) != len(rows):
        raise ValueError(f"{folder.name}: an index needs passages, each with an id of its own")
    with replacing(folder) as draft:
        table = [one.model_dump() | {"names": _names(one)} for one in rows]
        pq.write_table(pa.Table.from_pylist(table, SCHEMA), draft / "passages.parquet")
        _lexical(rows).save(draft / "words", show_progress=False)
        np.save(draft / "vectors.npy", _vectors(rows, encoder, progress))
        (draft / "index.json").write_text(json.dumps(_about(rows, encoder), sort_keys=True), encoding="utf-8")


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """An empty folder to write into, which takes the place of what lies at `folder` in the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        draft = Path(name) / "new"
        draft.mkdir()
        yield draft
        if folder.exists():
            folder.rename(Path(name) / "old")
        draft.rename(folder)


def holds(folder: Path, passages: Sequence[Passage], encoder: Encoder) -> bool:
    """Whether the index at `folder` is what `write_index` would make of these."""
    path = folder / "index.json"
    return path.is_file() and json.loads(path.read_text(encoding="utf-8")) == _about(passages, encoder)


def _about(passages: Sequence[Passage], encoder: Encoder) -> dict[str, Any]:
    digest = hashlib.sha256()
    for one in sorted(passages, key=lambda one: one.id):
        digest.update(one.to_json().encode())
    return {"layout": LAYOUT, "encoder": encoder.revision, "passages": len(passages), "sha256": digest.hexdigest()}


def read_index(folder: Path, encoder: Encoder) -> Index:
    """Raises FileNotFoundError where there is none, KnowledgeError for one of another encoder or version."""
    try:
        about: dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{folder}: no index of passages; {FETCH}") from error
    made_by = (about.get("layout"), about.get("encoder"))
    if made_by != (LAYOUT, encoder.revision):
        raise KnowledgeError(
            f"{folder}: made by layout and encoder {made_by}, not {(LAYOUT, encoder.revision)}; {FETCH}"
        )
    table = pq.read_table(folder / "passages.parquet")
    vectors = np.load(folder / "vectors.npy").astype(np.float32)
    if not len(table) == len(vectors) == about["passages"]:
        raise KnowledgeError(f"{folder}: {len(table)} passages, {len(vectors)} vectors; {FETCH}")
    return Index(table, BM25.load(folder / "words", show_progress=False), vectors)


def _names(passage: Passage) -> list[str]:
    return list(dict.fromkeys(phrase(name) for name in (passage.title, *passage.synonyms)))


def _lexical(rows: Sequence[Passage]) -> BM25:
    """BM25 as Lucene scores it, with the defaults of bm25s (k1 1.5, b 0.75)."""
    said = [words(" ".join((one.title, *one.synonyms, one.text))) for one in rows]
    vocabulary = {word: number for number, word in enumerate(sorted({word for line in said for word in line}))}
    bm25 = BM25()
    bm25.index(Tokenized([[vocabulary[word] for word in line] for line in said], vocabulary), show_progress=False)
    return bm25


def _vectors(rows: Sequence[Passage], encoder: Encoder, progress: Progress | None) -> NDArray[np.float16]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(encoder.encode, [one.title for one in rows])
        return np.stack(list(progress(found, len(rows)) if progress else found)).astype(np.float16)
