"""Which data sets hold the same people, and whether a corpus can keep such a person on one side of its splits.

A split is kept by subject, so it keeps apart what shares a name. Two sets of one `subject_space` give a person the same
name: nothing leaks. Two sets that share people under different names cannot be told apart by anybody, and may be drawn
on together only where all of both lies in one split.
"""

from collections.abc import Iterable, Mapping

from schemas import DatasetCard


def space_of(card: DatasetCard) -> str:
    """The namespace of a set's subjects: its own id unless the card says otherwise."""
    return card.subject_space or card.id


def sharing(cards: Mapping[str, DatasetCard], ids: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of `ids` that hold some of the same people, in the order of `ids`."""
    order = list(dict.fromkeys(ids))
    near = {one: neighbours(cards, one) for one in order}
    return [(a, b) for n, a in enumerate(order) for b in order[n + 1 :] if b in near[a] or a in near[b]]


def neighbours(cards: Mapping[str, DatasetCard], dataset: str) -> frozenset[str]:
    """The sets that `dataset` says it shares people with, and those of the same namespace."""
    card = cards[dataset]
    same = {other.id for other in cards.values() if space_of(other) == space_of(card)}
    return frozenset({*card.shares_subjects_with, *same} - {dataset})


def clashes(cards: Mapping[str, DatasetCard], ids: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs that share people under different names: no split can keep those apart."""
    return [(a, b) for a, b in sharing(cards, ids) if space_of(cards[a]) != space_of(cards[b])]


def droppable(cards: Mapping[str, DatasetCard], ids: Iterable[str]) -> dict[str, str]:
    """set -> the earlier one with which it clashes: without these no two of `ids` do. The earlier of two stays."""
    out: dict[str, str] = {}
    for one, other in clashes(cards, ids):
        if one not in out:
            out.setdefault(other, one)
    return out


def pools(cards: Mapping[str, DatasetCard], ids: Iterable[str]) -> dict[str, str]:
    """set -> the name of its pool: the namespaces that clash, straight or by way of others, are one pool, called after
    the first of them. Sets that clash with none are left out."""
    order = list(dict.fromkeys(ids))
    pool = {space_of(cards[one]): space_of(cards[one]) for one in order}
    clashing: set[str] = set()
    for pair in clashes(cards, order):
        first, second = (pool[space_of(cards[one])] for one in pair)
        clashing |= {space_of(cards[one]) for one in pair}
        pool = {space: min(first, second) if name in (first, second) else name for space, name in pool.items()}
    return {one: pool[space_of(cards[one])] for one in order if space_of(cards[one]) in clashing}
