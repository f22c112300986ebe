"""Plan: what a recipe would do here, found out before anything is spent. A pilot gives yield and cost."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from connectors import open_dataset
from pipelines import knowledge, neighbours
from pipelines.build import PLANNED
from pipelines.context import Context
from pipelines.curate import curate
from pipelines.curate.groups import kinds
from pipelines.ingest import ingest
from pipelines.ingest.listing import nothing_of
from pipelines.ledger import commonest
from pipelines.publish.offers import Offers
from pipelines.report import Stopwatch
from pipelines.stages import Chain, needs, stages_of
from pipelines.store import Store
from schemas import Candidate, Model
from transforms.regions.experts import expert
from transforms.shards.licence import outlet
from transforms.text.jobs import first_requests
from transforms.text.jobs.base import Material

GROUPED = 8
"""Items that a pilot tries where groups of several records are asked for and none came of fewer."""


class ModelPlan(Model):
    """A trained model that a source asks: the sha256 of its weights, the share of a GPU that a process takes, the main
    memory that its card tells."""

    name: str
    revision: str | None
    gpus: float
    memory_gb: float | None


class SourcePlan(Model):
    """What would be done with one data set. `blocked` says why nothing can be, `withheld` why its samples leave without
    their pixels; `missing` lists experts that cannot run here, with the reason: a build stops before it begins.
    `models` are the trained ones that are asked. `to_read` of `items` are new; the pilot's yield is per item, its
    seconds are of one core; `pilot_failed`: why no sample came of it; `pilot_asked`: task family -> its questions;
    `ungrouped`: the groups of several records that are asked for, where none of any kind came of it. Tokens are the
    most that the first questions to the recipe's language model and their answers may come to."""

    dataset: str
    licence: str
    blocked: str | None = None
    withheld: str | None = None
    missing: dict[str, str] = Field(default_factory=dict)
    models: tuple[ModelPlan, ...] = ()
    items: int = 0
    to_read: int = 0
    records: int = 0
    done: int = 0
    pilot_items: int = 0
    pilot_asked: dict[str, int] = Field(default_factory=dict)
    ungrouped: tuple[str, ...] = ()
    pilot_failed: str | None = None
    samples_per_item: float | None = None
    questions_per_item: float | None = None
    seconds_per_item: float | None = None
    expected_samples: int | None = None
    expected_seconds: float | None = None
    expected_shard_bytes: int | None = None
    expected_table_bytes: int | None = None
    expected_gpu_seconds: float | None = None
    expected_tokens: int | None = None


def plan(ctx: Context, pilot: int) -> list[SourcePlan]:
    """The plan of each source, in the recipe's order. `pilot`: items a data set to try in a workspace that is thrown
    away; 0 for none. Writes nothing to the real workspace."""
    return [_source(ctx, source.dataset, pilot) for source in ctx.recipe.sources]


def _source(ctx: Context, dataset: str, pilot: int) -> SourcePlan:
    card, spec = ctx.card(dataset), ctx.source(dataset)
    asked = [expert(name) for name in spec.experts]
    base = SourcePlan(
        dataset=dataset, licence=card.terms.licence,
        missing={one.name: why for one in asked if (why := one.unavailable())},
        models=tuple(ModelPlan(name=one.name, revision=one.revision(), gpus=one.gpus, memory_gb=one.memory_gb)
                     for one in asked if one.kind == "model"),
    )  # fmt: skip
    leaves, reason = outlet(card.terms, ctx.recipe.use)
    blocked = reason if leaves == "nothing" else None
    base = base.model_copy(update={"withheld": reason if leaves == "annotations" else None})
    if not blocked and not ctx.has(dataset):
        blocked = f"not in {ctx.raw}; run: triptych get {dataset}"
    if blocked:
        return base.model_copy(update={"blocked": blocked})
    blocked = nothing_of(ctx, dataset)
    if blocked:
        return base.model_copy(update={"blocked": blocked})
    listed = sum(1 for _ in open_dataset(card, ctx.space).listing(ctx.root(dataset)))
    items = min(listed, spec.limit or listed)
    known = _known(ctx, dataset)
    found = base.model_copy(
        update={"items": items, "to_read": max(0, items - known[0]), "records": known[1], "done": known[2]}
    )
    return _with_pilot(ctx, found, min(pilot, items)) if pilot and not found.missing else found


