"""What may be published, decided on key tables alone: what licences hold back, what shows the same pixels, and which
subject goes into which split. No sample is opened here."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

import polars as pl

from catalog.subjects import pools
from pipelines.confounding import held_out
from pipelines.context import Context
from pipelines.ingest.snapshots import read_frame
from pipelines.publish import nearly, retold, together
from pipelines.publish.history import History
from pipelines.publish.people import SPLIT, People
from pipelines.publish.questions import Questions
from pipelines.publish.standing import Standing, tell_moved
from pipelines.store import Store
from pipelines.store.part import place_of
from schemas import canonical_json, content_key
from schemas.recipe import MixSpec
from transforms.identity.components import components
from transforms.shards import mix
from transforms.shards.builder import TEXT
from transforms.shards.licence import outlet
from transforms.shards.splits import SIZES, assign
from transforms.shards.withheld import staying
from transforms.shares import over
from transforms.tasks.asking import decide, edits_of
from transforms.tasks.balance import NEW, frame_of, is_grown, standing

SHOWN = {"key": pl.String, "dataset": pl.String, "pixels": pl.String, "drawn": pl.Int64, "said": pl.String}
PASSING = "publish/next/passing"  # what is put down while a plan is made, and gone after it
AT_ONCE = 5_000_000  # rows compared with one another at once; more are taken in as many rounds as they need


class Chosen(NamedTuple):
    """What becomes of questions. `edits`: of each part in turn, key, edits: JSON of dialogue -> its choices, or the
    value that it is asked with; false where it is not asked. `tasks`: task -> questions that are not asked; `asked`:
    task -> those that are, but for the sources' own. `anew`: what the corpus before decided does not stand."""

    edits: Iterator[pl.DataFrame]
    tasks: dict[str, int]
    asked: dict[str, int]
    anew: bool


