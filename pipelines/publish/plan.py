"""Which sample goes into which shard: part by part, so that no more than a part and the open shards is in memory."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

import polars as pl

from pipelines.booking import ledger_row
from pipelines.context import Context
from pipelines.publish.offers import Offers, in_order
from pipelines.report import StageCounts, balanced
from pipelines.store import Store
from pipelines.store.files import Files
from schemas import Model, Outcome, content_key
from schemas.recipe import ShardSpec
from transforms.languages import version
from transforms.shards.licence import licence_of
from transforms.shards.plan import Cut, Cutter, names

NAME, VERSION = "publish", "5"
NEXT = "publish/next"
ROW = ["key", "part", "dataset", "record", "made", "split", "edits", "identity"]


class ShardTask(Model):
    """One shard to write: `file` holds its rows; its samples come from the parts `first` to `last`."""

    name: str
    split: str
    members: str
    file: str
    samples: int
    first: int
    last: int


class Plan(Model):
    """`subjects`: split -> subjects. `counts`: a row a data set. `left_out`: task -> questions that balance
    left out."""

    key: str
    shards: tuple[ShardTask, ...]
    subjects: dict[str, int]
    counts: tuple[StageCounts, ...]
    left_out: dict[str, int] = {}


def publish_key(ctx: Context, offers: Offers) -> str:
    """What decides a corpus: the recipe, the terms, and the candidates."""
    terms = [ctx.card(source.dataset).to_json() for source in ctx.recipe.sources]  # new terms are a new corpus
    return content_key(NAME, VERSION, ctx.recipe.to_json(), terms, offers.paths, languages_key(ctx))


def languages_key(ctx: Context) -> str:
    """What decides the words of the recipe's other languages, beside the candidates."""
    return content_key(*(version(ctx.space, language) for language in ctx.recipe.text.languages))


def make_plan(ctx: Context, offers: Offers) -> Plan:
    """Plan the shards, put the rows of each into a file, and book the fate of every candidate."""
    store, key = offers.store, publish_key(ctx, offers)
    copies = offers.copies()
    splits = offers.splits(copies)
    chosen = offers.chosen(copies)
    shards = _Shards(store.files, ctx.recipe.shards)
    sums: dict[str, Counter[str]] = {source.dataset: Counter() for source in ctx.recipe.sources}
    for number in range(len(offers.paths)):
        frame = offers.part(number).join(copies, on="key", how="left")
        _book(store, number, key, frame)
        for dataset, fate in _fates(frame):
            sums[dataset].update({"read": 1, fate: 1, "out": int(fate == "emitted")})
        kept = frame.filter(pl.col("kept").is_null() & pl.col("barred").is_null())
        kept = kept.join(chosen.edits, on="key", how="left")
        shards.take(_placed(ctx, offers, kept, splits, number))
    counts = [balanced(StageCounts(stage=NAME, dataset=name, **count)) for name, count in sums.items() if count]
    return Plan(key=key, shards=tuple(shards.finish()), subjects=dict(sorted(Counter(splits.values()).items())),
                counts=tuple(counts), left_out=chosen.tasks)  # fmt: skip


def _placed(
    ctx: Context, offers: Offers, kept: pl.DataFrame, splits: Mapping[str, str], number: int
) -> pl.DataFrame:  # fmt: skip
    """The kept candidates of a part in their order, each with its split and with what decides its group's bytes."""
    covers = {name: covered(name, offers.bare) for name in kept["dataset"].unique()}
    licences = {name: content_key(licence_of(ctx.card(name), own).to_json()) for name, own in covers.items()}
    frame = in_order(kept)
    own = pl.Series("split", [splits[subject] for subject in frame["subject"]], pl.String)
    frame = frame.with_columns(own, part=pl.lit(number))
    frame = frame.with_columns(pl.col("edits").fill_null("{}"))
    said = frame.select("key", "made", "split", "edits", "dataset").iter_rows()
    words = languages_key(ctx)
    identity = [content_key(VERSION, *row, licences[dataset], words) for *row, dataset in said]
    return frame.with_columns(identity=pl.Series(identity, dtype=pl.String))


def covered(dataset: str, bare: Collection[str]) -> Literal["all", "annotations"]:
    """What the licence of a set's samples covers."""
    return "annotations" if dataset in bare else "all"


def _fates(frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    for dataset, barred, kept, torn in frame.select("dataset", "barred", "kept", "torn").iter_rows():
        yield dataset, "filtered" if barred or torn else "deduplicated" if kept else "emitted"


def _book(store: Store, number: int, key: str, frame: pl.DataFrame) -> None:
    rows: list[dict[str, Any]] = []
    columns = frame.select("key", "dataset", "record", "barred", "kept", "torn")
    for unit, dataset, record, barred, kept, torn in columns.iter_rows():
        about = {"stage": NAME, "dataset": dataset, "unit": unit, "key": key}
        if barred:
            outcome = Outcome(fate="filtered", reason=barred, **about)
        elif torn:
            reason = f"the same pixels as {kept}, to which the source gives other labels: which are right is not known"
            outcome = Outcome(fate="filtered", reason=reason, **about)
        elif kept:
            outcome = Outcome(fate="deduplicated", reason=f"the same pixels as {kept}", **about)
        else:
            outcome = Outcome(fate="emitted", out=1, **about)
        rows.append(ledger_row(outcome, record))
    store.files.sweep(f"ledger/{store.part(number).name}")  # of one who was killed here
    store.part(number).append({"ledger": rows})


class _Shards:
    """Puts the rows of each shard into a file as soon as it is full. Samples without their pixels share one with those
    alone that have the same members with them: made whole, they stay together."""

    def __init__(self, files: Files, spec: ShardSpec) -> None:
        self.files = files
        self.cutter: Cutter[tuple[Any, ...]] = Cutter(spec)
        self.tasks: dict[tuple[str, str, int], ShardTask] = {}

    def take(self, frame: pl.DataFrame) -> None:
        for *row, members, size in frame.select(*ROW, "members", "bytes").iter_rows():
            full = self.cutter.add(row[ROW.index("split")], members, tuple(row), size)
            if full:
                self._close(full)

    def finish(self) -> list[ShardTask]:
        """All shards by name."""
        for cut in self.cutter.rest():
            self._close(cut)
        named = names(self.tasks)
        return [self.tasks[at].model_copy(update={"name": name}) for at, name in named.items()]

    def _close(self, cut: Cut[tuple[Any, ...]]) -> None:
        members = cut.members.partition(";")[0]
        frame = pl.DataFrame(cut.rows, ROW, orient="row")
        file = f"{NEXT}/plan/{cut.split}-{content_key(cut.members)[:6]}-{cut.number:06d}.parquet"
        self.files.write_table(file, frame.to_arrow())
        self.tasks[cut.split, cut.members, cut.number] = ShardTask(
            name="", split=cut.split, members=members, file=file, samples=frame.height,
            first=int(frame["part"][0]), last=int(frame["part"][-1]),
        )  # fmt: skip
