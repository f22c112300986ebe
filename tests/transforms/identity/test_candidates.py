"""Candidates are the pairs that share codes: those that comparing every pair with every other gives."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.identity import candidates as module
from transforms.identity.candidates import VOTES, candidates

ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, 6)), max_size=60)


def _codes(rows: list[tuple[int, int, int]], owner: int) -> set[int]:
    own = [(code, doubt) for code, doubt, mine in rows if mine == owner]
    return {code for code, _ in own} | {code ^ (1 << doubt) for code, doubt in own}


@given(ROWS, st.lists(st.integers(0, 2), min_size=7, max_size=7), st.sampled_from([5, 10**6]))
def test_they_are_those_of_comparing_all_with_all(
    rows: list[tuple[int, int, int]], groups: list[int], at_once: int
) -> None:  # fmt: skip
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    before, module.AT_ONCE = module.AT_ONCE, at_once
    try:
        found = candidates(
            columns[0].astype(np.uint32), columns[1].astype(np.uint8), columns[2].astype(np.uint32),
            np.array(groups, np.uint32),
        )  # fmt: skip
    finally:
        module.AT_ONCE = before
    wanted = {}
    for one, other in combinations(range(7), 2):
        votes = len(_codes(rows, one) & _codes(rows, other))
        if votes >= VOTES and groups[one] != groups[other]:
            wanted[one, other] = votes
    told = zip(found.one.tolist(), found.other.tolist(), found.votes.tolist(), strict=True)
    assert {(one, other): votes for one, other, votes in told} == wanted
