"""Which sample goes into which shard: a pure function of the samples in their order, whoever works it out.

A corpus that is appended to keeps its shards. What is new goes into further ones, and `opened` says which of those that
stand are packed anew with it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from schemas import content_key
from schemas.recipe import ShardSpec
from transforms.shards.splits import SPLITS

Row = TypeVar("Row")
Place = tuple[str, str]  # of one split, with one set of members
FULL = 0.9  # of what a shard may hold; one with less has room
MORE, FEW = 1.25, 2  # so many times the shards of a new packing, and a few beside, are not too many


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


def interleaved(rows: Iterable[tuple[str, str]], seed: int) -> list[int]:
    """In which order the samples of a shard are written, (key, subject) of each: those of one person lie as far apart
    as they can, spread evenly over the shard, so that neighbours are not slices of one scan. The seed decides who comes
    first, and where."""
    people: dict[str, list[tuple[str, int]]] = {}
    for number, (key, subject) in enumerate(rows):
        people.setdefault(subject, []).append((content_key(seed, "order", key), number))
    places: list[tuple[float, str, int]] = []
    for subject, own in people.items():
        drawn = content_key(seed, "order", subject)
        begins = int(drawn[:12], 16) / 16**12
        places += [((at + begins) / len(own), drawn, number) for at, (_, number) in enumerate(sorted(own))]
    return [number for _, _, number in sorted(places)]


class Held(NamedTuple):
    """What stays of a shard that stands: its name, where it belongs, samples and about how many bytes."""

    name: str
    place: Place
    samples: int
    bytes: int


class Size(NamedTuple):
    samples: int
    bytes: int


def opened(
    held: Iterable[Held], arriving: Mapping[Place, Size], anew: Mapping[Place, int], spec: ShardSpec
) -> set[str]:
    """The names of the shards whose samples are packed with those that arrive, all others stay. `anew`: how many shards
    there would be if all were packed anew.

    The last shard of a place is filled up where it has room and is no larger than what arrives: so no more than twice
    the bytes that arrive are written. Where the shards would be too many (`MORE`, `FEW`), all that have room are packed
    together. One that nothing stays of is among them.
    """
    places: dict[Place, list[Held]] = {}
    for shard in sorted(held):
        places.setdefault(shard.place, []).append(shard)
    found: set[str] = set()
    for place, own in places.items():
        new = arriving.get(place, Size(0, 0))
        found |= {shard.name for shard in own if not shard.samples}
        stay = [shard for shard in own if shard.samples]
        room = [shard for shard in stay if _has_room(shard, spec)]
        further = max(-(-new.samples // spec.max_samples), -(-new.bytes // spec.max_bytes))
        if len(stay) + further > MORE * anew.get(place, 0) + FEW:
            found |= {shard.name for shard in room}
        elif stay and stay[-1] in room and stay[-1].bytes <= new.bytes:
            found.add(stay[-1].name)
    return found


def _has_room(shard: Held, spec: ShardSpec) -> bool:
    return shard.samples < FULL * spec.max_samples and shard.bytes < FULL * spec.max_bytes


def names(shards: Iterable[tuple[str, str, int | str]]) -> dict[tuple[str, str, int | str], str]:
    """(split, members, number of a new shard or name of one that stands) -> file name.

    In a split the shards with most members come first, since some loaders take the first one's for all. Those that
    stand keep their names, as far as the first then has most members and no number is left out.
    """
    found: dict[tuple[str, str, int | str], str] = {}
    every = list(shards)
    for split in SPLITS:
        own = [shard for shard in every if shard[0] == split]
        own.sort(key=lambda s: (-s[1].count(","), s[1], isinstance(s[2], int), s[2]))
        stand = {shard: _number(shard[2]) for shard in own if isinstance(shard[2], str)}
        numbers = {shard: number for shard, number in stand.items() if number < len(own)}
        free = iter(sorted(set(range(len(own))) - set(numbers.values())))
        numbers |= {shard: next(free) for shard in own if shard not in numbers}
        first = next((shard for shard in own if not numbers[shard]), None)
        if first is not None and first[1].count(",") < own[0][1].count(","):
            numbers[first], numbers[own[0]] = numbers[own[0]], 0
        found |= {shard: f"{split}-{numbers[shard]:06d}.tar" for shard in own}
    return found


def _number(name: str) -> int:
    return int(name.removesuffix(".tar").rpartition("-")[2])
