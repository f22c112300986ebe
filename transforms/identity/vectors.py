"""Whether two samples say or show nearly the same by the vectors that a model makes of them: the cosine of two, and a
digest of what no two that are the same may differ in.

A vector is kept as bytes: MEANT of the digest, then one signed byte a number. Candidates share the side of some planes
through the origin (random projections; Charikar, 2002).
"""

import math

import numpy as np
from numpy.typing import NDArray

from transforms.identity.texts import FOUND, MEANT, SEED, Layout

VERSION = "1"
PLANES = 512  # of which each band takes some
STEPS = 127  # of a byte: the cosine of two vectors is off by less than 0.005
_MIX = np.uint64(0x9E3779B97F4A7C15)


def signed(meant: bytes, vector: NDArray[np.float32]) -> bytes:
    """The signature of a vector of any length but 0, with the MEANT bytes of its digest."""
    largest = float(np.abs(vector).max())
    numbers: bytes = np.rint(vector / largest * STEPS).astype(np.int8).tobytes()
    return meant + numbers


class Cosine:
    """Signatures of which two are near where their cosine is `least` or more. `apart`: those of other digests never
    meet; else they do, and are told as such."""

    def __init__(self, least: float, *, apart: bool) -> None:
        self.least, self._apart, self._layout = least, apart, layout(least)
        self.bands = self._layout.bands

    def unpacked(self, signatures: list[bytes]) -> tuple[NDArray[np.uint64], NDArray[np.int8]]:
        """(n,) digests and (n, numbers) vectors."""
        rows = np.frombuffer(b"".join(signatures), np.uint8).reshape(len(signatures), -1)
        meant = np.ascontiguousarray(rows[:, :MEANT]).view("<u8").ravel()
        return meant, np.ascontiguousarray(rows[:, MEANT:]).view(np.int8)

    def buckets(self, meant: NDArray[np.uint64], vectors: NDArray[np.int8]) -> NDArray[np.uint64]:
        """(n, bands): where each lies in each band."""
        bands, rows = self._layout
        planes = np.random.default_rng(SEED).standard_normal((vectors.shape[1], bands * rows), np.float32)
        sides = (vectors.astype(np.float32) @ planes > 0).reshape(-1, bands, rows)
        found = sides @ (np.uint64(1) << np.arange(rows, dtype=np.uint64))
        found = (found << np.uint64(16) | np.arange(bands, dtype=np.uint64)) * _MIX
        return found ^ meant[:, None] if self._apart else found

    def alike(self, vectors: NDArray[np.int8], others: list[int], at: int) -> NDArray[np.float64]:
        """The cosines of one with the others."""
        rows, own = vectors[others].astype(np.float64), vectors[at].astype(np.float64)
        cosines: NDArray[np.float64] = rows @ own / (np.linalg.norm(rows, axis=1) * np.linalg.norm(own))
        return cosines


def layout(least: float) -> Layout:
    """The bands in which FOUND of the pairs of this cosine lie on the same side of all planes at least once: of as many
    planes as they can have."""
    share = 1 - math.acos(min(1.0, least)) / math.pi
    found = (Layout(PLANES // rows, rows) for rows in range(32, 0, -1))
    return next(one for one in found if 1 - (1 - share**one.rows) ** one.bands >= FOUND or one.rows == 1)
