"""Curate on Ray Data: one operator a stage, so that a stage may later ask for a GPU; Ray fuses those that do not.

Pixels never travel: each operator decodes from the source, and fused operators share the process's cache of volumes.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import ray
import ray.data

from pipelines.context import Context
from pipelines.engines.sink import write
from pipelines.packet import Packet
from pipelines.stages import STAGES, Stage, advance
from pipelines.store import Store

BLOCKS_A_WORKER = 8


def connect(workers: int) -> None:
    """Join the cluster that RAY_ADDRESS names (a Ray job sets it), else start one of `workers` cores here."""
    if ray.is_initialized():
        return
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if os.environ.get("RAY_ADDRESS"):
        ray.init(address=os.environ["RAY_ADDRESS"], **quiet)
    else:
        # "local": without it Ray joins whatever cluster somebody started on this machine, and then refuses num_cpus.
        ray.init(address="local", num_cpus=workers, include_dashboard=False, **quiet)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = False


def run(ctx: Context, packets: Sequence[Packet], workers: int) -> Iterator[str]:
    """Yields a record's key as it is done."""
    connect(workers)
    heavy_first = sorted(packets, key=lambda p: (-_voxels(p), p.record.key))
    blocks = min(len(packets), BLOCKS_A_WORKER * workers)
    spread = [packet for start in range(blocks) for packet in heavy_first[start::blocks]]
    data = ray.data.from_items([{"packet": packet.to_bytes()} for packet in spread], override_num_blocks=blocks)
    for stage in STAGES:
        data = data.map(_operator(ctx, stage))
    for row in data.map(partial(_write, ctx)).iter_rows():
        yield row["record"]


def _operator(ctx: Context, stage: Stage) -> Callable[[dict[str, Any]], dict[str, Any]]:
    name = stage.NAME  # stages are modules: workers look theirs up by name

    def operate(row: dict[str, Any]) -> dict[str, Any]:
        own = next(stage for stage in STAGES if name == stage.NAME)
        return {"packet": advance(ctx, own, Packet.from_bytes(row["packet"])).to_bytes()}

    operate.__name__ = name
    return operate


def _write(ctx: Context, row: dict[str, Any]) -> dict[str, Any]:
    packet = Packet.from_bytes(row["packet"])
    write(Store(ctx.workspace), packet)
    return {"record": packet.record.key}


def _voxels(packet: Packet) -> int:
    size = 1
    for n in packet.record.geometry.shape:
        size *= n
    return size
