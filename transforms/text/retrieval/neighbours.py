"""Pictures that look alike, and what was written of them: an index of the training split of a published corpus.

    pictures.parquet   key, data set, subject, person and text of each sample of one picture, in the order of their keys
    vectors.npy        float32, one row a picture: what the model makes of it, length 1
    people.parquet     subject and split of everybody in that corpus: another one that draws on the index keeps to it
    index.json         the layout's version, the model's revision, the corpus, number and digest of pictures, `least`

`person` is the sample's `subject_uid`: one for all names of whom the corpus found to be one. `least` is what two
pictures of different people are alike by the median: what is no nearer is no neighbour. Of the rest the list ends at
the widest gap, as that of passages does (`retriever.py`). A picture nearer than SAME is taken for the same one under
another name, so its person is no neighbour. Same index and picture, same neighbours.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from numpy.typing import NDArray

from schemas import Geometry, Passage, Sample
from schemas.model_card import ModelInput
from transforms.media.pixels import Pixels
from transforms.regions.adapters._network import prepared
from transforms.regions.adapters.onnx import session
from transforms.shards import manifest
from transforms.shards.encode import decode_png
from transforms.text.retrieval.index import KnowledgeError, replacing
from transforms.text.retrieval.retriever import until_gap

LAYOUT = 2  # raise the number when what is stored changes
SPLIT = "train"
SAME = 1 - 1e-5  # float32 vectors of length 1 of one picture differ by less than 1e-6
MOST = 2000  # pictures that `least` is told from
TEXTS = ("id", "dataset", "subject", "person", "text", "source", "version", "licence", "url")
SCHEMA = pa.schema([(name, pa.string()) for name in TEXTS])
PEOPLE = pa.schema([("subject", pa.string()), ("split", pa.string())])


class Embedder(Protocol):
    """`revision` names the model: vectors of two revisions cannot be compared."""

    @property
    def revision(self) -> str: ...

    def encode(self, picture: NDArray[np.generic]) -> NDArray[np.float32]:
        """A vector of length 1 of a picture, (rows, columns[, 3]) in uint8."""
        ...


class PictureModel:
    """A folder with model.onnx, whose first output is a vector a picture, or a map that is averaged; and input.yaml,
    which says under the names of a model card's `input` what it is given, `size` among it.

    Raises FileNotFoundError without them, ValueError for an input.yaml that says no size, ModelError for no network.
    """

    def __init__(self, folder: Path) -> None:
        for name in ("model.onnx", "input.yaml"):
            if not (folder / name).is_file():
                raise FileNotFoundError(
                    f"missing weights: {folder / name}; docs/knowledge.md says how to bring a model"
                )
        about = (folder / "input.yaml").read_bytes()
        self._input = ModelInput.model_validate(yaml.safe_load(about))
        if self._input.size is None:
            raise ValueError(f"{folder / 'input.yaml'}: no size; say how large a picture the model takes")
        self._session = session(folder / "model.onnx")
        self._name = self._session.get_inputs()[0].name
        digest = hashlib.sha256((folder / "model.onnx").read_bytes() + about)
        self.revision = f"{folder.name}@{digest.hexdigest()[:12]}"

    def encode(self, picture: NDArray[np.generic]) -> NDArray[np.float32]:
        """float32, as many numbers as the model gives."""
        image, _ = prepared(self._input, Pixels(picture, Geometry(shape=picture.shape[:2])))
        found = np.asarray(self._session.run(None, {self._name: image[None]})[0][0], np.float32)
        vector = found.reshape(len(found), -1).mean(1)
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def write_neighbours(corpus: Path, folder: Path, embedder: Embedder) -> int:
    """Makes an index of the training split of a published corpus in place of what lies at `folder`; how many pictures.

    Raises CorpusError for a folder that is none, ValueError where no sample is of one picture with a text.
    """
    about, people = manifest.load(corpus), dict[str, str]()
    version = f"{about.name} {about.version}"
    found = sorted(_pictures(corpus, embedder, version, people), key=lambda one: one[0]["id"])
    if not found:
        raise ValueError(f"{corpus}: no sample of the split {SPLIT} is a picture with a text")
    rows, vectors = [row for row, _ in found], np.stack([vector for _, vector in found])
    digest = hashlib.sha256(json.dumps([rows, people], sort_keys=True).encode() + vectors.tobytes())
    said = {"layout": LAYOUT, "model": embedder.revision, "corpus": version,
            "pictures": len(rows), "sha256": digest.hexdigest(), "least": _least(rows, vectors)}  # fmt: skip
    with replacing(folder) as draft:
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), draft / "pictures.parquet")
        splits = {"subject": sorted(people), "split": [people[name] for name in sorted(people)]}
        pq.write_table(pa.table(splits, PEOPLE), draft / "people.parquet")
        np.save(draft / "vectors.npy", vectors)
        (draft / "index.json").write_text(json.dumps(said, sort_keys=True), encoding="utf-8")
    return len(rows)


def _pictures(
    corpus: Path, embedder: Embedder, version: str, people: dict[str, str]
) -> Iterator[tuple[dict[str, Any], NDArray[np.float32]]]:
    """Those of the split SPLIT; `people` takes in whose each sample of any split is."""
    for _, sample, members in manifest.samples(corpus):
        people |= dict.fromkeys(_subjects(sample), sample.split)
        if sample.split != SPLIT:
            continue
        shown = [one for one in sample.media if one.kind == "image"]
        if len(shown) != 1 or sample.group or sample.counterfactual or shown[0].name not in members:
            continue
        if sample.description.overall.text and sample.licence.derivatives is not False:
            yield _row(sample, version), embedder.encode(decode_png(members[shown[0].name]))


def _subjects(sample: Sample) -> set[str]:
    return {sample.subject, *(one.subject for one in (sample.group.members if sample.group else ()) if one.subject)}


def _row(sample: Sample, version: str) -> dict[str, Any]:
    return {"id": sample.key, "dataset": sample.dataset, "subject": sample.subject,
            "person": sample.provenance.subject_uid or sample.subject, "text": sample.description.overall.text,
            "source": sample.dataset, "version": version, "licence": sample.licence.id,
            "url": sample.licence.url or ""}  # fmt: skip


def _least(rows: list[dict[str, Any]], vectors: NDArray[np.float32]) -> float:
    """The median cosine of pictures of different people; 1 where there is one person alone: then nothing is near."""
    step = max(1, len(rows) // MOST)
    people = np.array([row["person"] for row in rows[::step]])
    cosines = vectors[::step] @ vectors[::step].T
    others = cosines[people[:, None] != people[None]]
    return round(float(np.median(others)), 4) if others.size else 1.0


def people(folder: Path) -> pl.DataFrame:
    """subject, split of everybody in the corpus that an index was made of. Raises KnowledgeError for an index of an
    earlier version, which does not tell."""
    if not (folder / "people.parquet").is_file():
        raise KnowledgeError(f"{folder}: an index of an earlier version; run: triptych neighbours CORPUS")
    return pl.read_parquet(folder / "people.parquet")


class Neighbours:
    """An index, opened and held in memory."""

    def __init__(self, rows: list[dict[str, Any]], vectors: NDArray[np.float32], least: float, model: Embedder) -> None:
        self._rows, self._vectors, self._least, self._model = rows, vectors, least, model
        self._people: dict[str, set[str]] = {}
        for row in rows:
            self._people.setdefault(row["subject"], set()).add(row["person"])

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> Self:
        """Raises FileNotFoundError where there is none, KnowledgeError for one of another model or version."""
        about = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if (about["layout"], about["model"]) != (LAYOUT, embedder.revision):
            made_by, own = (about["layout"], about["model"]), (LAYOUT, embedder.revision)
            raise KnowledgeError(f"{folder}: made by layout and model {made_by}, not {own}; run: triptych neighbours")
        rows = pq.read_table(folder / "pictures.parquet").to_pylist()
        return cls(rows, np.load(folder / "vectors.npy"), about["least"], embedder)

    def near(
        self, picture: NDArray[np.generic], subject: str, apart: Collection[str] = (), most: int = 3
    ) -> tuple[Passage, ...]:
        """The nearest pictures of other people than `subject` and whoever is shown by the same picture, and of none of
        the data sets `apart`, the nearest first; of each person one."""
        cosines = self._vectors @ self._model.encode(picture)
        own = self._people.get(subject, set()) | {self._rows[row]["person"] for row in np.flatnonzero(cosines > SAME)}
        best: dict[str, int] = {}
        for row in map(int, np.argsort(-cosines, kind="stable")):
            if float(cosines[row]) < self._least:
                break
            other = self._rows[row]
            if other["person"] not in own and other["dataset"] not in apart:
                best.setdefault(other["person"], row)
        rows = until_gap({row: float(cosines[row]) for row in best.values()}, self._least)
        return tuple(self._passage(row, float(cosines[row])) for row in rows[:most])

    def longest(self, most: int) -> tuple[Passage, ...]:
        """The longest texts there are: what a question may hold at the most."""
        rows = sorted(range(len(self._rows)), key=lambda row: -len(self._rows[row]["text"]))
        return tuple(self._passage(row, 1) for row in rows[:most])

    def _passage(self, row: int, alike: float) -> Passage:
        own = {name: value for name, value in self._rows[row].items() if name in Passage.model_fields}
        return Passage(codes=(), title=f"a picture that looks like it, cosine {alike:.3f}", **own)
