"""Groups: samples of several records, made where a part is settled (transforms/groups has the design).

A unit is a group that the rules choose among the samples that stand in the part; it is booked as the stage `groups`.
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from pipelines.context import Context
from pipelines.curate.group import NAME, VERSION, Making, Unit, params
from pipelines.curate.pending import Pending
from pipelines.stages import regions, samples
from pipelines.store import Part, Row
from schemas import Grouping, GroupKind, Record, content_key
from schemas.recipe import ViewSpec
from transforms.groups import cases, prior
from transforms.groups.choose import Chosen, Shown, choose
from transforms.regions.counterfactual import PREFIX

__all__ = ["NAME", "chosen", "kinds", "make", "params", "standing"]

KINDS: tuple[GroupKind, ...] = ("study", "series", "visits", "cases")
FRAME = re.compile(r"\b\d+\.png\b")  # of the members of a clip
AT_ONCE = 32  # groups of which the samples are in memory
KEYS = {"dataset": pl.String, "record": pl.String, "stage": pl.String, "made": pl.String}


def kinds(ctx: Context, dataset: str) -> tuple[GroupKind, ...]:
    """The kinds of group that a recipe wants of a data set."""
    return tuple(kind for kind in KINDS if kind in ctx.source(dataset).views.groups)


def chosen(ctx: Context, part: Part, keys: pl.DataFrame) -> list[Unit]:
    """The groups of a part, in the order of their keys. `keys`: under which its present records are booked."""
    wanted = [source.dataset for source in ctx.recipe.sources if kinds(ctx, source.dataset)]
    keys = keys.filter(pl.col("dataset").is_in(wanted))
    if keys.is_empty():
        return []
    there = Pending(ctx, part).wanted().filter(pl.col("dataset").is_in(wanted) & (pl.col("twin") == ""))
    bodies = part.rows("records", ["body"], key=there["key"], made=there["item"])
    records = {row["key"]: Record.model_validate_json(row["body"]) for row in bodies}
    frames = {row["key"]: row["frame"] for row in part.rows("scenes", ["frame"], made=_made(keys, regions.NAME))}
    columns = ["key", "made", "record", "pixels", "drawn", "members"]
    shown = [
        Shown(
            row["key"],
            row["made"],
            frames[row["key"]],
            row["pixels"],
            row["drawn"],
            records[row["record"]],
            max(1, len(FRAME.findall(row["members"]))),
        )
        for row in part.rows("samples", columns, made=_made(keys, samples.NAME))
        if not frames[row["key"]].startswith(PREFIX)
    ]
    return sorted((unit for name in wanted for unit in _units(ctx, name, shown, list(records.values()))),
                  key=lambda unit: unit.key)  # fmt: skip


def _units(ctx: Context, dataset: str, shown: Sequence[Shown], records: Sequence[Record]) -> Iterator[Unit]:
    own = [one for one in shown if one.record.dataset == dataset]
    those = [record for record in records if record.dataset == dataset]
    under, how = content_key(NAME, VERSION, params(ctx, dataset)), ctx.card(dataset).layout.groups
    for kind in kinds(ctx, dataset):
        for one in _chosen(kind, own, those, how, ctx.source(dataset).views):
            made = content_key(under, one.key, [sample.made for sample in one.samples])
            yield Unit(one, made, one.samples[0].record)


def _chosen(
    kind: GroupKind, own: Sequence[Shown], those: Sequence[Record], how: Grouping, views: ViewSpec
) -> list[Chosen]:  # fmt: skip
    if kind == "study" and views.prior:
        return prior.choose(own, those, how, views.most)
    if kind == "cases":
        return cases.choose(own, how, views.most)
    return choose(kind, own, those, how, views.most)


def _made(keys: pl.DataFrame, stage: str) -> pl.Series:
    return keys.filter(pl.col("stage") == stage)["made"]


def standing(ctx: Context, part: Part, keys: pl.DataFrame) -> pl.DataFrame:
    """dataset, record, stage, made: under which keys the groups of a part are booked."""
    rows = [(unit.first.dataset, unit.first.key, NAME, unit.made) for unit in chosen(ctx, part, keys)]
    return pl.DataFrame(rows, KEYS, orient="row")


def make(ctx: Context, part: Part, keys: pl.DataFrame) -> pl.DataFrame:
    """Make those groups of a part that are not there yet; `standing` of all of them."""
    units = chosen(ctx, part, keys)
    booked = {row["made"] for row in part.rows("ledger", ["unit"], made=[unit.made for unit in units])}
    rows: dict[str, list[Row]] = {}
    left = [unit for unit in units if unit.made not in booked]
    for some in (left[n : n + AT_ONCE] for n in range(0, len(left), AT_ONCE)):
        own = [sample for unit in some for sample in unit.chosen.samples]
        found = part.rows("samples", ["body"], key=[one.key for one in own], made=[one.made for one in own])
        bodies = {row["key"]: row["body"] for row in found}
        for unit in some:
            for table, more in Making(ctx, part, unit).rows_of(bodies).items():
                rows.setdefault(table, []).extend(more)
    part.append(rows)
    named = [(unit.first.dataset, unit.first.key, NAME, unit.made) for unit in units]
    return pl.DataFrame(named, KEYS, orient="row")
