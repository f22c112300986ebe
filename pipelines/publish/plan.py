"""Which sample goes into which shard: part by part, so that no more than a part and the open shards is in memory."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

import polars as pl

from pipelines.booking import ledger_row
from pipelines.context import Context
from pipelines.publish import rewritten
from pipelines.publish.addresses import mark
from pipelines.publish.growing import PLACED, Growing, Growth, Stays
from pipelines.publish.history import ROW, History
from pipelines.publish.offers import Offers, in_order
from pipelines.publish.uids import uids
from pipelines.report import StageCounts, balanced
from pipelines.store import Store
from schemas import Model, Outcome, Recipe, content_key
from transforms.languages import version
from transforms.shards.licence import licence_of
from transforms.shards.plan import Cut, Cutter, Place, interleaved, names
from transforms.tasks.asking import unasked

NAME, VERSION = "publish", "7"
NEXT = "publish/next"
KEY, SUBJECT, SPLIT, MEMBERS = map(list(ROW).index, ("key", "subject", "split", "members"))


class ShardTask(Model):
    """One shard to write: `file` holds its rows. `near`: the shards of the corpus that stands which hold groups of its
    samples; `whole`: that one of them is this one, as it lies."""

    name: str
    split: str
    members: str
    file: str
    samples: int
    near: tuple[str, ...] = ()
    whole: bool = False


class Plan(Model):
    """`subjects`: split -> subjects; `people`: data set -> split -> subjects. `counts`: a row a data set. `left_out`:
    task -> questions that balance left out; `unmet`: what the recipe asks for and does not get, a line each.
    `base`: what identifies the corpus whose groups may be copied;
    `grown_from`: the SHA-256 of its manifest, where it is appended to."""

    key: str
    base: str | None = None
    grown_from: str | None = None
    growth: Growth | None = None
    shards: tuple[ShardTask, ...]
    subjects: dict[str, int]
    people: dict[str, dict[str, int]] = {}
    counts: tuple[StageCounts, ...]
    left_out: dict[str, int] = {}
    unmet: tuple[str, ...] = ()


def publish_key(ctx: Context, offers: Offers) -> str:
    """What decides a corpus: the recipe, the terms, and the candidates."""
    terms = [ctx.card(source.dataset).to_json() for source in ctx.recipe.sources]  # new terms are a new corpus
    return content_key(NAME, VERSION, ctx.recipe.to_json(), terms, offers.paths, languages_key(ctx), mark(ctx))


def languages_key(ctx: Context) -> str:
    """What decides the words of the recipe's other languages, beside the candidates."""
    return content_key(*(version(ctx.space, language) for language in ctx.recipe.text.languages))


def make_plan(ctx: Context, history: History) -> Plan:
    """Plan the shards, put the rows of each into a file, and book the fate of every candidate."""
    offers = Offers(ctx, Store(ctx.workspace), history)
    key = publish_key(ctx, offers)
    copies = offers.copies()
    _tell_shared(offers.shared(copies))
    found = _rewritten(ctx, offers, copies)
    people = offers.people(copies, rewritten.pairs(found))
    equal = copies.filter(pl.col("kept").is_not_null()).select("key", "kept")
    known = uids(offers.store, offers.columns("key", "subject", "record"), equal, found, history)
    chosen = offers.chosen(copies)
    shards = _Shards(history, ctx.recipe)
    sums: dict[str, Counter[str]] = {source.dataset: Counter() for source in ctx.recipe.sources}
    shown: dict[str, Counter[str]] = {}
    subjects: Counter[str] = Counter()
    for (number, frame), edits in zip(_booked(offers, copies, key), chosen.edits, strict=True):
        for dataset, fate in _fates(frame):
            sums[dataset].update({"read": 1, fate: 1, "out": int(fate == "emitted")})
        kept = frame.filter(pl.all_horizontal(pl.col("kept", "retold", "barred", "mixed").is_null()))
        kept = kept.join(edits, on="key", how="left")
        kept = kept.with_columns(people.of(number, kept).alias("split"))
        for dataset, split, _ in kept.select("dataset", "split", "subject").unique().iter_rows():
            shown.setdefault(dataset, Counter())[split] += 1  # all of a person is in one part
        subjects.update(kept.select("split", "subject").unique()["split"])
        shards.take(number, _placed(ctx, offers, known.of(kept), number))
    unmet = (*offers.unmet(copies, chosen.asked), *unasked(ctx.recipe.tasks, chosen.asked, chosen.tasks))
    counts = [balanced(StageCounts(stage=NAME, dataset=name, **count)) for name, count in sums.items() if count]
    return Plan(key=key, base=history.stamp.get("manifest"), grown_from=history.grown_from,
                shards=tuple(shards.finish()), growth=shards.growth(chosen.anew),
                subjects=dict(sorted(subjects.items())),
                people={name: dict(sorted(own.items())) for name, own in sorted(shown.items())},
                counts=tuple(counts), left_out=chosen.tasks, unmet=unmet)  # fmt: skip


