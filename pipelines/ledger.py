"""The ledger, counted again from the tables alone: nothing that a run said of itself is asked."""

from collections import Counter, defaultdict
from typing import Any

import polars as pl

from pipelines.context import Context
from pipelines.curate import groups
from pipelines.curate.pending import Pending
from pipelines.curate.settle import inputs, settled, standing
from pipelines.engines import tasks
from pipelines.publish.history import STAMP
from pipelines.publish.offers import Offers
from pipelines.publish.plan import publish_key
from pipelines.report import FATES, StageCounts
from pipelines.stages import NAMES, names_of
from pipelines.store import Part, Store

STAGES = ("ingest", *NAMES, groups.NAME, "publish")
REASON = 160  # characters of a reason
Aside = tuple[str, str, str, str]  # stage, data set, fate, kind of reason


def recount(ctx: Context) -> tuple[list[StageCounts], list[str]]:
    """Counts of every stage and data set, and a line for each that does not add up: what it read is counted in the
    table that it reads, its fates in the ledger, what it made in the table that it wrote.

    Raises ValueError where nothing was ingested.
    """
    store = Store(ctx.workspace)
    if store.parts is None:
        raise ValueError(f"{ctx.workspace}: nothing was ingested here; run: triptych build")
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for part in store.every_part():
        for (stage, dataset, fate), (units, out) in fates(ctx, part).items():
            sums[dataset, stage].update({fate: units, "out": out})
        for (stage, dataset, what), number in tables(ctx, part).items():
            sums[dataset, stage].update({what: number})
    curated = any(part.state for part in store.every_part())
    stages = ("ingest", *names_of(ctx.recipe), groups.NAME, "publish")
    reached = stages if _published(ctx, store) else stages[:-1] if curated else stages[:1]
    counts: list[StageCounts] = []
    faults = _unsettled(ctx, store) if curated else []
    for source in ctx.recipe.sources:
        listed = store.read_json(f"ingest/{source.dataset}.json") or {}
        sums[source.dataset, "ingest"]["read"] = int(listed.get("items", 0))
        for stage in reached:
            if stage == groups.NAME and not groups.kinds(ctx, source.dataset):
                continue
            found = sums[source.dataset, stage]
            row = StageCounts(stage=stage, dataset=source.dataset, **{n: found[n] for n in ("read", "out", *FATES)})
            counts.append(row)
            faults += _faults(row, found)
    return counts, faults


def _published(ctx: Context, store: Store) -> bool:
    """Whether the corpus that stands is made of the candidates of now."""
    stamp = store.read_json(STAMP)
    if not stamp or any("samples" not in part.state for part in store.every_part()):
        return False
    return bool(stamp["key"] == publish_key(ctx, Offers(ctx, store)))


def _unsettled(ctx: Context, store: Store) -> list[str]:
    parts, under = store.every_part(), inputs(ctx)
    waiting = sum(settled(part, under(part)) is None for part in parts)
    if not waiting:
        return []
    return [f"{waiting} of {len(parts)} parts wait for stages as this recipe has them today; run: triptych curate"]


def _faults(row: StageCounts, found: Counter[str]) -> list[str]:
    where = f"{row.dataset}: {row.stage}"
    faults = []
    if not row.balanced:
        booked = ", ".join(f"{getattr(row, name)} {name}" for name in FATES)
        faults.append(f"{where} read {row.read} units and booked {booked}")
    if row.stage in ("ingest", "regions", "samples", groups.NAME) and found["made"] != row.out:
        faults.append(f"{where} says that it made {row.out} rows, its table holds {found['made']}")
    return faults