class Offers:
    """The candidates of all parts as the last curate left them. `history`: the corpus that stands; where it is appended
    to, what it decided stands too."""

    def __init__(self, ctx: Context, store: Store, history: History | None = None) -> None:
        self.ctx, self.store, self.history = ctx, store, history
        self.paths = [str(part.state.get("samples", "")) for part in store.every_part()]
        if not self.paths:
            raise ValueError(f"{ctx.workspace}: nothing was ingested here; run: triptych ingest first")
        if missing := [number for number, path in enumerate(self.paths) if not path]:
            raise ValueError(f"{ctx.workspace}: part {missing[0]} was not curated; run: triptych curate first")
        terms = {source.dataset: ctx.card(source.dataset).terms for source in ctx.recipe.sources}
        found = {name: outlet(own, ctx.recipe.use) for name, own in terms.items()}
        self.pools = pools({name: ctx.card(name) for name in terms}, terms)
        self.held = {name: own.reason for name, own in found.items() if own.leaves == "nothing"}
        self.bare = {name: own.reason for name, own in found.items() if own.leaves == "annotations"}

    def part(self, number: int) -> pl.DataFrame:
        """The candidates of one part. `barred`: why one may not leave, null where it may. `members`: those that leave;
        of one whose pixels may not, after a semicolon those that it has with them."""
        frame = read_frame(self.store.files, self.paths[number])
        text = pl.col("members").str.split(",").list.contains(TEXT)
        reason = pl.col("dataset").replace_strict(self.held, default=None, return_dtype=pl.String)
        words = pl.col("dataset").replace_strict(self.bare, default=None, return_dtype=pl.String)
        members = frame["members"].map_elements(staying, pl.String) + ";" + frame["members"].str.replace_all(",", "+")
        several = pl.col("shows").is_not_null()
        no_rebuild = pl.lit("; a group of several records is not rebuilt from its sources")
        kinds = pl.when(text).then(pl.lit("; a document is its text")).when(several).then(no_rebuild)
        return frame.with_columns(
            barred=pl.coalesce(reason, pl.concat_str(words, kinds)),
            members=pl.when(pl.col("dataset").is_in(list(self.bare))).then(members).otherwise(pl.col("members")),
            bytes=pl.col("bytes") - self._words(frame),
        )

    def _words(self, frame: pl.DataFrame) -> pl.Expr:
        """The bytes that do not count when shards are cut: in layers, those of the words, so that others leave the
        pixels where they are. A part that an older version settled does not tell."""
        there = self.ctx.recipe.shards.layers and "words" in frame.columns
        return pl.col("words").fill_null(0) if there else pl.lit(0)

    def copies(self) -> pl.DataFrame:
        """key, kept, torn, retold, why, mixed: what does not leave. Of candidates that show the same pixels, `kept`:
        the one in which people drew most, then one that stands, then the first by key. `torn`: their set calls them by
        other classes there; then none of them is kept. `retold`: the one that leaves of those that say or look nearly
        the same, with the reason in `why`. `mixed`: why the recipe's mix leaves one out, or a group shows
        people of several splits."""
        twice = self._seen_twice()
        rounds = len(twice) // AT_ONCE + 1
        found = pl.concat([self._copies(twice, number, rounds) for number in range(rounds)])
        found = pl.concat([found, self._of_torn(found)]).unique("key", keep="last")
        found = pl.concat([found, self._nearly(found)], how="diagonal")
        if self.history and self.history.grows:
            found = pl.concat([found, together.parted(self._together(found), self.history.rows)], how="diagonal")
        return pl.concat([found, self._mixed(found)], how="diagonal").sort("key")

    def _nearly(self, copies: pl.DataFrame) -> pl.DataFrame:
        """key, retold, why: of what would leave else, what says or looks nearly the same as something that does."""

        def columns(*names: str) -> Iterator[pl.DataFrame]:
            return (frame.with_columns(new=self._new(frame)) for frame in self.columns(*names))

        return nearly.left_out(self.ctx.recipe.deduplicate, columns, copies, self.store)

    def _new(self, frame: pl.DataFrame) -> pl.Series:
        """Which samples do not stand in the corpus that is appended to."""
        stands = self.history.rows["key"] if self.history else pl.Series([], dtype=pl.String)
        return frame.select(~pl.col("key").is_in(stands.implode())).to_series()

    def _mixed(self, copies: pl.DataFrame) -> pl.DataFrame:
        """key, mixed: what the recipe's mix leaves out of the rest, what a corpus that grows has not yet first."""
        spec, seed = self.ctx.recipe.mix, self.ctx.recipe.seed
        if spec == MixSpec():
            return pl.DataFrame(schema={"key": pl.String, "mixed": pl.String})
        columns = ("key", "dataset", "modality", "anatomy")
        rest = pl.concat(frame.join(copies, on="key", how="anti") for frame in self.columns(*columns))
        draw = [int(content_key(seed, "mix", key)[:16], 16) >> 1 | (NEW if new else 0)
                for key, new in zip(rest["key"], self._new(rest), strict=True)]  # fmt: skip
        return mix.left_out(rest.with_columns(draw=pl.Series(draw, dtype=pl.UInt64)), spec)

    def _of_torn(self, found: pl.DataFrame) -> pl.DataFrame:
        """Groups that show what is not kept for its labels."""
        torn = set(found.filter(pl.col("torn"))["key"])
        rows = [(key, one, True) for frame in (self.columns("key", "shows") if torn else ())
                for key, shows in frame.filter(pl.col("shows").is_not_null()).iter_rows()
                for one in [next((name for name in json.loads(shows) if name in torn), None)] if one]  # fmt: skip
        return pl.DataFrame(rows, {"key": pl.String, "kept": pl.String, "torn": pl.Boolean}, orient="row")

    def _seen_twice(self) -> pl.Series:
        """Hashes of the pixels that several candidates show, sorted: eight bytes a candidate are all that is held."""
        hashes = pl.concat([frame["pixels"].drop_nulls().hash() for frame in self.columns("pixels")]).sort()
        return hashes.filter(hashes == hashes.shift()).unique(maintain_order=True)

    def _copies(self, twice: pl.Series, number: int, rounds: int) -> pl.DataFrame:
        def may(frame: pl.DataFrame) -> pl.DataFrame:
            own = frame.filter(pl.col("pixels").str.slice(0, 6).str.to_integer(base=16) % rounds == number)
            hashes = own["pixels"].hash()
            return own.filter(hashes == twice.gather(twice.search_sorted(hashes).clip(0, len(twice) - 1)))

        mine = [may(frame) for frame in self.columns("key", "dataset", "pixels", "drawn", "said") if len(twice)]
        whole = pl.concat([pl.DataFrame(schema=SHOWN), *mine])
        same = whole.filter(pl.col("pixels").is_duplicated())
        torn = _torn(same)
        rest = same.join(torn, on="key", how="anti")
        ranked = rest.with_columns(new=self._new(rest)).sort(retold.RANK, descending=retold.DOWN)
        kept = ranked.group_by("pixels", maintain_order=True).agg(kept=pl.col("key").first())
        same = ranked.join(kept, on="pixels").filter(pl.col("key") != pl.col("kept"))
        return pl.concat([same.select("key", "kept", torn=pl.lit(False)), torn])

    def people(self, copies: pl.DataFrame, rewritten: pl.DataFrame) -> People:
        """The splits of the people of what is kept. Those of a pool go together: nobody knows which of them are one. So
        do subjects of whom the same pixels were shown, or rewritten copies of one picture (`rewritten`: key, kept):
        they are one person under two names; and those whom one group shows."""
        joined = self.joined(pl.concat([copies.select("key", "kept"), rewritten]), self._together(copies))
        held = [*{subject for people in held_out(self.ctx, self.store) for subject in people}]
        sizes, stand = [pl.DataFrame(schema={**SIZES, "part": pl.UInt32})], [pl.DataFrame(schema=SPLIT)]
        kept, standing = set[str](), Standing(self.ctx, self.history)
        for number, frame in enumerate(self.columns("key", "dataset", "subject", "modality", "split")):
            left = frame.join(copies, on="key", how="anti")
            left = left.with_columns(name=self._named(left, joined).fill_null(left["subject"]))
            by = [pl.col("name").alias("subject"), "modality", pl.col("split").alias("source_split"), "dataset"]
            counted = left.group_by(by).agg(samples=pl.len(), part=pl.lit(number, pl.UInt32))
            sizes.append(counted.select(list(sizes[0].columns)))
            kept.update(left.filter(pl.col("subject").is_in(held))["name"] if held else ())
            stand.append(standing.of(number, left))
        rows, spec = pl.concat(sizes), self.ctx.recipe.splits
        stood = pl.concat(stand)
        done = assign(rows.drop("part"), spec, self.ctx.recipe.seed, stood, kept)
        tell_moved(done, stood)
        names = pl.col("subject").is_in([*self.pools.values(), *joined.values()])
        own = rows.filter(~names).select("subject", "part").unique("subject")
        return People(done.join(own, on="subject", how="left"), partial(self._named, joined=joined), len(self.paths))

    def leaving(self, copies: pl.DataFrame) -> pl.DataFrame:
        """key, subject of what is kept."""
        return pl.concat(frame.join(copies, on="key", how="anti") for frame in self.columns("key", "subject"))

    def shared(self, copies: pl.DataFrame) -> dict[tuple[str, str], int]:
        """Two sets -> how many samples of the one show the same pixels as some of the other."""
        sets = self._among(copies, "dataset")
        both = copies.join(sets, on="key").join(sets, left_on="kept", right_on="key", suffix="_kept")
        pairs = both.filter(pl.col("dataset") != pl.col("dataset_kept")).select("dataset", "dataset_kept").iter_rows()
        return dict(Counter((min(pair), max(pair)) for pair in pairs))

    def _together(self, copies: pl.DataFrame) -> pl.DataFrame:
        """Whom groups of several people show, of those that leave."""
        found = together.shown(self.columns("key", "dataset", "subject", "shows"))
        return found.join(copies, left_on="group", right_on="key", how="anti")

    def _among(self, pairs: pl.DataFrame, *names: str) -> pl.DataFrame:
        """key and these of the candidates that are the one or the other of a pair: key, kept."""
        wanted = pl.col("key").is_in(pl.concat([pairs["key"], pairs["kept"]]).unique().implode())
        return pl.concat([frame.filter(wanted) for frame in self.columns("key", *names)])

    def joined(self, copies: pl.DataFrame, people: pl.DataFrame) -> dict[str, str]:
        """subject, or pool -> the name under which it is kept in one split with those who were shown with the same, or
        together: the first of them. Those who were not are left out."""
        pairs = copies.filter(pl.col("kept").is_not_null()).select("key", "kept")
        links: list[tuple[str, str]] = []
        if pairs.height:
            rows = self._among(pairs, "dataset", "subject")
            names = dict(zip(rows["key"], self._called(rows), strict=True))
            links += [(names[key], names[kept]) for key, kept in pairs.iter_rows()]
        links += together.links(people["group"], self._called(people))
        return {name: company[0] for company in components(links) for name in company}

    def _called(self, frame: pl.DataFrame) -> pl.Series:
        """The pool in which each row's subject stays; the subject itself where it is in none."""
        return self._named(frame, {}).fill_null(frame["subject"])

    def _named(self, frame: pl.DataFrame, joined: Mapping[str, str]) -> pl.Series:
        """The pool, or other company, in which each row's subject stays; null of those who stand alone."""
        pool = frame["dataset"].replace_strict(self.pools, default=None, return_dtype=pl.String)
        own = pool.fill_null(frame["subject"]).replace_strict(joined, default=None, return_dtype=pl.String)
        return own.fill_null(pool)

    def chosen(self, copies: pl.DataFrame) -> Chosen:
        """What becomes of the questions of what is kept: answers are balanced, and choices drawn, over the whole
        corpus; where it is appended to, what was decided stands as far as the rules allow it."""
        seed, spec = self.ctx.recipe.seed, self.ctx.recipe.questions
        questions, decided = Questions(self.store.files, PASSING), False
        for number, frame in enumerate(self.columns("key", "made", "asked")):
            kept = frame.join(copies, on="key", how="anti")
            before = self.history.decided(number, kept) if self.history else {}
            decided |= bool(before)
            questions.take(frame_of(kept.select("key", "asked").iter_rows(), seed, before))
        found = questions.families()
        asked = standing(found, spec)
        for task, edits in decide(asked, spec, seed, self.ctx.space):
            questions.settle(task, edits)
        stay = Counter(found.sizes) - questions.gone
        anew = decided and (asked is not found or not is_grown(asked))
        return Chosen(map(_edits, questions.parts()), dict(sorted((+questions.gone).items())), dict(stay), anew)

    def unmet(self, copies: pl.DataFrame, asked: Mapping[str, int]) -> list[str]:
        """A line for each share that the recipe asks for and does not get. `asked`: task -> questions that leave."""
        spec, most = self.ctx.recipe.mix, self.ctx.recipe.questions.most_of_task
        told = []
        if spec != MixSpec():
            columns = ("key", "dataset", "modality", "anatomy")
            rest = pl.concat(self.columns(*columns)).join(
                copies.filter(pl.col("mixed").is_null()), on="key", how="anti"
            )
            taken = rest.join(copies, on="key", how="anti")
            told = mix.unmet(dict(rest.group_by("dataset").len().iter_rows()), taken, spec)
        return told + [
            f"questions.most_of_task: {most:.0%} is asked for, {task} has {share:.0%}: too few others, or all in all"
            for task, share in over(asked, most).items()
        ]

    def columns(self, *names: str) -> Iterator[pl.DataFrame]:
        """These of the candidates that may leave, a frame a part."""
        for number in range(len(self.paths)):
            frame = self.part(number)
            yield frame.filter(pl.col("barred").is_null()).select(names)


