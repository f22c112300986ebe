"""Which samples stay in their shards when a corpus is appended to, and which are packed."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

import polars as pl

from pipelines.publish.history import ROW, History
from pipelines.publish.offers import in_order
from schemas import Model
from schemas.recipe import ShardSpec
from transforms.shards.plan import Cutter, Held, Place, Size, opened

PLACED = {**ROW, "bytes": pl.Int64, "lies": pl.String}
"""Of a sample to place. `lies`: the shard of the corpus before that holds its group."""
ASKED, MADE, TOLD = (
    "is asked otherwise, its answers being balanced with the new ones",
    "was made anew of another file, stage, parameter or wording",
    "has other terms, names or languages",
)
"""Why a sample that stays is written anew."""
LEFT = "leaves no longer, or in another split or form"
WHY = pl.Enum([MADE, ASKED, TOLD])
STAYING: dict[str, pl.DataType | type[pl.DataType]] = {
    "key": pl.String,
    "shard": pl.String,
    "bytes": pl.Int64,
    "same": pl.Boolean,
    "why": WHY,
}


class Stays(NamedTuple):
    """A shard that keeps its samples, as far as they still leave. `rows`: of one that is written anew; of one in which
    nothing changed there are none."""

    name: str
    place: Place
    samples: int
    rows: pl.DataFrame | None


class Growth(Model):
    """What became of the shards of the corpus that was appended to, and how many are new. `questions_anew`: which
    questions are asked was decided anew, since too few were left; `why`: what costs shards that are written anew where
    they are -> samples of which it is so."""

    kept: int
    rewritten: int
    packed_anew: int
    new: int
    questions_anew: bool
    why: dict[str, int] = {}

    def line(self) -> str:
        """All of it, for people."""
        why = "; ".join(f"{n:,} sample{'s' if n > 1 else ''}: {reason}" for reason, n in self.why.items())
        anew = f"written anew where they are{f' ({why})' if why else ''}"
        told = {"left as they were": self.kept, anew: self.rewritten,
                "that had room packed with what is new": self.packed_anew, "new": self.new}  # fmt: skip
        asked = "; which questions are asked was decided anew, for too few were left" if self.questions_anew else ""
        return f"appended: shards {', '.join(f'{what}: {n:,}' for what, n in told.items())}{asked}"


class Growing:
    """Takes the samples of all parts, and then tells those that stay from those that arrive. A sample stays where its
    split and its members are those that it has in the corpus before."""

    def __init__(self, history: History, spec: ShardSpec) -> None:
        self._history, self._spec = history, spec
        self._staying = [pl.DataFrame(schema=STAYING)]
        self._changed = [pl.DataFrame(schema=PLACED)]
        self._arriving = [pl.DataFrame(schema=PLACED)]
        self._packed: Cutter[None] = Cutter(spec)
        self._anew: Counter[Place] = Counter()
        self.why: Counter[str] = Counter()

    def take(self, number: int, frame: pl.DataFrame) -> None:
        """The samples of a part in their order, columns PLACED."""
        for split, members, size in frame.select("split", "members", "bytes").iter_rows():
            full = self._packed.add(split, members, None, size)
            self._anew.update([(full.split, full.members)] if full else [])
        stand = self._history.part(number).select(
            "key", "split", "members", "shard", was="identity", was_made="made", was_asked="edits"
        )
        found = frame.join(stand, on=["key", "split", "members"], how="left", maintain_order="left")
        staying = found.filter(pl.col("shard").is_not_null()).with_columns(same=pl.col("identity") == pl.col("was"))
        self._staying.append(staying.select("key", "shard", "bytes", "same", _why()))
        self._changed.append(staying.filter(~pl.col("same")).select(list(PLACED)))
        self._arriving.append(found.filter(pl.col("shard").is_null()).select(list(PLACED)))

    def settle(self) -> tuple[list[Stays], pl.DataFrame]:
        """The shards that stay, by name, and the samples to pack in their order."""
        staying, new = pl.concat(self._staying), pl.concat(self._arriving)
        was = self._history.rows.group_by("shard").agg(pl.col("split", "members").first(), samples=pl.len())
        stay = staying.group_by("shard").agg(pl.len(), pl.col("bytes", "same").sum())
        shards = was.join(stay, on="shard", how="left").fill_null(0).sort("shard")
        held = [Held(name, (split, members), count, size) for name, split, members, count, size
                in shards.select("shard", "split", "members", "len", "bytes").iter_rows()]  # fmt: skip
        sums = new.group_by("split", "members").agg(pl.len(), pl.col("bytes").sum())
        arriving = {(split, members): Size(*size) for split, members, *size in sums.iter_rows()}
        self._anew.update((cut.split, cut.members) for cut in self._packed.rest())
        open_ = opened(held, arriving, self._anew, self._spec)
        whole = set(shards.filter(pl.col("same") == pl.col("samples"))["shard"])
        self._count(shards, staying, open_)
        rows = self._rows(staying, [shard.name for shard in held if shard.name in open_ or shard.name not in whole])
        stays = [Stays(one.name, one.place, one.samples, rows.get(one.name)) for one in held if one.name not in open_]
        freed = [rows[name] for name in sorted(open_)]
        return stays, in_order(pl.concat([new, *freed])).select(list(PLACED))

    def _count(self, shards: pl.DataFrame, staying: pl.DataFrame, open_: Collection[str]) -> None:
        """Why the others are not as they were."""
        there = ~pl.col("shard").is_in(list(open_))
        samples, stay = shards.filter(there).select("samples", "len").sum().row(0)
        changed = staying.filter(there & ~pl.col("same"))["why"]
        self.why = +Counter({**Counter(changed.to_list()), LEFT: samples - stay})

    def _rows(self, staying: pl.DataFrame, shards: Sequence[str]) -> dict[str, pl.DataFrame]:
        """shard -> the samples that stay of it as they are now, in the order in which they lie."""
        of_shard = staying.filter(pl.col("shard").is_in(shards)).partition_by("shard", as_dict=True)
        changed = pl.concat(self._changed).partition_by("lies", as_dict=True)
        found = {}
        for name in shards:
            lie = self._history.index(name, list(ROW)).rename({"shard": "lies"}).with_row_index()
            lie = lie.join(
                of_shard.get((name,), staying.clear()).select("key", "bytes"), on="key", maintain_order="left"
            )
            now = changed.get((name,), self._changed[0]).join(lie.select("key", "index"), on="key")
            old = lie.join(now, on="key", how="anti").select(now.columns)
            found[name] = pl.concat([old, now]).sort("index").select(list(PLACED))
        return found


def _why() -> pl.Expr:
    """One of WHY of the samples that are not the same."""
    same, made, asked = (pl.col(name) == pl.col(was) for name, was in
                         (("identity", "was"), ("made", "was_made"), ("edits", "was_asked")))  # fmt: skip
    told = pl.when(same).then(None).when(~made).then(pl.lit(MADE)).when(~asked).then(pl.lit(ASKED))
    return told.otherwise(pl.lit(TOLD)).cast(WHY).alias("why")
