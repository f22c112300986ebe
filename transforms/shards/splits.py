"""Subjects to splits: the same seed gives the same split, and a subject is in one split only.

A hash cut alone leaves a small corpus with an empty test split as often as not. Subjects are therefore put in a keyed
order, one modality after the other, and each modality is cut into three stretches as long as the shares of its samples;
what rounding took from a split in one modality it gets in the next. A corpus that grows moves the cuts a little, and
with them the few subjects that stand there: who was held out stays held out, and published groups stay as they are.
Where an earlier corpus is grown, nobody moves: new subjects fill what each split lacks of its share. Last, a source
that is large enough for it, and lacks a split, gives it its lightest subject.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas import content_key
from schemas.recipe import Splits

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
# How published sets name their splits; whatever else a set says (fold3, unlabelled) decides nothing here.
SOURCE_NAMES: Mapping[str, Split] = {
    "train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation",
    "dev": "validation", "test": "test", "testing": "test",
}  # fmt: skip
SIZES: dict[str, Any] = {"subject": pl.String, "modality": pl.String, "samples": pl.UInt32, "source_split": pl.String,
         "dataset": pl.String}  # fmt: skip
"""Samples of one subject in one modality of one data set that came under one source split. A subject may have several
rows."""
NUMBER = pl.Enum(SPLITS)
Numbers = NDArray[np.int64]


def assign(
    sizes: pl.DataFrame, splits: Splits, seed: int, before: pl.DataFrame | None = None, held: Collection[str] = (),
) -> pl.DataFrame:  # fmt: skip
    """subject, split of each subject in `sizes` (columns SIZES). `before`: subject, split: where subjects stand
    already. `held`: those that are held out: they are in test, whatever else is said of them.

    A source's own split stands, over `before` too; where a subject's records disagree, test wins over validation over
    train, so that nothing of a published test set is trained on. A subject with more samples than a whole held-out
    split should have goes to the largest split. With three subjects or more, no split with a share stays empty if a
    free subject can fill it; nor does a split lack a source whose share of subjects there rounds to one or more. Raises
    ValueError when all shares are zero.
    """
    shares = _shares(splits)
    people = _people(sizes, before, held, seed)
    where = people["fixed"].fill_null(-1).to_numpy().astype(np.int64)
    weight = people["samples"].to_numpy().astype(np.int64)
    free, stands = where < 0, people["stands"].fill_null(-1).to_numpy().astype(np.int64)
    where[free] = _cut(_modalities(people, free), weight[free], shares, stands[free])
    if people.height >= len(SPLITS):
        subjects = _Subjects(people["subject"], weight, free & (stands < 0), where, seed)
        _fill_empty(subjects, shares)
        _fill_sources(subjects, shares, sizes)
    return people.select("subject", split=pl.Series(where).replace_strict(dict(enumerate(SPLITS)), return_dtype=NUMBER))


def _shares(splits: Splits) -> list[float]:
    raw = [float(getattr(splits, name)) for name in SPLITS]
    total = sum(raw)
    if total <= 0:
        raise ValueError("every share of `splits` is zero: give train, validation or test a share")
    return [one / total for one in raw]


def _people(sizes: pl.DataFrame, before: pl.DataFrame | None, held: Collection[str], seed: int) -> pl.DataFrame:
    """A row a subject: subject, modality (that it has most samples of; the first by name where two are equal), samples,
    the split that is `fixed` by its source or by `held`, and that where it `stands`; in the order in which the free
    ones are cut."""
    codes = {name: SPLITS.index(split) for name, split in SOURCE_NAMES.items()}
    source = pl.col("source_split").str.to_lowercase().replace_strict(codes, default=None, return_dtype=pl.Int8)
    rows = sizes.group_by("subject", "modality").agg(pl.col("samples").sum(), fixed=source.max())
    rows = rows.sort("samples", "modality", descending=[True, False]).group_by("subject", maintain_order=True).agg(
        pl.col("modality").first(), pl.col("samples").sum(), pl.col("fixed").max()
    )  # fmt: skip
    stand = pl.DataFrame(schema={"subject": pl.String, "split": NUMBER}) if before is None else before
    stand = stand.select("subject", stands=pl.col("split").cast(NUMBER).to_physical().cast(pl.Int8))
    rows = rows.join(stand.group_by("subject").agg(pl.col("stands").max()), on="subject", how="left")
    out = pl.col("subject").is_in(list(held))
    rows = rows.with_columns(fixed=pl.when(out).then(SPLITS.index("test")).otherwise("fixed").cast(pl.Int8))
    drawn = (int(content_key(seed, name)[:16], 16) for name in rows["subject"])
    order = np.fromiter(drawn, np.uint64, rows.height)
    return rows.with_columns(order=order).sort("modality", "order", "subject")


def _modalities(people: pl.DataFrame, free: NDArray[np.bool_]) -> Iterator[slice]:
    """The stretch of each modality among the free subjects."""
    at = 0
    for size in people.filter(free).group_by("modality", maintain_order=True).len()["len"]:
        yield slice(at, at + size)
        at += size


def _cut(groups: Iterator[slice], weight: Numbers, shares: list[float], stands: Numbers) -> Numbers:
    """Subjects of each modality in their order -> splits; those that stand somewhere count there."""
    total = int(weight.sum())
    sink = max(range(len(SPLITS)), key=lambda n: shares[n])
    room = np.array([total if n == sink else share * total for n, share in enumerate(shares)])
    most = max(room[n] for n in range(len(SPLITS)) if n != sink)
    given = [0] * len(SPLITS)
    done = stands.copy()
    walked = 0
    for group in groups:
        own, here = weight[group], done[group]
        new = here < 0
        walked += int(own.sum())
        for n in range(len(SPLITS)):
            given[n] += int(own[here == n].sum())
        light = new & (own <= most)
        heavy = own[light]
        ends = _ends(int(heavy.sum()), walked, shares, given, sink)
        middle = heavy.cumsum() - heavy + heavy / 2
        inside = middle[:, None] < np.array(ends)
        split = np.where(inside.any(axis=1), inside.argmax(axis=1), sink)
        here[new] = sink
        here[light] = np.where(heavy <= room[split], split, sink)
        for n in range(len(SPLITS)):
            given[n] += int(own[new & (here == n)].sum())
    return done


def _ends(length: int, walked: int, shares: list[float], given: list[int], sink: int) -> list[float]:
    """Where the stretch of each split ends, on subjects of `length` samples in all: the held-out splits get what they
    lack of their shares of all that was walked, the largest split the rest."""
    lack = [0.0 if n == sink else max(0.0, share * walked - given[n]) for n, share in enumerate(shares)]
    scale = min(1.0, length / (sum(lack) or 1.0))
    wide = [scale * samples for samples in lack]
    wide[sink] = length - sum(wide)
    return list(accumulate(wide))


class _Subjects:
    """All subjects, and in which split each of them is. `free`: those that nothing keeps where they are."""

    def __init__(
        self, names: pl.Series, weight: Numbers, free: NDArray[np.bool_], where: Numbers, seed: int
    ) -> None:  # fmt: skip
        self.names, self.weight, self.free, self.where, self.seed = names, weight, free, where, seed

    def give(self, split: int, among: Numbers) -> None:
        """Move the lightest free subject of these out of a split that has two or more of them, if there is one."""
        count = np.bincount(self.where[among], minlength=len(SPLITS))
        spare = among[self.free[among] & (count[self.where[among]] > 1)]
        if len(spare):
            lightest = spare[self.weight[spare] == self.weight[spare].min()]
            self.where[min(lightest, key=lambda n: content_key(self.seed, "fill", self.names[int(n)]))] = split


def _fill_empty(subjects: _Subjects, shares: list[float]) -> None:
    """Give each empty split with a share the lightest free subject of a split that has two or more."""
    for split, share in enumerate(shares):
        if share and not (subjects.where == split).any():
            subjects.give(split, np.arange(len(subjects.where)))


def _fill_sources(subjects: _Subjects, shares: list[float], sizes: pl.DataFrame) -> None:
    """The same within each source with enough subjects, as long as they are of that source alone."""
    numbers = subjects.names.to_frame("subject").with_row_index("at")
    pairs = sizes.select("dataset", "subject").unique().join(numbers, on="subject").drop("subject")
    several = pairs.group_by("at").len().filter(pl.col("len") > 1)["at"].to_numpy()
    subjects.free[several] = False
    for _, rows in sorted(pairs.partition_by("dataset", as_dict=True).items()):
        own = rows["at"].to_numpy().astype(np.int64)
        for split, share in enumerate(shares):
            if round(share * len(own)) >= 1 and not (subjects.where[own] == split).any():
                subjects.give(split, own)