def _edits(rows: pl.DataFrame) -> pl.DataFrame:
    found = [(key, canonical_json(edits)) for key, edits in edits_of(rows).items()]
    return pl.DataFrame(found, {"key": pl.String, "edits": pl.String}, orient="row")


def _torn(twice: pl.DataFrame) -> pl.DataFrame:
    """key, kept, torn: of candidates with the same pixels those whose own set calls them by other classes in another
    place, with the key of one of these. A label more than the other has is no contradiction."""
    rows: list[tuple[str, str, bool]] = []
    several = twice.filter((pl.col("said") != "[]") & (pl.col("said").n_unique().over("dataset", "pixels") > 1))
    for _, group in several.sort("key").group_by("dataset", "pixels", maintain_order=True):
        said = [(key, frozenset(json.loads(labels))) for key, labels in group.select("key", "said").iter_rows()]
        for key, own in said:
            other = next((name for name, labels in said if not own <= labels and not labels <= own), None)
            if other is not None:
                rows.append((key, other, True))
    return pl.DataFrame(rows, {"key": pl.String, "kept": pl.String, "torn": pl.Boolean}, orient="row")


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """By the place of the subject, then record and key: the same order however many parts there are; what one person
    has lies together, and neighbours are people who have nothing to do with one another."""
    subjects = frame["subject"].unique().to_list()
    places = pl.DataFrame({"subject": subjects, "place": [place_of(name) for name in subjects]},
                          {"subject": pl.String, "place": pl.UInt64})  # fmt: skip
    return frame.join(places, on="subject").sort("place", "subject", "record", "key")