def again(ctx: Context, history: History, key: str) -> Plan | None:
    """The plan of a corpus that was appended to and stands, published under the same key: it was decided once, and only
    what was lost of it is to be made. None where that is not known any more."""
    if history.stamp.get("key") != key or not history.grows:
        return None
    offers = Offers(ctx, Store(ctx.workspace), history)
    for _ in _booked(offers, offers.copies(), key):
        pass
    plan = Plan.model_validate(history.plan)
    shards = tuple(shard.model_copy(update=_whole(history, shard.name)) for shard in plan.shards)
    return plan.model_copy(update={"base": history.stamp["manifest"], "shards": shards})


def _tell_shared(shared: Mapping[tuple[str, str], int]) -> None:
    """A line for each two sets that show the same."""
    for (one, other), count in sorted(shared.items()):
        logging.getLogger("triptych").warning(
            "%s and %s show the same in %d samples: one of each is kept, and those in whom it shows stay in one split; "
            "`triptych leak-check` of their folders finds rewritten copies too", one, other, count,
        )  # fmt: skip


def _rewritten(ctx: Context, offers: Offers, copies: pl.DataFrame) -> list[rewritten.Copy]:
    """Rewritten copies, where the recipe has them looked for: a file with each, and a line for all of them.
    Where it was not looked for there is no such file."""
    store = offers.store
    if not ctx.recipe.splits.copies:
        store.files.delete(rewritten.NAME)
        return []
    found = rewritten.rewritten(ctx, store, offers.leaving(copies))
    store.write_json(rewritten.NAME, [one.model_dump(mode="json") for one in found])
    if found:
        logging.getLogger("triptych").warning(
            "%d pairs of records of different people show rewritten copies of one picture or scan: they stay in one "
            "split; %s/%s has each with its evidence", len(found), store.workspace, rewritten.NAME,
        )  # fmt: skip
    return found


def _whole(history: History, name: str) -> dict[str, Any]:
    """What says of a task that a shard which stands is taken over as it lies."""
    return {"file": f"{history.groups}/{name}.parquet", "near": (name,), "whole": True}


def _booked(offers: Offers, copies: pl.DataFrame, key: str) -> Iterator[tuple[int, pl.DataFrame]]:
    """The candidates of each part, their fates booked."""
    for number in range(len(offers.paths)):
        frame = offers.part(number).join(copies, on="key", how="left")
        _book(offers.store, number, key, frame)
        yield number, frame


def _placed(
    ctx: Context, offers: Offers, kept: pl.DataFrame, number: int
) -> pl.DataFrame:  # fmt: skip
    """The kept candidates of a part in their order, each with what decides its group's bytes."""
    covers = {name: covered(name, offers.bare) for name in kept["dataset"].unique()}
    licences = {name: content_key(licence_of(ctx.card(name), own).to_json()) for name, own in covers.items()}
    frame = in_order(kept)
    frame = frame.with_columns(part=pl.lit(number, pl.Int64))
    frame = frame.with_columns(pl.col("edits").fill_null("{}"))
    said = frame.select("key", "made", "split", "edits", "person", "scan", "dataset").iter_rows()
    words = languages_key(ctx)
    names = mark(ctx)
    identity = [content_key(VERSION, *row, licences[dataset], words, names) for *row, dataset in said]
    return frame.with_columns(identity=pl.Series(identity, dtype=pl.String))


def covered(dataset: str, bare: Collection[str]) -> Literal["all", "annotations"]:
    """What the licence of a set's samples covers."""
    return "annotations" if dataset in bare else "all"


