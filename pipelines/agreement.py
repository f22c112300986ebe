"""How well trained models do where people drew the same thing on the same record, for the report of a run."""

import json
from typing import Any

import polars as pl

from pipelines.context import Context
from pipelines.curate.pending import Pending
from pipelines.curate.settle import standing
from pipelines.stages.experts import CHECK
from pipelines.store import Part, Store
from transforms.regions.experts import expert


def agreement(ctx: Context) -> list[dict[str, Any]]:
    """dataset, expert, concept, records, dice (the mean), least: of what stands now. Tables are read only where the
    recipe asks a model."""
    store = Store(ctx.workspace)
    asked = {name for source in ctx.recipe.sources for name in source.experts}
    if store.parts is None or not any(expert(name).kind == "model" for name in asked):
        return []
    rows = [row for part in store.every_part() for row in _of_part(ctx, part)]
    if not rows:
        return []
    at = ["dataset", "expert", "concept"]
    found = pl.DataFrame(rows).group_by(at).agg(
        pl.len().alias("records"), pl.col("dice").mean().round(3), pl.col("dice").min().round(3).alias("least")
    )  # fmt: skip
    return found.sort(at).to_dicts()


def _of_part(ctx: Context, part: Part) -> list[dict[str, Any]]:
    made = standing(Pending(ctx, part), whole=False)["made"].unique()
    table = part.table("verdicts", ["dataset", "score", "reason", "check"], made=made).to_pylist()
    scored = [row for row in table if row["check"] == CHECK]
    return [{"dataset": row["dataset"], "dice": row["score"], **json.loads(row["reason"])} for row in scored]