def fates(ctx: Context, part: Part) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(stage, data set, fate) -> units and what came of them, of what stands in a part now."""
    found = booked(ctx, part).group_by("stage", "dataset", "fate").agg(n=pl.len(), out=pl.col("out").sum())
    return {(stage, dataset, fate): (n, int(out or 0)) for stage, dataset, fate, n, out in found.iter_rows()}


def booked(ctx: Context, part: Part, published: str | None = None) -> pl.DataFrame:
    """stage, dataset, unit, fate, reason, out: the ledger's rows of what stands in a part now. `published`: the key of
    the publish that is asked about; that of the corpus which stands, where it is not given."""
    keys = _keys(ctx, part, Pending(ctx, part))
    stamp = published or (Store(ctx.workspace).read_json(STAMP) or {}).get("key", "")
    made = [*part.present(), *keys["made"].unique(), stamp]
    columns = ["stage", "dataset", "unit", "fate", "reason", "out"]
    return _frame(part.table("ledger", columns, made=made)).filter(
        pl.col("dataset").is_in([source.dataset for source in ctx.recipe.sources])
    )


def tables(ctx: Context, part: Part) -> dict[tuple[str, str, str], int]:
    """(stage, data set, "read" or "made") -> rows of the tables that stages read and write."""
    pending, names = Pending(ctx, part), names_of(ctx.recipe)
    records, keys = pending.records(), _keys(ctx, part, pending)
    scenes = _made(part, "scenes", keys, "regions")
    samples = _made(part, "samples", keys, "samples")
    counts: Counter[tuple[str, str, str]] = Counter()
    for dataset, number in records.group_by("dataset").len().iter_rows():
        counts["ingest", dataset, "made"] += number
        counts["regions", dataset, "read"] += number
    for dataset, number in scenes.items():
        counts["regions", dataset, "made"] += number
    for stage, made in (("samples", samples), (groups.NAME, _made(part, "samples", keys, groups.NAME))):
        for dataset, number in made.items():
            counts[stage, dataset, "made"] += number
            counts["publish", dataset, "read"] += number
    for dataset in keys.filter(pl.col("stage") == groups.NAME)["dataset"]:
        counts[groups.NAME, dataset, "read"] += 1
    for (stage, dataset, fate), (_, out) in fates(ctx, part).items():
        if fate == "emitted" and stage in names[:-1]:
            counts[names[names.index(stage) + 1], dataset, "read"] += out
    return dict(counts)


def _keys(ctx: Context, part: Part, pending: Pending) -> pl.DataFrame:
    """Under which keys the records of a part are booked, and the groups that are chosen of them now."""
    keys = standing(pending, whole=False)
    return pl.concat([keys, groups.standing(ctx, part, keys)])


def _made(part: Part, table: str, keys: pl.DataFrame, stage: str) -> Counter[str]:
    made = keys.filter(pl.col("stage") == stage)["made"]
    return Counter(_frame(part.table(table, ["dataset"], made=made))["dataset"].to_list())


def commonest(ctx: Context, published: str | None = None) -> str:
    """Why most units were set aside, in words; what was read, where none was. `published`: as `booked` has it."""
    rows = asides(ctx, published)
    if not rows:
        return "nothing was read, or nothing came of it"
    most = max(rows, key=lambda row: int(row["units"]))
    of = sum(row["units"] for row in rows)
    return (f"of {of:,} units that were set aside, {most['units']:,} were {most['fate']} at {most['stage']}: "
            f"{most['reason']} (such as {most['example']})")  # fmt: skip


def asides(
    ctx: Context, published: str | None = None, engine: str = "inline", workers: int = 1
) -> list[dict[str, Any]]:
    """Fates other than emitted, with how many units share each reason, and one of them. `published`: as `booked` has
    it. The workers of the engine read the ledger, a part at a time."""
    counts: Counter[Aside] = Counter()
    example: dict[Aside, str] = {}
    parts = [(part.number, published) for part in Store(ctx.workspace).every_part()]
    for found in tasks(engine)(workers).many(_aside, ctx, parts):
        for at, (number, unit) in found.items():
            counts[at] += number
            example[at] = min(example.get(at, unit), unit)
    names = ("stage", "dataset", "fate", "reason")
    return [
        {**dict(zip(names, key, strict=True)), "units": number, "example": example[key]}
        for key, number in sorted(counts.items())
    ]


def _aside(ctx: Context, of: tuple[int, str | None]) -> dict[Aside, tuple[int, str]]:
    """Of one part: how many units share each reason, and the first of them."""
    number, published = of
    rows = booked(ctx, Store(ctx.workspace).part(number), published).filter(pl.col("fate") != "emitted")
    units: dict[Aside, list[str]] = defaultdict(list)
    for stage, dataset, fate, reason, unit in rows.select("stage", "dataset", "fate", "reason", "unit").iter_rows():
        units[stage, dataset, fate, kind_of(reason or "")].append(unit)
    return {at: (len(found), min(found)) for at, found in units.items()}


def kind_of(reason: str) -> str:
    """A reason without the key that makes it one of a kind."""
    return reason.split(" as ")[0] if reason.startswith("the same") else reason[:REASON]


def _frame(table: Any) -> pl.DataFrame:
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found
