"""Settling a part: its journals become tables, its counts are made and must add up, and what it offers is put down."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines.context import Context
from pipelines.curate import groups
from pipelines.curate.notices import of_part
from pipelines.curate.pending import KEY, NOT_TRIED, Pending
from pipelines.report import ImbalanceError, StageCounts, balanced
from pipelines.stages import NAMES, Chain
from pipelines.store import Part
from pipelines.store.tables import SCHEMAS
from schemas import content_key

VERSION = "2"
OFFER = [name for name in SCHEMAS["samples"].names if name != "body"]


def inputs(ctx: Context) -> Callable[[Part], str]:
    """What decides the outcome of a part, told of any: the rows that ingest left in it, and the stages as they are
    today, which are looked at once."""
    chains = [(source.dataset, Chain.of(ctx, source.dataset).digest) for source in ctx.recipe.sources]
    together = [(source.dataset, kinds, groups.params(ctx, source.dataset)) for source in ctx.recipe.sources
                if (kinds := groups.kinds(ctx, source.dataset))]  # fmt: skip
    return lambda part: content_key(
        VERSION, sorted(chains), together, [part.paths(name) for name in ("items", "records")]
    )


def settled(part: Part, under: str) -> list[StageCounts] | None:
    """The counts of a part that needs nothing; None of one that does."""
    state = part.state
    if state.get("inputs") != under or part.journals() or not part.files.exists(str(state.get("samples"))):
        return None
    return [StageCounts.model_validate(row) for row in state["counts"]]


def settle(ctx: Context, part: Part) -> list[StageCounts]:
    """Finish a part whose slices are done. Raises ImbalanceError when a unit was lost or counted twice."""
    part.absorb()
    keys = standing(Pending(ctx, part))
    keys = pl.concat([keys, groups.make(ctx, part, keys)])
    part.compact()
    part.sweep()
    counts = counted(ctx, part, keys)
    made = keys.filter(pl.col("stage").is_in([NAMES[-1], groups.NAME]))["made"]
    offered = part.table("samples", OFFER, made=made)
    state: dict[str, Any] = {"inputs": inputs(ctx)(part), "counts": [row.model_dump() for row in counts]}
    state["notices"] = of_part(part, keys)
    part.set_state(state, {"samples": offered, "keys": _keys_table(keys)})
    return counts


def standing(pending: Pending, whole: bool = True) -> pl.DataFrame:
    """dataset, record, stage, made: under which keys the present records of a part are booked. Raises ImbalanceError
    where `whole` and one of them is not."""
    wanted = pending.wanted()
    on = [*KEY, "digest", "twin"]
    found = wanted.join(pending.passes.select(*on, "keys"), on=on, how="left")
    waiting = pending.passes.filter(pl.col("digest") == NOT_TRIED).select(*KEY, waiting="keys")
    found = found.join(waiting, on=KEY, how="left").with_columns(pl.coalesce("keys", "waiting").alias("keys"))
    lost = found.filter(pl.col("keys").is_null())
    if lost.height and whole:
        uri = lost["uri"][0]
        raise ImbalanceError(
            f"{pending.part.name}: {lost.height} records did not pass, {uri} first: please report this"
        )
    rows = found.with_columns(pl.col("keys").str.json_decode(pl.Struct(dict.fromkeys(NAMES, pl.String))))
    return (
        rows.select("dataset", record="key", keys="keys").unnest("keys")
        .unpivot(list(NAMES), index=["dataset", "record"], variable_name="stage", value_name="made")
        .filter(pl.col("made").is_not_null())
    )  # fmt: skip


def counted(ctx: Context, part: Part, keys: pl.DataFrame) -> list[StageCounts]:
    """The counts of every stage and data set, from the ledger: each stage read what the one before it made, and that of
    groups those that were chosen."""
    ledger = pl.from_arrow(part.table("ledger", ["stage", "fate", "out"], made=keys["made"]))
    assert isinstance(ledger, pl.DataFrame)
    fates = keys.join(ledger, on=["made", "stage"], how="left")
    table = fates.group_by("dataset", "stage", "fate").agg(n=pl.len(), out=pl.col("out").sum())
    by = {(dataset, stage, fate): (n, out) for dataset, stage, fate, n, out in table.iter_rows()}
    counts = []
    for dataset in sorted(set(keys["dataset"])):
        read = keys.filter((pl.col("dataset") == dataset) & (pl.col("stage") == NAMES[0])).height
        for stage in (*NAMES, *([groups.NAME] if groups.kinds(ctx, dataset) else [])):
            if stage == groups.NAME:
                read = keys.filter((pl.col("dataset") == dataset) & (pl.col("stage") == stage)).height
            fate = {
                f: by.get((dataset, stage, f), (0, 0)) for f in ("emitted", "quarantined", "filtered", "deduplicated")
            }
            out = sum(int(o or 0) for _, o in fate.values())
            counts.append(balanced(StageCounts(stage=stage, dataset=dataset, read=read, out=out,
                                               **{f: n for f, (n, _) in fate.items()})))  # fmt: skip
            read = out
    return counts


def _keys_table(keys: pl.DataFrame) -> pa.Table:
    return keys.sort("dataset", "record", "stage").to_arrow()
