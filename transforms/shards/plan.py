"""Which sample goes into which shard: a pure function of the samples in their order, whoever works it out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from schemas.recipe import ShardSpec
from transforms.shards.splits import SPLITS

Row = TypeVar("Row")


@dataclass
class Cut(Generic[Row]):
    """The samples of one shard, in the order in which they are written. `members`: the endings that all of them have,
    joined by commas; `number`: which one of its split and members it is."""

    split: str
    members: str
    number: int
    rows: list[Row] = field(default_factory=list)
    bytes: int = 0


class Cutter(Generic[Row]):
    """Cuts a stream of samples into shards, with no more than the open ones in memory: a new shard where the next
    sample would go over `max_samples` or `max_bytes`. One sample larger than `max_bytes` gets a shard of its own.

    A shard is of one split, and all its samples have the same members: loaders that take the first one's for all, or
    make tuples of them, read every shard alike.
    """

    def __init__(self, spec: ShardSpec) -> None:
        self._spec = spec
        self._open: dict[tuple[str, str], Cut[Row]] = {}
        self._numbers: Counter[tuple[str, str]] = Counter()

    def add(self, split: str, members: str, row: Row, size: int) -> Cut[Row] | None:
        """Take a sample of about `size` bytes; the shard that is full now, if one is. Raises ValueError on a split that
        is none of train, validation, test."""
        if split not in SPLITS:
            raise ValueError(f"unknown split {split!r}: use one of {', '.join(SPLITS)}")
        at, full = (split, members), None
        cut = self._open.get(at)
        if cut and (len(cut.rows) >= self._spec.max_samples or cut.bytes + size > self._spec.max_bytes):
            full, cut = cut, None
        if cut is None:
            cut = self._open[at] = Cut(split, members, self._numbers[at])
            self._numbers[at] += 1
        cut.rows.append(row)
        cut.bytes += size
        return full

    def rest(self) -> list[Cut[Row]]:
        """The shards that are still open."""
        return list(self._open.values())


def names(shards: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str, int], str]:
    """(split, members, number) -> file name. In a split those with most members come first, since some loaders take the
    first shard's for all."""
    order: tuple[str, ...] = SPLITS
    numbers: Counter[str] = Counter()
    found = {}
    for split, members, number in sorted(shards, key=lambda s: (order.index(s[0]), -s[1].count(","), s[1], s[2])):
        found[split, members, number] = f"{split}-{numbers[split]:06d}.tar"
        numbers[split] += 1
    return found
