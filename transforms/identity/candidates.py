"""Which things may be the same: those that share codes of marks, found by sorting, never by comparing all with all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.identity.marks import BITS, SURE

VOTES = 2  # codes that two things must share
PARTNERS = 8  # of one thing, those whose shared codes weigh most
AT_ONCE = 8_000_000  # marks whose codes are sorted at once
CHUNK = 4_000_000  # marks whose codes are looked at to see which are this round's
PAIRS = 40_000_000  # pairs of equal codes that are counted: beyond that the commonest codes are left out


class Pairs(NamedTuple):
    """`one` < `other`: numbers of owners; `votes`: how many codes they share. In the order of `one`, then `other`."""

    one: NDArray[np.uint32]
    other: NDArray[np.uint32]
    votes: NDArray[np.int32]


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
    pairs, votes, weights = _summed(runs)
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
    parts = [np.zeros(0, np.uint64)]
    for start in range(0, len(codes), CHUNK):
        some = slice(start, start + CHUNK)
        for own in (codes[some], codes[some] ^ (np.uint32(1) << doubts[some])):
            own = own & np.uint32((1 << bits) - 1)
            mine = own % np.uint32(rounds) == number
            parts.append((own[mine].astype(np.uint64) << np.uint64(32)) | owners[some][mine])
    out = np.concatenate(parts)
    out.sort()
    fresh = np.ones(len(out), bool)
    np.not_equal(out[1:], out[:-1], out=fresh[1:])
    return np.asarray(out[fresh])


Runs = tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.float32]]


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
    found = [(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.float32))]
    for length in np.unique(lengths[(lengths > 1) & (lengths <= longest)]).tolist():
        pairs, counts = np.unique(_paired(owner, starts[lengths == length], length, groups), return_counts=True)
        found.append((pairs, counts.astype(np.int32), (counts / (length - 1)).astype(np.float32)))
    pairs, counts, weights = (np.concatenate(column) for column in zip(*found, strict=True))
    return pairs, counts, weights


def _summed(runs: list[Runs]) -> Runs:
    """Each pair once, in order, with its sums. Empties `runs`: what was found is in memory once."""
    pairs, counts, weights = (np.concatenate(column) for column in zip(*runs, strict=True))
    runs.clear()
    order = np.argsort(pairs, kind="stable")
    pairs, counts, weights = pairs[order], counts[order], weights[order]
    if not len(pairs):
        return pairs, counts, weights
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    return pairs[first], np.add.reduceat(counts, first), np.add.reduceat(weights, first)


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


def _best(side: NDArray[np.uint32], weights: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether a pair is among the PARTNERS that weigh most of its owner on one side."""
    order = np.lexsort((-weights, side))
    owner = side[order]
    first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])) if len(owner) else np.zeros(0, np.int64)
    place = np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))
    out = np.zeros(len(side), bool)
    out[order] = place < PARTNERS
    return out
