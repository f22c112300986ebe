"""Where people stand already, before a corpus is divided: in the corpus that it is appended to, and in that which the
texts of its neighbours come from. Nobody whose text the one trains on is tested on in the other."""

import logging

import polars as pl

from pipelines import neighbours
from pipelines.context import Context
from pipelines.publish.history import History
from transforms.shards.splits import NUMBER

log = logging.getLogger("triptych")


class Standing:
    """Raises KnowledgeError for an index of neighbours that does not tell."""

    def __init__(self, ctx: Context, history: History | None) -> None:
        self._elsewhere = neighbours.people(ctx).select("subject", pl.col("split").cast(NUMBER))
        self._history = history if history is not None and history.grows else None

    def of(self, number: int, left: pl.DataFrame) -> pl.DataFrame:
        """subject, split of those of a part whose samples are left (columns subject, name), by the names under which
        they go now. What the corpus that is appended to says goes first."""
        stood = self._elsewhere
        if self._history is not None:
            own = self._history.part(number).select("subject", pl.col("split").cast(NUMBER)).unique("subject")
            stood = pl.concat([own, stood.join(own, on="subject", how="anti")])
        names = left.select("subject", "name").unique()
        return stood.join(names, on="subject").select(subject="name", split="split")


def tell_moved(done: pl.DataFrame, stood: pl.DataFrame) -> None:
    """Warns of those who are not in the split in which they stood: their source has one of its own for them, they are
    held out, or they stood in two. Both: subject, split."""
    moved = done.join(stood, on="subject", suffix="_stood").filter(pl.col("split") != pl.col("split_stood"))
    people = moved["subject"].unique().sort()
    if len(people):
        first = moved.sort("subject", "split_stood").row(0, named=True)
        log.warning(
            "%d people are not in the split that they have in the corpus which this one grows from, or draws its "
            "neighbours from: the first, %s, is in %s there and in %s here; compare the two: triptych leak-check A B",
            len(people), first["subject"], first["split_stood"], first["split"],
        )  # fmt: skip
