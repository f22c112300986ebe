"""Which things may be the same: those that share codes of marks, found by sorting, never by comparing all with all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.identity.marks import BITS, SURE

VOTES = 2  # codes that two things must share
PARTNERS = 12  # of one thing, those with the most votes
AT_ONCE = 25_000_000  # marks whose codes are sorted at once
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
    bits = int(np.clip(10 + np.log2(max(int(owners.max(initial=0)) + 1, 2)), SURE, BITS))
    rounds = len(codes) // AT_ONCE + 1
    runs = [_runs(_packed(codes, doubts, owners, bits, number, rounds), groups, PAIRS // rounds)
            for number in range(rounds)]  # fmt: skip
    pairs, votes = np.unique(np.concatenate(runs), return_counts=True)
    pairs, votes = pairs[votes >= VOTES], votes[votes >= VOTES]
    one, other = (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32)
    near = _best(one, votes) | _best(other, votes)
    return Pairs(one[near], other[near], votes[near])


def _packed(
    codes: NDArray[np.uint32],
    doubts: NDArray[np.uint8],
    owners: NDArray[np.uint32],
    bits: int,
    number: int,
    rounds: int,
) -> NDArray[np.uint64]:
    """Code above owner in one number, sorted, each once: both codes of every mark, cut to `bits`. Of several rounds each
    takes the codes of one remainder, so that no more than a share of them is held at a time."""
    parts = []
    for turned in (False, True):
        own = (codes ^ (np.uint32(1) << doubts) if turned else codes) & np.uint32((1 << bits) - 1)
        mine = own % np.uint32(rounds) == number if rounds > 1 else np.ones(len(own), bool)
        parts.append((own[mine].astype(np.uint64) << np.uint64(32)) | owners[mine])
    out = np.concatenate(parts)
    out.sort()
    fresh = np.ones(len(out), bool)
    np.not_equal(out[1:], out[:-1], out=fresh[1:])
    return np.asarray(out[fresh])


def _runs(packed: NDArray[np.uint64], groups: NDArray[np.uint32], most_pairs: int) -> NDArray[np.uint64]:
    """Every pair of owners of one code, `one` above `other` in one number; rare codes first, up to `most_pairs`."""
    code = (packed >> np.uint64(32)).astype(np.uint32)
    starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])) if len(code) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(code)))
    most = int(lengths.max(initial=0))
    sizes = np.arange(most + 1)
    costs = np.bincount(lengths, minlength=most + 1) * (sizes * (sizes - 1) // 2)
    longest = int(np.searchsorted(np.cumsum(costs), most_pairs, side="right")) - 1
    owner = packed.astype(np.uint32)
    found = [np.zeros(0, np.uint64)]
    for length in np.unique(lengths[(lengths > 1) & (lengths <= longest)]).tolist():
        own = starts[lengths == length]
        for a in range(length - 1):
            left = np.repeat(owner[own + a], length - 1 - a)
            right = owner[(own[:, None] + np.arange(a + 1, length)).ravel()]
            apart = groups[left] != groups[right]
            found.append((left[apart].astype(np.uint64) << np.uint64(32)) | right[apart])
    return np.concatenate(found)


def _best(side: NDArray[np.uint32], votes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a pair is among the PARTNERS with the most votes of its owner on one side."""
    order = np.lexsort((-votes, side))
    owner = side[order]
    first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])) if len(owner) else np.zeros(0, np.int64)
    place = np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))
    out = np.zeros(len(side), bool)
    out[order] = place < PARTNERS
    return out
