"""Curate in this process: for tests, debugging and small corpora."""

from collections.abc import Iterator, Sequence

from pipelines.context import Context
from pipelines.engines.sink import write
from pipelines.packet import Packet
from pipelines.stages import STAGES, advance
from pipelines.store import Store


def run(ctx: Context, packets: Sequence[Packet], workers: int) -> Iterator[str]:
    """Yields a record's key as it is done. One worker, whatever is asked for."""
    store = Store(ctx.workspace)
    for packet in packets:
        for stage in STAGES:
            advance(ctx, stage, packet)
        write(store, packet)
        yield packet.record.key
