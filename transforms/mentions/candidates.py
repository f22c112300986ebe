"""Concepts for words that are no concept's name as they stand: misspelled, turned round, or with a word more or less.

As scispaCy's candidate generator does it (Neumann et al., BioNLP 2019): names are TF-IDF vectors of their runs of three
characters, and the nearest by cosine are candidates. Its approximate index is for millions of names; ours are some ten
thousand, and all of them are compared. The weights are those of scikit-learn's TfidfVectorizer (`char_wb`, sublinear),
which would take each worker two seconds and 130 MB to import.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

SIZE = 3


class Candidates:
    """Names and what each is like. `nearest` gives for each text the name most like it."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        counts = [Counter(_runs(name)) for name in self.names]
        there = Counter(run for one in counts for run in one)
        self._column = {run: n for n, run in enumerate(sorted(there))}
        total = 1 + len(self.names)
        self._rarity = {run: math.log(total / (1 + number)) + 1 for run, number in there.items()}
        self._table = self._vectors(counts).T.tocsr()

    def nearest(self, texts: Sequence[str]) -> list[tuple[int, float]]:
        """(number of the name, cosine from 0 to 1) for each text; of equals the first."""
        if not texts:
            return []
        found = (self._vectors([Counter(_runs(text)) for text in texts]) @ self._table).tocsr()
        found.sort_indices()
        best = []
        for start, end in zip(found.indptr[:-1], found.indptr[1:], strict=True):
            values = found.data[start:end]
            top = int(values.argmax()) if len(values) else -1
            best.append((int(found.indices[start + top]), min(float(values[top]), 1.0)) if top >= 0 else (0, 0.0))
        return best

    def _vectors(self, counts: Sequence[Counter[str]]) -> csr_matrix:
        """A row of length 1 for each; runs that no name has are left out."""
        rows, columns, weights = [], [], []
        for row, one in enumerate(counts):
            known = {run: (1 + math.log(n)) * self._rarity[run] for run, n in one.items() if run in self._column}
            length = math.sqrt(sum(weight * weight for weight in known.values()))
            rows += [row] * len(known)
            columns += [self._column[run] for run in known]
            weights += [weight / length for weight in known.values()]
        shape = (len(counts), len(self._column))
        return csr_matrix((np.array(weights), (np.array(rows, int), np.array(columns, int))), shape=shape)


def _runs(text: str) -> Iterable[str]:
    """The runs of three characters of each word with a space before and after it."""
    for word in text.split():
        padded = f" {word} "
        yield from (padded[at : at + SIZE] for at in range(max(1, len(padded) - SIZE + 1)))
