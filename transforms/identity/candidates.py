"""Which things may be the same: those that share codes of marks, found by sorting, never by comparing all with all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.identity.marks import BITS, SURE

VOTES = 2  # codes that two things must share
PARTNERS = 12  # of one thing, those with the most votes
PAIRS = 60_000_000  # pairs of equal codes that are counted: beyond that the commonest codes are left out


class Pairs(NamedTuple):
    """`one` < `other`: numbers of owners; `votes`: how many codes they share. In the order of `one`, then `other`."""

    one: NDArray[np.uint32]
    other: NDArray[np.uint32]
    votes: NDArray[np.int64]


def candidates(
    codes: NDArray[np.uint32], doubts: NDArray[np.uint8], owners: NDArray[np.uint32],
    groups: NDArray[np.uint32],
) -> Pairs:  # fmt: skip
    """Pairs of owners that share at least VOTES codes, for each the PARTNERS best. A code counts as it is and with its
    doubtful bit turned. `groups`: of each owner, by its number; two of one group are no pair (the slices of one volume,
    or all that lies on one side of a comparison)."""
    count = int(owners.max(initial=0)) + 1
    runs = _runs(_packed(codes, doubts, owners, count), groups)
    if not len(runs):
        none = np.zeros(0, np.uint32)
        return Pairs(none, none, np.zeros(0, np.int64))
    pairs, votes = np.unique(runs, return_counts=True)
    enough = votes >= VOTES
    pairs, votes = pairs[enough], votes[enough]
    one, other = (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32)
    near = _best(one, votes) | _best(other, votes)
    return Pairs(one[near], other[near], votes[near])


def _packed(
    codes: NDArray[np.uint32], doubts: NDArray[np.uint8], owners: NDArray[np.uint32], count: int
) -> NDArray[np.uint64]:
    """Code above owner in one number, sorted, each once: both codes of every mark, cut to as many bits as the number of
    owners needs."""
    bits = int(np.clip(10 + np.log2(max(count, 2)), SURE, BITS))
    kept = np.uint32((1 << bits) - 1)
    out = np.empty(2 * len(codes), np.uint64)
    for part, own in ((out[: len(codes)], codes), (out[len(codes) :], codes ^ (np.uint32(1) << doubts))):
        part[:] = own & kept
        part <<= np.uint64(32)
        part |= owners
    out.sort()
    fresh = np.ones(len(out), bool)
    np.not_equal(out[1:], out[:-1], out=fresh[1:])
    return np.asarray(out[fresh])


def _runs(packed: NDArray[np.uint64], groups: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Every pair of owners of one code, `one` above `other` in one number; rare codes first, up to PAIRS of them."""
    code = (packed >> np.uint64(32)).astype(np.uint32)
    starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])) if len(code) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(code)))
    most = int(lengths.max(initial=0))
    costs = np.bincount(lengths, minlength=most + 1) * (np.arange(most + 1) * (np.arange(most + 1) - 1) // 2)
    longest = int(np.searchsorted(np.cumsum(costs), PAIRS, side="right")) - 1
    owner = packed.astype(np.uint32)
    found = []
    for length in range(2, min(longest, most) + 1):
        own = starts[lengths == length]
        for a in range(length if len(own) else 0):
            for b in range(a + 1, length):
                left, right = owner[own + a], owner[own + b]
                apart = groups[left] != groups[right]
                found.append((left[apart].astype(np.uint64) << np.uint64(32)) | right[apart])
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def _best(side: NDArray[np.uint32], votes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a pair is among the PARTNERS with the most votes of its owner on one side."""
    order = np.lexsort((-votes, side))
    owner = side[order]
    first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])) if len(owner) else np.zeros(0, np.int64)
    place = np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))
    out = np.zeros(len(side), bool)
    out[order] = place < PARTNERS
    return out
