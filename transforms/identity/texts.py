"""Whether the sources of two samples say nearly the same in words: a MinHash of their runs of words (Broder, 1997), and
a digest of what no two texts that say the same may differ in.

Only what a source published is looked at - its captions, the sections of its reports, its documents - never a text of
ours, whose wordings are few by design, and never its questions, which stand in every set ("Is there a fracture?").
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import Candidate, SourceText, content_key
from transforms.identity.questions import GRAVE

VERSION = "1"
ROWS, SEED = 128, 1  # of the hash: the share of rows in which two agree is off by 0.04 at the most, one deviation
RUN = 3  # words of one sentence; a shorter sentence is a run
LEAST = 12  # words: of a shorter text two that are alike tell nothing
MEANT = 8  # bytes of the digest of what is meant, before ROWS numbers of four bytes
FOUND = 0.999  # of the pairs that are as alike as is asked for, those that share a band
_END = re.compile(r"[.;:?!](?=\s|$)")  # of a sentence: sentences may stand in any order
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_DENIES = GRAVE | {
    "no", "not", "never", "none", "nor", "sin", "izquierdo", "izquierda", "derecho", "derecha", "ohne", "kein", "keine",
    "links", "rechts", "sans", "gauche", "droit", "droite",
}  # fmt: skip


class Layout(NamedTuple):
    """`bands` of `rows` each: two texts that agree in all rows of a band are compared."""

    bands: int
    rows: int


def signature(sample: Candidate) -> bytes | None:
    """What the source says with a sample, as MEANT + 4 x ROWS bytes; None where that is under LEAST words. The first
    MEANT are equal only where two name the same concepts, present or absent on the same sides, with the same numbers
    and as many words that deny or tell a side."""
    return signed(*told(sample))


def told(sample: Candidate) -> tuple[str, list[tuple[str, ...]]]:
    """What the source says with a sample, and the things that are named in it."""
    said = sample.description.source
    return sample.document or " ".join(one.text for one in said), list(_named(said))


def signed(text: str, named: Iterable[tuple[str, ...]]) -> bytes | None:
    """The same of a text in which these things are `named`."""
    sentences = _words(text)
    if (meant := _meaning(sentences, named)) is None:
        return None
    runs = {" ".join(own[n : n + RUN]) for own in sentences for n in range(max(1, len(own) - RUN + 1)) if own}
    hashed = _empty().copy()
    hashed.update_batch([run.encode() for run in sorted(runs)])
    return meant + np.asarray(hashed.hashvalues, "<u4").tobytes()


def meaning(text: str, named: Iterable[tuple[str, ...]]) -> bytes | None:
    """The digest alone, MEANT bytes; None where the text is under LEAST words."""
    return _meaning(_words(text), named)


def _meaning(sentences: list[list[str]], named: Iterable[tuple[str, ...]]) -> bytes | None:
    words = [word for sentence in sentences for word in sentence]
    if len(words) < LEAST:
        return None
    grave = Counter(word for word in words if word in _DENIES or word[0].isdigit())
    return bytes.fromhex(content_key(sorted(named), sorted(grave.items()))[: 2 * MEANT])


def _words(text: str) -> list[list[str]]:
    """The words of each sentence."""
    return [_WORD.findall(one) for one in _END.split(unicodedata.normalize("NFKC", text).casefold())]


class Runs:
    """Signatures of which two are near where at least this share of their runs agrees."""

    def __init__(self, least: float) -> None:
        self.least, self._layout = least, layout(least)
        self.bands = self._layout.bands

    def unpacked(self, signatures: list[bytes]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        """(n,) what is meant, and (n, ROWS) the rows of each."""
        return unpacked(signatures)

    def buckets(self, meant: NDArray[np.uint64], hashed: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """(n, bands): where each text lies in each band."""
        return buckets(meant, hashed, self._layout)

    def alike(self, hashed: NDArray[np.uint32], others: list[int], at: int) -> NDArray[np.float64]:
        """The shares of equal rows of one with the others."""
        shares: NDArray[np.float64] = (hashed[others] == hashed[at]).mean(1)
        return shares


def layout(least: float) -> Layout:
    """The bands in which FOUND of the pairs with this share of equal runs agree at least once: of as many rows as they
    can have, so that few others do."""
    found = (Layout(ROWS // rows, rows) for rows in range(ROWS, 0, -1))
    return next((one for one in found if 1 - (1 - least**one.rows) ** one.bands >= FOUND), Layout(ROWS, 1))


def unpacked(signatures: list[bytes]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """(n,) what is meant, and (n, ROWS) the rows of each."""
    rows = np.frombuffer(b"".join(signatures), np.uint8).reshape(-1, MEANT + 4 * ROWS)
    meant, hashed = rows[:, :MEANT], rows[:, MEANT:]
    return np.ascontiguousarray(meant).view("<u8").ravel(), np.ascontiguousarray(hashed).view("<u4")


def buckets(meant: NDArray[np.uint64], hashed: NDArray[np.uint32], how: Layout) -> NDArray[np.uint64]:
    """(n, bands): where each text lies in each band. Texts of one bucket are compared; others never meet."""
    odd = np.random.default_rng(SEED).integers(1 << 63, size=(how.bands, how.rows), dtype=np.uint64) * 2 + 1
    banded = hashed[:, : how.bands * how.rows].reshape(-1, how.bands, how.rows).astype(np.uint64)
    mixed: NDArray[np.uint64] = (banded * odd).sum(2, dtype=np.uint64) ^ meant[:, None]
    return mixed * odd[:, 0]


def _named(said: tuple[SourceText, ...]) -> Iterator[tuple[str, ...]]:
    for one in said:
        for span in one.concepts or ():
            what = span.concept
            yield what.system, what.code, what.laterality or "", span.state or "", span.denied or "", span.side or ""


@cache
def _empty() -> Any:
    from datasketch import MinHash  # which brings SciPy, and is asked for by few recipes

    return MinHash(num_perm=ROWS, seed=SEED, scheme="affine32")
