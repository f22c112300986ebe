"""Samples of different people that say or show nearly the same: of two of one meaning one leaves.

Of one person nothing is compared: views, studies and groups of one share their report by right, and stay in one split.
All that is held of every sample are the buckets of one round; signatures only of those that met another in one.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.store.part import place_of

Rows = Callable[[], Iterable[pl.DataFrame]]
AT_ONCE = 50_000_000  # places in buckets that are compared at once; more are taken in as many rounds as they need
RANK, DOWN = ["drawn", "new", "key"], [True, False, False]
"""Which of several that are the same leaves: that in which people drew most, then one that stands, then by key."""
FOUND = pl.DataFrame(schema={"key": pl.String, "retold": pl.String, "alike": pl.Float64})
Vectors = NDArray[Any]


class Nearness(Protocol):
    """How signatures of one kind are compared: those that share one of `bands` buckets are, and two are near that are
    alike by `least` or more. A signature begins with a digest of what it means."""

    least: float
    bands: int

    def unpacked(self, signatures: list[bytes]) -> tuple[NDArray[np.uint64], Vectors]: ...
    def buckets(self, meant: NDArray[np.uint64], vectors: Vectors) -> NDArray[np.uint64]: ...
    def alike(self, vectors: Vectors, others: list[int], at: int) -> NDArray[np.float64]: ...


class Found(NamedTuple):
    """Both key, retold, alike. `twins`: samples that do not leave, with the one that does; `others`: samples that do,
    with the nearest of those that mean something else."""

    twins: pl.DataFrame
    others: pl.DataFrame


def retold(rows: Rows, how: Nearness) -> Found:
    """`rows`: key, subject, drawn, new and `tells` (its signature), a frame a part. Each twin is as alike as is asked
    for to one that leaves: there are no chains."""
    suspects = pl.DataFrame({"key": sorted(_crowded(rows, how))}, {"key": pl.String})
    found = [frame.join(suspects, on="key", how="semi") for frame in rows()]
    ranked = pl.concat(found).sort(RANK, descending=DOWN) if found else None
    if ranked is None or ranked.is_empty():
        return Found(FOUND, FOUND)
    pairs = list(_pairs(ranked["subject"].to_list(), ranked["tells"].to_list(), how))
    keys = ranked["key"]
    twins, others = ([(keys[at], keys[near], alike) for at, near, alike, same in pairs if same is wanted]
                     for wanted in (True, False))  # fmt: skip
    return Found(*(pl.DataFrame(own, FOUND.schema, orient="row") for own in (twins, others)))


def _crowded(rows: Rows, how: Nearness) -> set[str]:
    """The keys of samples that share a bucket with one of another person."""
    rounds = sum(frame.height for frame in rows()) * how.bands // AT_ONCE + 1
    found: set[str] = set()
    for number in range(rounds):
        lies = [_places(frame, how).filter(pl.col("bucket") % rounds == number) for frame in rows() if frame.height]
        if lies:
            several = pl.col("person").min().over("bucket") != pl.col("person").max().over("bucket")
            found.update(pl.concat(lies).filter(several)["key"])
    return found


def _places(frame: pl.DataFrame, how: Nearness) -> pl.DataFrame:
    """key, person, bucket: where the samples of a part lie, a row a band."""
    lies = how.buckets(*how.unpacked(frame["tells"].to_list()))
    people = pl.Series("person", [place_of(subject) for subject in frame["subject"]], pl.UInt64)
    own = frame.select("key", people)
    return pl.concat(own.with_columns(bucket=pl.Series(lies[:, band])) for band in range(how.bands))


def _pairs(subjects: list[str], signatures: list[bytes], how: Nearness) -> Iterator[tuple[int, int, float, bool]]:
    """(number, that of one which is kept, how alike, whether they mean the same), the better ranked first: of each the
    nearest that means the same, and it is not kept then; else the nearest of those that mean something else."""
    meant, vectors = how.unpacked(signatures)
    kept: dict[int, list[int]] = {}
    told: set[tuple[str, bytes]] = set()
    for at, places in enumerate(how.buckets(meant, vectors).tolist()):
        near = sorted({one for place in places for one in kept.get(place, ()) if subjects[one] != subjects[at]})
        alike = how.alike(vectors, near, at) if near else np.zeros(0)
        close = [(float(of), one) for of, one in zip(alike, near, strict=True) if of >= how.least]
        if same := [one for one in close if meant[one[1]] == meant[at]]:
            best = max(same, key=lambda one: one[0])
            yield at, best[1], best[0], True
            continue
        if close:
            best = max(close, key=lambda one: one[0])
            yield at, best[1], best[0], False
        if (subjects[at], signatures[at]) not in told:
            told.add((subjects[at], signatures[at]))
            for place in places:
                kept.setdefault(place, []).append(at)
