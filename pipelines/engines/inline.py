"""Everything in this process: for tests, debugging and small corpora. One worker, whatever is asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pipelines.context import Context
from pipelines.curate.settle import settle
from pipelines.curate.work import Share, Tick, run_share
from pipelines.report import StageCounts
from pipelines.store import Store


def curate(
    ctx: Context, parts: Sequence[int], workers: int, tick: Tick, again: str | None = None
) -> Iterator[list[StageCounts]]:
    """Yields the counts of a part as it is done."""
    store = Store(ctx.workspace)
    for number in parts:
        run_share(ctx, Share(part=number, again=again), tick)
        yield settle(ctx, store.part(number))


class Tasks:
    """Calls that any worker may do, done here one after the other."""

    def __init__(self, workers: int) -> None:
        self.workers = 1

    def one(self, call: Callable[..., Any], *args: Any) -> Any:
        """The result of one call."""
        return call(*args)

    def many(self, call: Callable[..., Any], ctx: Context, items: Iterable[Any]) -> Iterator[Any]:
        """The results of `call(ctx, item)`, in any order."""
        return (call(ctx, item) for item in items)
