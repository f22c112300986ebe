"""How much a word that no list has looks like a name: the weights of its runs of letters, learned once.

A logistic regression over the runs of two to five letters of a word, hashed into `likeness.npy` (int8): names (of
`names.txt` and the surnames and given names of Rosenman, Olivella and Imai, doi:10.7910/DVN/YL2OXB, CC0) against the
words of English, German, French and Spanish (Debian's word lists) and of drugs. Of words that it was not taught, some
two thirds of all names lie above MIDDLE and three words in a hundred.
"""

import zlib
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

BIAS = 65
CUED, MIDDLE, HEAD = -40, 20, 150
"""Least likeness of a name beside something that says so, within a sentence, and at its head, where any word has a
capital."""
LEAST = 5  # letters: of less, too little can be said


@cache
def _weights() -> NDArray[np.int8]:
    with (resources.files(__package__) / "likeness.npy").open("rb") as file:
        return np.asarray(np.load(file, allow_pickle=False), np.int8)


@lru_cache(maxsize=1 << 14)
def likeness(word: str) -> int:
    """Above 0: more like a name than like a word. Of a word in lower case."""
    weights, framed = _weights(), f"^{word}$"
    runs = {framed[i : i + n] for n in (2, 3, 4, 5) for i in range(len(framed) - n + 1)}
    places = {zlib.crc32(run.encode()) % len(weights) for run in runs}
    return BIAS + int(weights[sorted(places)].astype(np.int64).sum())
