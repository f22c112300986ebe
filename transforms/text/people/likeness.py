"""How much a word that no list has looks like a name: the weights of its runs of letters, learned once.

A logistic regression over the runs of two to five letters of a word, hashed into `likeness.npy` (int8): names (of
`names.txt` and the surnames and given names of Rosenman, Olivella and Imai, doi:10.7910/DVN/YL2OXB, CC0) against the
words of English, German, French and Spanish (Debian's word lists) and of drugs, by `benchmarks/privacy/learn.py`. Of
words that it was not taught, three in a hundred lie above MIDDLE, and some two thirds of all names.
"""

import zlib
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

BIAS = -78
CUED, MIDDLE, HEAD = -74, -1, 116
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
    weights = _weights()
    return BIAS + int(weights[sorted(runs(word, len(weights)))].astype(np.int64).sum())


def runs(word: str, size: int) -> set[int]:
    """The places, of so many, of a word's runs of two to five letters, its ends among them."""
    framed = f"^{word}$"
    return {zlib.crc32(framed[i : i + n].encode()) % size for n in (2, 3, 4, 5) for i in range(len(framed) - n + 1)}
