"""How many of each kind there may be, so that none has more than its share of all that is left; and where it has."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping


def over(sizes: Mapping[str, int], share: float, free: int = 0) -> dict[str, float]:
    """Kind -> its share of all, of the kinds that have more than `share` of it; by kind. `free` are of no kind."""
    total = free + sum(sizes.values())
    return {kind: size / total for kind, size in sorted(sizes.items()) if size > share * total + 1e-9}


def cap(sizes: Iterable[int], share: float, free: int = 0) -> int:
    """The most of one kind, of kinds of these sizes, where none is to be more than `share` of all; `free` are of no
    kind and all stay. Where there are too few kinds for that, as many as the smallest has. 0 of no kinds."""
    ordered = sorted(size for size in sizes if size)
    if not ordered:
        return 0

    def over(most: int) -> bool:
        return bool(most > share * (free + sum(min(size, most) for size in ordered)))

    caps = range(1, ordered[-1] + 1)  # what is allowed is a line bent downwards: once over it, always over it
    return bisect_left(caps, True, key=over) or ordered[0]
