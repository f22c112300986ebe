"""Concepts for words that are no concept's name as they stand: misspelled, turned round, or with a word more or less.

As scispaCy's candidate generator does it (Neumann et al., BioNLP 2019): names are TF-IDF vectors of their runs of three
characters, and the nearest by cosine are candidates. Its approximate index is for millions of names; ours are some ten
thousand, and all of them are compared.
"""

from collections.abc import Sequence


class Candidates:
    """Names and what each means. `nearest` gives for each text the name most like it."""

    def __init__(self, names: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second, and most sets have no texts

        self.names = list(names)
        self.vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
        self.table = self.vectors.fit_transform(self.names).T.tocsc()

    def nearest(self, texts: Sequence[str]) -> list[tuple[int, float]]:
        """(number of the name, cosine from 0 to 1) for each text; of equals the first."""
        if not texts:
            return []
        found = self.vectors.transform(texts) @ self.table
        best = []
        for row in range(found.shape[0]):
            one = found.getrow(row)
            if one.nnz:
                top = one.data.max()
                best.append((int(one.indices[one.data == top].min()), float(min(top, 1.0))))
            else:
                best.append((0, 0.0))
        return best