def keep(ctx: Context, found: list[SourcePlan]) -> None:
    """Put a plan into the workspace: the run's report shows it beside what came."""
    Store(ctx.workspace).write_json(PLANNED, {"sources": [source.model_dump(mode="json") for source in found]})


def _known(ctx: Context, dataset: str) -> tuple[int, int, int]:
    """Items read, records found, records done in the workspace."""
    store = Store(ctx.workspace)
    listed = store.read_json(f"ingest/{dataset}.json")
    if listed is None:
        return 0, 0, 0
    digest = Chain.of(ctx, dataset).digest
    done = sum(
        part.table("passes", ["dataset"], dataset=[dataset], digest=[digest]).num_rows for part in store.every_part()
    )
    return int(listed["items"]), int(listed["out"]), done


class _Pilot(NamedTuple):
    """What came of a few items: samples, groups of several records among them, task family -> questions."""

    items: int
    samples: int
    groups: int
    asked: dict[str, int]
    shard_bytes: int
    table_bytes: int
    tokens: int
    seconds: float
    failed: str | None


def _with_pilot(ctx: Context, found: SourcePlan, size: int) -> SourcePlan:
    wanted, tried = kinds(ctx, found.dataset), _tried(ctx, found.dataset, size)
    wide = min(found.items, GROUPED)
    if wanted and not tried.groups and size < wide:
        tried = _tried(ctx, found.dataset, wide)
    per_item = found.items / tried.items
    return found.model_copy(
        update={
            "pilot_items": tried.items, "pilot_failed": tried.failed, "pilot_asked": tried.asked,
            "ungrouped": () if tried.groups else wanted,
            "samples_per_item": round(tried.samples / tried.items, 2),
            "questions_per_item": round(sum(tried.asked.values()) / tried.items, 2),
            "seconds_per_item": round(tried.seconds / tried.items, 3),
            "expected_samples": round(tried.samples * per_item), "expected_seconds": round(tried.seconds * per_item, 1),
            "expected_shard_bytes": round(tried.shard_bytes * per_item),
            "expected_table_bytes": round(tried.table_bytes * per_item),
            "expected_tokens": round(tried.tokens * per_item),
            "expected_gpu_seconds": round(gpus_of(ctx) * tried.seconds * per_item, 2),
        }
    )  # fmt: skip


def _tried(ctx: Context, dataset: str, size: int) -> _Pilot:
    """The first items of a data set, in a workspace that is thrown away."""
    plain = ctx.recipe.text.model_copy(update={"model": None, "jobs": (), "tokens": None})  # a pilot asks no model
    recipe = ctx.recipe.model_copy(update={"sources": (ctx.source(dataset),), "text": plain})
    with tempfile.TemporaryDirectory() as folder:
        trial, watch = replace(ctx, recipe=recipe, workspace=folder), Stopwatch()
        ingest(trial, limit=size)
        curate(trial, engine="inline")
        seconds = watch.seconds()
        made = Offers(trial, Store(folder)).part(0)
        offered, bodies = set(made["key"]), Store(folder).read("samples", ["key", "body"])
        made_of = [Candidate.model_validate_json(row["body"]) for row in bodies if row["key"] in offered]
        return _Pilot(
            size, made.height, made["shows"].count(),
            dict(Counter(dialogue.task for one in made_of for dialogue in one.dialogues)), int(made["bytes"].sum()),
            sum(path.stat().st_size for path in Path(folder).rglob("*.parquet")), _tokens(ctx, made_of), seconds,
            None if made.height else commonest(trial),
        )  # fmt: skip


def _tokens(ctx: Context, samples: Sequence[Candidate]) -> int:
    """What the questions to the recipe's model may cost that samples give rise to, no answer being asked for twice."""
    text = ctx.recipe.text
    if text.model is None:
        return 0
    total = 0
    for one in samples:
        material = Material(one, ctx.space, one.description, one.dialogues, text.model.coordinates,
                            passages=knowledge.passages(one, text.passages),
                            neighbours=neighbours.longest(text.neighbours))  # fmt: skip
        picture = b"" if text.model.sees and one.counterfactual is None else None
        total += sum(request.most_tokens() for request in first_requests(material, text.jobs, text.model, 0, picture))
    return total


def gpus_of(ctx: Context) -> float:
    """The share of a GPU that a process takes for all stages together."""
    return sum(needs(stage, ctx).gpus for stage in stages_of(ctx.recipe))
