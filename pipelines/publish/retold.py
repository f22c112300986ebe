"""Samples of different people whose sources say nearly the same in words: one of them leaves.

Of one person nothing is compared: views, studies and groups of one share their report by right, and stay in one split.
All that is held of every sample are the buckets of one round; signatures only of those that met another in one.
"""

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.store.part import place_of
from transforms.identity.texts import RUN, Layout, buckets, layout, unpacked

Rows = Callable[[], Iterable[pl.DataFrame]]
AT_ONCE = 50_000_000  # places in buckets that are compared at once; more are taken in as many rounds as they need
RANK, DOWN = ["drawn", "new", "key"], [True, False, False]
"""Which of several that are the same leaves: that in which people drew most, then one that stands, then by key."""
NONE = pl.DataFrame(schema={"key": pl.String, "retold": pl.String, "alike": pl.Float64})


def reason(kept: str, alike: float) -> str:
    """Why one does not leave, for the ledger."""
    return (
        f"its source says the same as that of {kept}: the same concepts, denials, sides and numbers, "
        f"and about {alike:.0%} of the runs of {RUN} words"
    )


def retold(rows: Rows, least: float) -> pl.DataFrame:
    """key, retold, alike: samples that do not leave, the one that does, and the share of equal rows of their
    signatures, which is about that of equal runs of words. `rows`: key, subject, drawn, new and `tells` (its
    signature), a frame a part. Each that is left out is as alike as `least` to one that is not: there are no chains."""
    how = layout(least)
    suspects = pl.DataFrame({"key": sorted(_crowded(rows, how))}, {"key": pl.String})
    found = [frame.join(suspects, on="key", how="semi") for frame in rows()]
    ranked = pl.concat(found).sort(RANK, descending=DOWN) if found else None
    if ranked is None or ranked.is_empty():
        return NONE
    meant, hashed = unpacked(ranked["tells"].to_list())
    twins = _twins(ranked["subject"].to_list(), meant, hashed, buckets(meant, hashed, how), least)
    keys = ranked["key"]
    return pl.DataFrame([(keys[at], keys[kept], alike) for at, kept, alike in twins], NONE.schema, orient="row")


def _crowded(rows: Rows, how: Layout) -> set[str]:
    """The keys of samples that share a bucket with one of another person."""
    rounds = sum(frame.height for frame in rows()) * how.bands // AT_ONCE + 1
    found: set[str] = set()
    for number in range(rounds):
        lies = [_places(frame, how).filter(pl.col("bucket") % rounds == number) for frame in rows() if frame.height]
        if lies:
            several = pl.col("person").min().over("bucket") != pl.col("person").max().over("bucket")
            found.update(pl.concat(lies).filter(several)["key"])
    return found


def _places(frame: pl.DataFrame, how: Layout) -> pl.DataFrame:
    """key, person, bucket: where the samples of a part lie, a row a band."""
    lies = buckets(*unpacked(frame["tells"].to_list()), how)
    people = pl.Series("person", [place_of(subject) for subject in frame["subject"]], pl.UInt64)
    own = frame.select("key", people)
    return pl.concat(own.with_columns(bucket=pl.Series(lies[:, band])) for band in range(how.bands))


def _twins(
    subjects: list[str], meant: NDArray[np.uint64], hashed: NDArray[np.uint32], lies: NDArray[np.uint64], least: float
) -> Iterable[tuple[int, int, float]]:
    """(number, that of the one which is kept, how alike) of those that are not, the better ranked first."""
    kept: dict[int, list[int]] = {}
    for at, places in enumerate(lies.tolist()):
        near = sorted({one for place in places for one in kept.get(place, ()) if subjects[one] != subjects[at]})
        near = [one for one in near if meant[one] == meant[at]]
        alike = (hashed[near] == hashed[at]).mean(1) if near else np.zeros(1)
        best = int(alike.argmax())
        if near and alike[best] >= least:
            yield at, near[best], float(alike[best])
            continue
        for place in places:
            own = kept.setdefault(place, [])
            if not any(subjects[one] == subjects[at] and (hashed[one] == hashed[at]).all() for one in own):
                own.append(at)
