"""Which sample goes into which shard: a pure function of keys, splits and sizes, so any number of workers agrees."""

from collections.abc import Sequence
from itertools import groupby

from schemas import Model
from schemas.recipe import ShardSpec
from transforms.shards.splits import SPLITS


class ShardPlan(Model):
    """One shard to write: its file name, its split, and the keys in the order in which they are written."""

    name: str
    split: str
    keys: tuple[str, ...]


def shard_name(split: str, number: int) -> str:
    return f"{split}-{number:06d}.tar"


def plan_shards(sizes: Sequence[tuple[str, str, int, str]], spec: ShardSpec) -> list[ShardPlan]:
    """Cut (key, split, estimated bytes, record) into shards: a new one where the next sample would go over
    `max_samples` or `max_bytes`. One sample larger than `max_bytes` gets a shard of its own.

    The order is by split, record and key: views of one volume lie together, so that a worker decodes it once.

    Raises ValueError on a key that comes twice or a split that is none of train, validation, test.
    """
    keys = [key for key, *_ in sizes]
    if len(set(keys)) != len(keys):
        twice = next(key for key in sorted(set(keys)) if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} is planned twice: drop one of the samples")
    if unknown := sorted({split for _, split, *_ in sizes} - set(SPLITS)):
        raise ValueError(f"unknown split {unknown[0]!r}: use one of {', '.join(SPLITS)}")
    plans: list[ShardPlan] = []
    ordered = sorted(sizes, key=lambda item: (_place(item[1]), item[3], item[0]))
    for split, group in groupby(ordered, key=lambda item: item[1]):
        shards = _cut([(key, size) for key, _, size, _ in group], spec)
        plans += [ShardPlan(name=shard_name(split, n), split=split, keys=keys) for n, keys in enumerate(shards)]
    return plans


def _place(split: str) -> int:
    names: tuple[str, ...] = SPLITS
    return names.index(split)


def _cut(samples: list[tuple[str, int]], spec: ShardSpec) -> list[tuple[str, ...]]:
    shards: list[list[str]] = []
    filled = 0
    for key, size in samples:
        if not shards or len(shards[-1]) >= spec.max_samples or filled + size > spec.max_bytes:
            shards.append([])
            filled = 0
        shards[-1].append(key)
        filled += size
    return [tuple(shard) for shard in shards]
