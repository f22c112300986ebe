"""The curate stages, in order. A stage is a module with NAME, VERSION, `params(ctx, dataset)`, `run(ctx, packet)` and
`restore(packet, rows)`, which puts a packet into the state that `run` would have left it in, from stored rows. It may
say what it needs: GPUS (a fraction is allowed), POOL (True: it loads a model, so workers stay), SECONDS (a record's
limit); or `gpus(ctx)`, where that depends on the recipe."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.booking import noticed, quarantined
from pipelines.complaints import heard
from pipelines.context import Context
from pipelines.deadline import deadline
from pipelines.faults import reason_of
from pipelines.packet import Packet
from pipelines.stages import dialogues, facts, regions, samples, texts
from pipelines.store import Row
from schemas import Notice, Record, Region, Step, canonical_json, content_key


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


STAGES: tuple[Stage, ...] = (regions, facts, texts, dialogues, samples)
NAMES = tuple(stage.NAME for stage in STAGES)
TABLES = ("regions", "scenes", "facts", "texts", "dialogues")  # what `restore` reads


def needs(stage: Stage, ctx: Context) -> Needs:
    """What a stage needs for a recipe: its constants, or what its own `gpus(ctx)` tells; with a GPU goes a pool."""
    own: Callable[[Context], float] | None = getattr(stage, "gpus", None)
    share = own(ctx) if own else float(getattr(stage, "GPUS", 0))
    return Needs(share, bool(getattr(stage, "POOL", own is not None and share > 0)))


@dataclass(frozen=True)
class Chain:
    """The stages as one data set of a recipe takes them. `digest` changes with any version or parameter."""

    params: tuple[dict[str, Any], ...]
    said: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, ctx: Context, dataset: str) -> "Chain":
        params = tuple(stage.params(ctx, dataset) for stage in STAGES)
        said = tuple(
            canonical_json([stage.NAME, stage.VERSION, own])[:-1] for stage, own in zip(STAGES, params, strict=True)
        )
        return cls(params, said, content_key("chain", said))

    def steps(self, record: Record, sources: Sequence[Region]) -> tuple[Step, ...]:
        """The steps that a record takes. A step's key is a hash of all that came before it and of the stage itself: a
        changed prompt changes the keys of texts and of what follows, and of nothing before."""
        key = content_key("source", record.key, sorted(region.key for region in sources))
        steps = []
        for stage, params, said in zip(STAGES, self.params, self.said, strict=True):
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
        units = [packet.record.key] if stage is STAGES[0] else [s.scene.key for s in packet.scenes if s.alive]
        for unit in units:
            quarantined(packet, stage.NAME, unit, reason)
        packet.scenes = []
    for notice in complaints:
        noticed(packet, stage.NAME, notice.reason, notice)
    return packet
