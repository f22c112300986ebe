"""Which passages a text may lean on.

1. Exact: passages that carry a concept's code; where none does, those that a concept's label names. Then those that the
   query itself names.
2. Candidates: the first DEEP by BM25 over words, and the first DEEP by cosine over titles.
3. Order: by relevance, SEMANTIC times the cosine and the rest times the share of the query's words that a passage has,
   each word weighted by its rarity, an unknown one as the rarest. A weighted mean of a lexical and a semantic score is
   what Bruch, Gai and Ingber recommend over ranks (An analysis of fusion functions for hybrid retrieval, TOIS 2023).
   Here, too, reciprocal rank fusion found less (docs/knowledge.md).
4. Cut off: what is below LEAST is dropped; of the rest the list ends at the widest gap between neighbours in relevance
   (Taguchi, Maekawa and Bhutani, No tuning, no iteration, just adaptive-k, EMNLP 2025), LEAST itself counted as the
   last neighbour: so all may stay, or none. What is exact always stays.

Same index, query and concepts, same passages: ties go by id.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from schemas import Concept, Passage
from transforms.text.retrieval.encoder import Encoder, MiniLm
from transforms.text.retrieval.index import Index, read_index
from transforms.text.retrieval.words import phrase, words

DEEP = 100
SEMANTIC = np.float32(0.7)
LEAST = 0.65
"""Both were chosen on the queries of tests/knowledge/queries.yaml: `found`, and `nothing`, which stay below LEAST."""

Numbers = NDArray[np.float32]


class Retriever:
    """An index, opened and held in memory."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index, self._encoder = index, encoder
        self._codes: dict[str, list[int]] = {}
        self._names: dict[str, list[int]] = {}
        columns = (index.passages.column(name).to_pylist() for name in ("codes", "names"))
        for row, (codes, names) in enumerate(zip(*columns, strict=True)):
            for code in codes:
                self._codes.setdefault(code, []).append(row)
            for name in names:
                self._names.setdefault(name, []).append(row)

    @classmethod
    def open(cls, folder: Path, encoder: Encoder | None = None) -> Self:
        """An index by its folder, with the encoder that made it (MiniLm unless another is given).

        Raises FileNotFoundError where index or weights are not there, KnowledgeError where they do not belong together.
        """
        encoder = encoder or MiniLm()
        return cls(read_index(folder, encoder), encoder)

    def passages(self, query: str, concepts: Sequence[Concept] = (), most: int = 5) -> tuple[Passage, ...]:
        """What is exact for each concept, in their order, then what the query finds; `most` at the most."""
        exact = list(dict.fromkeys([row for one in concepts for row in self._of(one)]))
        exact += [row for row in self._names.get(phrase(query), ()) if row not in exact]
        found = exact + [row for row in self._ranked(query, exact) if row not in exact]
        return tuple(self._passage(row) for row in found[:most])

    def _of(self, concept: Concept) -> list[int]:
        coded = self._codes.get(f"{concept.system}:{concept.code}", []) if concept.laterality is None else []
        return coded or self._names.get(phrase(concept.label), [])

    def _ranked(self, query: str, exact: Sequence[int]) -> list[int]:
        asked = list(dict.fromkeys(words(query)))
        if not asked:
            return []
        cosines: Numbers = self._index.vectors @ self._encoder.encode(query)
        lexical: Numbers = self._index.bm25.get_scores(asked)
        relevance = SEMANTIC * cosines + (1 - SEMANTIC) * self._shares(asked)
        candidates = {*_first(lexical, DEEP), *_first(cosines, DEEP), *exact}
        return until_gap({row: float(relevance[row]) for row in candidates}, LEAST)

    def _shares(self, asked: Iterable[str]) -> Numbers:
        """Of each passage, the share of the words asked for that it holds, weighted by ln(1 + N / n) of its n in N."""
        starts, rows = self._index.bm25.scores["indptr"], self._index.bm25.scores["indices"]
        count = len(self._index.vectors)
        held, whole = np.zeros(count, np.float32), 0.0
        for word in asked:
            number = self._index.bm25.vocab_dict.get(word)
            among = rows[starts[number] : starts[number + 1]] if number is not None else rows[:0]
            weight = np.log1p(count / max(len(among), 1))
            held[among] += weight
            whole += weight
        return np.asarray(held / whole, np.float32)

    def _passage(self, row: int) -> Passage:
        return Passage.model_validate(self._index.passages.drop_columns("names").slice(row, 1).to_pylist()[0])


def _first(scores: Numbers, count: int) -> list[int]:
    """The rows of the highest scores above 0, the highest first."""
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(row) for row in order if scores[row] > 0]


def until_gap(relevance: dict[int, float], least: float) -> list[int]:
    """The rows before the widest gap of those that are `least` or more, the most relevant first."""
    rows = sorted((row for row, value in relevance.items() if value >= least), key=lambda row: (-relevance[row], row))
    if not rows:
        return []
    values = [*(relevance[row] for row in rows), least]
    gaps = [values[i] - values[i + 1] for i in range(len(rows))]
    return rows[: gaps.index(max(gaps)) + 1]