def _fates(frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    why = {"barred": pl.coalesce("barred", "mixed"), "twice": pl.coalesce("kept", "retold")}
    columns = frame.select("dataset", "torn", **why)
    for dataset, torn, barred, twice in columns.iter_rows():
        yield dataset, "filtered" if barred or torn else "deduplicated" if twice else "emitted"


def _book(store: Store, number: int, key: str, frame: pl.DataFrame) -> None:
    rows: list[dict[str, Any]] = []
    columns = frame.select(
        "key", "dataset", "record", "kept", "torn", "retold", "why", barred=pl.coalesce("barred", "mixed")
    )
    for unit, dataset, record, kept, torn, twin, why, barred in columns.iter_rows():
        about = {"stage": NAME, "dataset": dataset, "unit": unit, "key": key}
        if barred:
            outcome = Outcome(fate="filtered", reason=barred, **about)
        elif torn:
            reason = f"the same pixels as {kept}, to which the source gives other labels: which are right is not known"
            outcome = Outcome(fate="filtered", reason=reason, **about)
        elif kept:
            outcome = Outcome(fate="deduplicated", reason=f"the same pixels as {kept}", **about)
        elif twin:
            outcome = Outcome(fate="deduplicated", reason=why, **about)
        else:
            outcome = Outcome(fate="emitted", out=1, **about)
        rows.append(ledger_row(outcome, record))
    store.files.sweep(f"ledger/{store.part(number).name}")  # of one who was killed here
    store.part(number).append({"ledger": rows})


class _Shards:
    """Puts the rows of each shard into a file as soon as it is full. Samples without their pixels share one with those
    alone that have the same members with them: made whole, they stay together. Where a corpus is appended to, what
    stays is known at the end only."""

    def __init__(self, history: History, recipe: Recipe) -> None:
        self.history, self.files, self.seed = history, history.files, recipe.seed
        self.growing = Growing(history, recipe.shards) if history.grows else None
        self.cutter: Cutter[tuple[Any, ...]] = Cutter(recipe.shards)
        self.tasks: dict[tuple[str, str, int | str], ShardTask] = {}

    def take(self, number: int, frame: pl.DataFrame) -> None:
        """The samples of a part in their order."""
        lie = self.history.part(number).select("key", lies="shard")
        placed = frame.join(lie, on="key", how="left", maintain_order="left").select(list(PLACED))
        if self.growing:
            self.growing.take(number, placed)
        else:
            self._pack(placed)

    def finish(self) -> list[ShardTask]:
        """All shards by name."""
        stays, arriving = self.growing.settle() if self.growing else ([], None)
        if arriving is not None:
            self._pack(arriving)
        for cut in self.cutter.rest():
            self._close(cut)
        for stay in stays:
            self._keep(stay)
        named = names(self.tasks)
        return [self.tasks[at].model_copy(update={"name": name}) for at, name in named.items()]

    def growth(self, questions_anew: bool) -> Growth | None:
        """What became of the shards that stood; known when all are finished."""
        if self.growing is None:
            return None
        stay = [task.whole for at, task in self.tasks.items() if isinstance(at[2], str)]
        return Growth(kept=sum(stay), rewritten=len(stay) - sum(stay), packed_anew=len(self.history.shards) - len(stay),
                      new=len(self.tasks) - len(stay), questions_anew=questions_anew,
                      why=dict(sorted(self.growing.why.items())))  # fmt: skip

    def _pack(self, frame: pl.DataFrame) -> None:
        for *row, size, lies in frame.iter_rows():
            full = self.cutter.add(row[SPLIT], row[MEMBERS], (*row, lies), size)
            if full:
                self._close(full)

    def _close(self, cut: Cut[tuple[Any, ...]]) -> None:
        file = f"{NEXT}/plan/{cut.split}-{content_key(cut.members)[:6]}-{cut.number:06d}.parquet"
        order = interleaved(((row[KEY], row[SUBJECT]) for row in cut.rows), self.seed)
        rows = pl.DataFrame([cut.rows[n] for n in order], {**ROW, "lies": pl.String}, orient="row")
        self.tasks[cut.split, cut.members, cut.number] = self._task(file, (cut.split, cut.members), rows)

    def _keep(self, stay: Stays) -> None:
        split, members = stay.place
        if stay.rows is None:
            task = ShardTask(name="", split=split, members=_leave(members), samples=stay.samples,
                             **_whole(self.history, stay.name))  # fmt: skip
        else:
            task = self._task(f"{NEXT}/plan/{stay.name}.parquet", stay.place, stay.rows)
        self.tasks[split, members, stay.name] = task

    def _task(self, file: str, place: Place, rows: pl.DataFrame) -> ShardTask:
        """A shard to write, its rows put into a file."""
        self.files.write_table(file, rows.select(list(ROW)).to_arrow())
        near = rows["lies"].drop_nulls().unique().sort()
        return ShardTask(name="", split=place[0], members=_leave(place[1]), file=file, samples=rows.height,
                         near=tuple(near))  # fmt: skip


def _leave(members: str) -> str:
    """The members of a sample as it leaves."""
    return members.partition(";")[0]
