"""Which split each person of a corpus is in, held as what it is of: a part holds all of a person, so each part's people
are looked up among its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from transforms.shards.splits import NUMBER

SPLIT: dict[str, Any] = {"subject": pl.String, "split": NUMBER}


class People:
    """subject -> split, some forty bytes a subject."""

    def __init__(self, done: pl.DataFrame, company: Callable[[pl.DataFrame], pl.Series], parts: int) -> None:
        """`done`: subject, split, part of those who are of one part, null of companies. `company`: rows with subject
        and data set -> the company under whose name each goes, null of who stands alone."""
        self._company = company
        self._shared = done.filter(pl.col("part").is_null()).select(list(SPLIT))
        own = done.filter(pl.col("part").is_not_null()).sort("part")
        self._ends = own["part"].search_sorted(np.arange(parts + 1, dtype=np.uint32)).to_list()
        self._own = own.select(list(SPLIT))

    def of(self, number: int, frame: pl.DataFrame) -> pl.Series:
        """The split of each row of a part: columns subject, dataset."""
        start, end = self._ends[number : number + 2]
        known = pl.concat([self._own.slice(start, end - start), self._shared])
        names = self._company(frame).fill_null(frame["subject"]).alias("subject")
        found = names.to_frame().join(known, on="subject", how="left", maintain_order="left")
        return found["split"].cast(pl.String)
