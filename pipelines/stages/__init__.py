"""The curate stages, in order. A stage is a module with NAME, VERSION, `params(ctx, dataset)`, `run(ctx, packet)` and
`restore(packet, rows)`, which puts a packet into the state that `run` would have left it in, from stored rows."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pipelines.context import Context
from pipelines.packet import Packet
from pipelines.stages import dialogues, facts, regions, samples, texts
from pipelines.store import Row
from schemas import Record, Region, Step, content_key


class Stage(Protocol):
    NAME: str
    VERSION: str

    def params(self, ctx: Context, dataset: str) -> dict[str, Any]: ...

    def run(self, ctx: Context, packet: Packet) -> None: ...

    def restore(self, packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None: ...


STAGES: tuple[Stage, ...] = (regions, facts, texts, dialogues, samples)
NAMES = tuple(stage.NAME for stage in STAGES)


def chain(ctx: Context, record: Record, sources: Sequence[Region]) -> tuple[Step, ...]:
    """The steps that a record takes. A step's key is a hash of all that came before it and of the stage itself.

    A changed prompt changes the keys of texts and of what follows, and of nothing before, so only those are done again.
    """
    key = content_key("source", record.key, sorted(region.key for region in sources))
    steps = []
    for stage in STAGES:
        params = stage.params(ctx, record.dataset)
        key = content_key(stage.NAME, stage.VERSION, params, key)
        steps.append(Step(stage=stage.NAME, version=stage.VERSION, params=params, key=key))
    return tuple(steps)


def advance(ctx: Context, stage: Stage, packet: Packet) -> Packet:
    """Take a packet through one stage, unless its rows are in the store already."""
    if stage.NAME not in packet.done:
        stage.run(ctx, packet)
    return packet
