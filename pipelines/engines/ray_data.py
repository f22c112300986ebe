"""Curate on Ray Data: one operator for each run of stages that need the same resources.

Pixels never travel: each operator decodes from the source, and keeps the last few volumes.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
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
    groups = [(gpus, [stage.NAME for stage in group]) for gpus, group in groupby(STAGES, key=_gpus)]
    for number, (gpus, names) in enumerate(groups, start=1):
        step = partial(_advance, ctx, names, number == len(groups))
        data = data.map(step, num_gpus=gpus) if gpus else data.map(step)
    for row in data.iter_rows():
        yield row["record"]


def _gpus(stage: Stage) -> float:
    """What a stage asks for; none of the present ones asks for any."""
    return float(getattr(stage, "GPUS", 0))


def _advance(ctx: Context, names: Sequence[str], last: bool, row: dict[str, Any]) -> dict[str, Any]:
    """Take a packet through stages that need the same resources. Ray would pickle it between operators, which takes as
    long as the work, so they are one; the last one commits the rows."""
    packet = Packet.from_bytes(row["packet"])
    for stage in STAGES:
        if stage.NAME in names:
            advance(ctx, stage, packet)
    if not last:
        return {"packet": packet.to_bytes()}
    write(Store(ctx.workspace), packet)
    return {"record": packet.record.key}


def _voxels(packet: Packet) -> int:
    size = 1
    for n in packet.record.geometry.shape:
        size *= n
    return size
