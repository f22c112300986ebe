"""How well trained models do where people drew the same thing on the same record, for the report of a run."""

import json
from typing import Any

import polars as pl

from pipelines.context import Context
from pipelines.curate.pending import Pending
from pipelines.curate.settle import standing
from pipelines.engines import tasks
from pipelines.stages.experts import CHECK
from pipelines.store import Store
from transforms.regions.experts import expert

AT = ["dataset", "expert", "concept"]


def agreement(ctx: Context, engine: str = "inline", workers: int = 1) -> list[dict[str, Any]]:
    """dataset, expert, concept, records, dice (the mean), least: of what stands now. Tables are read only where the
    recipe asks a model, by the workers of the engine, a part at a time."""
    store = Store(ctx.workspace)
    asked = {name for source in ctx.recipe.sources for name in source.experts}
    if store.parts is None or not any(expert(name).kind == "model" for name in asked):
        return []
    parts = [part.number for part in store.every_part()]
    found: list[pl.DataFrame] = [
        frame for frame in tasks(engine)(workers).many(_of_part, ctx, parts) if frame is not None
    ]
    if not found:
        return []
    every = pl.concat(found).group_by(AT).agg(pl.col("records", "sum").sum(), pl.col("least").min())
    mean = (pl.col("sum") / pl.col("records")).round(3).alias("dice")
    return every.select(*AT, "records", mean, pl.col("least").round(3)).sort(AT).to_dicts()


def _of_part(ctx: Context, number: int) -> pl.DataFrame | None:
    """Of each expert and concept how many records, the sum of their Dice and the least: what parts add up from."""
    part = Store(ctx.workspace).part(number)
    made = standing(Pending(ctx, part), whole=False)["made"].unique()
    table = part.table("verdicts", ["dataset", "score", "reason", "check"], made=made).to_pylist()
    rows = [{"dataset": row["dataset"], "dice": row["score"], **json.loads(row["reason"])}
            for row in table if row["check"] == CHECK]  # fmt: skip
    if not rows:
        return None
    return pl.DataFrame(rows).group_by(AT).agg(
        pl.len().alias("records"), pl.col("dice").sum().alias("sum"), pl.col("dice").min().alias("least")
    )  # fmt: skip
