"""Which things may be the same: those that share codes of marks, found by sorting, never by comparing all with all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.identity.marks import BITS, SURE

VOTES = 2  # codes that two things must share
PARTNERS = 8  # of one thing, those whose shared codes weigh most
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
    every = np.concatenate([pairs for pairs, _, _ in runs])
    pairs, where = np.unique(every, return_inverse=True)
    votes = np.bincount(where, np.concatenate([count for _, count, _ in runs]), len(pairs)).astype(np.int64)
    weights = np.bincount(where, np.concatenate([weight for _, _, weight in runs]), len(pairs)).astype(np.float64)
    enough = votes >= VOTES
    pairs, votes, weights = pairs[enough], votes[enough], weights[enough]
    one, other = (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32)
    near = _best(one, weights) | _best(other, weights)
    return Pairs(one[near], other[near], votes[near])


def _packed(
    codes: NDArray[np.uint32],
    doubts: NDArray[np.uint8],
    owners: NDArray[np.uint32],
    bits: int,
    number: int,
    rounds: int,
) -> NDArray[np.uint64]:
    """Code above owner in one number, sorted, each once: both codes of every mark, cut to `bits`. Of several rounds
    each takes the codes of one remainder, so that no more than a share of them is held at a time."""
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


Runs = tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]


def _runs(packed: NDArray[np.uint64], groups: NDArray[np.uint32], most_pairs: int) -> Runs:
    """Pairs of owners of one code, `one` above `other` in one number, how many codes they share, and what these weigh:
    a code that few have weighs more. Rare codes first, up to `most_pairs` of them; a pair may come several times."""
    code = (packed >> np.uint64(32)).astype(np.uint32)
    starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])) if len(code) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(code)))
    sizes = np.arange(int(lengths.max(initial=0)) + 1)
    costs = np.bincount(lengths, minlength=len(sizes)) * (sizes * (sizes - 1) // 2)
    longest = int(np.searchsorted(np.cumsum(costs), most_pairs, side="right")) - 1
    owner = packed.astype(np.uint32)
    found = [(np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0))]
    for length in np.unique(lengths[(lengths > 1) & (lengths <= longest)]).tolist():
        pairs, counts = np.unique(_paired(owner, starts[lengths == length], length, groups), return_counts=True)
        found.append((pairs, counts, counts / (length - 1)))
    pairs, counts, weights = (np.concatenate(column) for column in zip(*found, strict=True))
    return pairs, counts, weights


def _paired(
    owner: NDArray[np.uint32], starts: NDArray[np.int64], length: int, groups: NDArray[np.uint32]
) -> NDArray[np.uint64]:
    """Every pair within runs of one length, but for those of one group."""
    found = []
    for a in range(length - 1):
        left = np.repeat(owner[starts + a], length - 1 - a)
        right = owner[(starts[:, None] + np.arange(a + 1, length)).ravel()]
        apart = groups[left] != groups[right]
        found.append((left[apart].astype(np.uint64) << np.uint64(32)) | right[apart])
    return np.concatenate(found)


def _best(side: NDArray[np.uint32], weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a pair is among the PARTNERS that weigh most of its owner on one side."""
    order = np.lexsort((-weights, side))
    owner = side[order]
    first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])) if len(owner) else np.zeros(0, np.int64)
    place = np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))
    out = np.zeros(len(side), bool)
    out[order] = place < PARTNERS
    return out
