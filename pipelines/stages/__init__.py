"""The curate stages, in order. A stage is a module with NAME, VERSION, `params(ctx, dataset)`, `run(ctx, packet)` and
`restore(packet, rows)`, which puts a packet into the state that `run` would have left it in, from stored rows. It may
say what it needs: GPUS, or `gpus(ctx)` where that depends on the recipe (a fraction is allowed), POOL (True: it loads a
model, so workers stay), SECONDS (a record's limit); and what it does for many records together before it `run`s for
each, `ahead(ctx, packets, log)`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from pipelines.booking import noticed, quarantined
from pipelines.complaints import heard
from pipelines.context import Context
from pipelines.deadline import deadline
from pipelines.faults import reason_of
from pipelines.packet import Packet
from pipelines.stages import dialogues, facts, language, regions, samples, texts
from pipelines.store import Row
from schemas import Notice, Recipe, Record, Region, Step, canonical_json, content_key


@dataclass(frozen=True)
class Needs:
    """What a stage needs of whoever runs it: a share of a GPU; `pool`: workers that stay, because it loads a model."""

    gpus: float = 0.0
    pool: bool = False


class Stage(Protocol):
    NAME: str
    VERSION: str

    def params(self, ctx: Context, dataset: str) -> dict[str, Any]: ...

    def run(self, ctx: Context, packet: Packet) -> None: ...

    def restore(self, packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None: ...


EVERY: tuple[Stage, ...] = (regions, facts, texts, dialogues, language, samples)
NAMES = tuple(stage.NAME for stage in EVERY)
TABLES = ("regions", "scenes", "facts", "texts", "dialogues")  # what `restore` reads


def stages_of(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages that a recipe takes: one without a language model has no use for that one's."""
    return EVERY if recipe.text.model is not None else tuple(stage for stage in EVERY if stage is not language)


def names_of(recipe: Recipe) -> tuple[str, ...]:
    """What they are called."""
    return tuple(stage.NAME for stage in stages_of(recipe))


def at_once(stages: Sequence[Stage], ctx: Context) -> int:
    """How many records go through these stages together, for the sake of those that ask a model for many at once."""
    return max((stage.at_once(ctx) for stage in stages if hasattr(stage, "at_once")), default=1)


def advance_all(ctx: Context, stages: Sequence[Stage], packets: Sequence[Packet], log: Any) -> None:
    """Take packets through stages, each through as many as it can take alone. `log`: of the calls of a stage that asks
    a model. Pixels are not kept while many wait for that: they are drawn again."""
    cuts = [n for n, stage in enumerate(stages) if hasattr(stage, "ahead")]
    for start, end in pairwise([0, *(n for n in cuts if n), len(stages)]):
        if stages and hasattr(stages[start], "ahead"):
            stages[start].ahead(ctx, packets, log)  # type: ignore[attr-defined]
        for packet in packets:
            for stage in stages[start:end]:
                advance(ctx, stage, packet)
            for state in packet.scenes if end < len(stages) and len(packets) > 1 else ():
                state.view = None


def needs(stage: Stage, ctx: Context) -> Needs:
    """What a stage needs for a recipe: its constants, or what its own `gpus(ctx)` tells; with a GPU goes a pool."""
    own: Callable[[Context], float] | None = getattr(stage, "gpus", None)
    share = own(ctx) if own else float(getattr(stage, "GPUS", 0))
    return Needs(share, bool(getattr(stage, "POOL", own is not None and share > 0)))


@dataclass(frozen=True)
class Chain:
    """The stages as one data set of a recipe takes them. `digest` changes with any version or parameter."""

    stages: tuple[Stage, ...]
    params: tuple[dict[str, Any], ...]
    said: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, ctx: Context, dataset: str) -> "Chain":
        stages = stages_of(ctx.recipe)
        params = tuple(stage.params(ctx, dataset) for stage in stages)
        said = tuple(
            canonical_json([stage.NAME, stage.VERSION, own])[:-1] for stage, own in zip(stages, params, strict=True)
        )
        return cls(stages, params, said, content_key("chain", said))

    def steps(self, record: Record, sources: Sequence[Region]) -> tuple[Step, ...]:
        """The steps that a record takes. A step's key is a hash of all that came before it and of the stage itself: a
        changed prompt changes the keys of texts and of what follows, and of nothing before."""
        key = content_key("source", record.key, sorted(region.key for region in sources))
        steps = []
        for stage, params, said in zip(self.stages, self.params, self.said, strict=True):
            key = hashlib.sha256(f'{said},"{key}"]'.encode()).hexdigest()[
                :20
            ]  # content_key(NAME, VERSION, params, key)
            steps.append(Step.model_construct(stage=stage.NAME, version=stage.VERSION, params=params, key=key))
        return tuple(steps)


def advance(ctx: Context, stage: Stage, packet: Packet) -> Packet:
    """Take a packet through one stage, unless its rows are in the store already. What the stage did not foresee costs
    the record; time that runs out does too."""
    if stage.NAME in packet.done:
        return packet
    before = {table: len(rows) for table, rows in packet.rows.items()}
    root = ctx.root(packet.record.dataset)  # what has to be fetched first is no time or fault of the record's
    complaints: list[Notice] = []
    try:
        with (
            heard(root, packet.record.sources[0].uri, packet.record.key) as complaints,
            deadline(getattr(stage, "SECONDS", None)),
        ):
            stage.run(ctx, packet)
    except Exception as error:  # noqa: BLE001 - whatever is raised on one record costs that record, with its reason
        reason = reason_of(error)
        for table, rows in packet.rows.items():
            del rows[before.get(table, 0) :]
        units = [packet.record.key] if stage is EVERY[0] else [s.scene.key for s in packet.scenes if s.alive]
        for unit in units:
            quarantined(packet, stage.NAME, unit, reason)
        packet.scenes = []
    for notice in complaints:
        noticed(packet, stage.NAME, notice.reason, notice)
    return packet
