"""Curate on Ray. Where no stage asks for anything, a share goes through all of them in one task.

Else on Ray Data: one operator for each run of stages that need the same resources. Rows that pass from one operator to
the next are Arrow. A segmenter on a GPU is handed pixels that were decoded on CPUs (`pixels.py`); the others decode
from the source. Ray Data is imported only then: it takes seconds in the driver and in every worker, and two processes
of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

import ray

from pipelines.context import Context
from pipelines.curate.settle import settle
from pipelines.curate.work import Share, Tick, run_share
from pipelines.engines.cluster import Reporter, board, cores, lost, quiet
from pipelines.engines.pixels import Decode
from pipelines.engines.ray_tasks import Tasks
from pipelines.engines.travel import Advance, Finish, Load, Together
from pipelines.report import StageCounts
from pipelines.stages import Needs, Stage, at_once, needs, regions, stages_of
from pipelines.store import Store

SHARES_A_CORE = 4  # of small corpora, whose parts are fewer than that
BLOCK_BYTES = 1 << 20  # of packets between operators
LOADING = 0.5  # cores of who loads packets, which is waiting for half of the time


def curate(
    ctx: Context, parts: Sequence[int], workers: int, tick: Tick, again: str | None = None
) -> Iterator[list[StageCounts]]:
    """Yields the counts of a part as it is done. Raises ClusterError when the cluster is lost."""
    if not parts:
        return
    tasks = Tasks(workers)
    said = board()
    of = max(1, -(-SHARES_A_CORE * cores(workers) // len(parts)))
    shares = [Share(part=part, number=number, of=of, again=again) for number in range(of) for part in parts]
    left = [part for part in parts if Store(ctx.workspace).part(part).journals()]
    try:
        for _ in tasks.many(_absorb, ctx, left if of > 1 or len(_groups(ctx)) > 1 else []):
            pass
        yield from _run(ctx, tasks, shares, said, tick)
    except ray.exceptions.RayError as error:
        raise lost(error) from None
    finally:
        with suppress(Exception):
            ray.kill(said)


def _run(ctx: Context, tasks: Tasks, shares: Sequence[Share], board: Any, tick: Tick) -> Iterator[list[StageCounts]]:
    groups = _groups(ctx)
    apart = len(groups) > 1 or groups[0][0].gpus > 0
    done = _operators(ctx, shares, groups, board) if apart else tasks.many(_whole, ctx, [(s, board) for s in shares])
    for counts in done:
        tick(ray.get(board.take.remote()))
        if counts:
            yield counts
    tick(ray.get(board.take.remote()))
    if apart or shares[0].of > 1:
        yield from tasks.many(_settle, ctx, sorted({share.part for share in shares}))


def _groups(ctx: Context) -> list[tuple[Needs, list[Stage]]]:
    """Runs of stages that need the same."""
    stages = stages_of(ctx.recipe)
    return [(wanted, list(group)) for wanted, group in groupby(stages, key=lambda stage: needs(stage, ctx))]


def _operators(
    ctx: Context, shares: Sequence[Share], groups: Sequence[tuple[Needs, list[Stage]]], board: Any
) -> Iterator[list[StageCounts]]:
    """Stages with needs of their own: load, one operator a group, write. Blocks are small and loading is no part of
    the first group's operator, so that a worker that is lost costs no more than the block that it had."""
    import ray.data

    quiet(ray.data.DataContext.get_current())
    ray.data.DataContext.get_current().target_max_block_size = BLOCK_BYTES
    data = ray.data.from_items([share.model_dump() for share in shares], override_num_blocks=len(shares))
    data = data.flat_map(Load(ctx), num_cpus=LOADING)
    for wanted, group in groups:
        names = [stage.NAME for stage in group]
        devices = {"num_gpus": wanted.gpus} if wanted.gpus else {}
        if wanted.gpus and regions in group:
            data = data.map(Decode(ctx), num_cpus=1)
        if wanted.pool:
            pool = ray.data.ActorPoolStrategy(min_size=1)
            data = data.map_batches(Together, fn_constructor_args=(ctx, names), compute=pool, batch_format="pyarrow",
                                    batch_size=at_once(group, ctx), **devices)  # fmt: skip
        else:
            data = data.map(Advance(ctx, names), **devices)
    done = data.map_batches(Finish(ctx, Reporter, board), batch_size=None, batch_format="pyarrow")
    return ([] for _ in done.iter_rows())


def _whole(ctx: Context, given: tuple[Share, Any]) -> list[StageCounts]:
    """A share through all stages, and the part settled where the share is all of it."""
    share, board = given
    report = Reporter(board)
    run_share(ctx, share, report)
    report.flush()
    return _settle(ctx, share.part) if share.of == 1 else []


def _absorb(ctx: Context, number: int) -> None:
    """Take over what a killed run left of a part that several are going to work on."""
    Store(ctx.workspace).part(number).absorb()


def _settle(ctx: Context, number: int) -> list[StageCounts]:
    return settle(ctx, Store(ctx.workspace).part(number))
