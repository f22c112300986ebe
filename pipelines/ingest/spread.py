"""Reading what is new on the engine of the run: in this process, or by the workers of Ray.

blocks -> _read      rows of the new units, spilled by part
parts  -> _commit    one file a table and part
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.context import Context
from pipelines.engines import tasks
from pipelines.ingest.listing import Listing, scan
from pipelines.ingest.reading import Spilled
from pipelines.ingest.work import Readers, close, commit, left, read_block, tell
from pipelines.store import Row

Found = list[Spilled | list[Row]]


def list_all(ctx: Context, heads: Sequence[tuple[Listing, int | None]], engine: str, workers: int) -> Iterable[Listing]:
    """List data sets, of each what was known before and how many units are wanted: a worker each, which holds the keys
    of all units."""
    return tasks(engine)(workers).many(_scan, ctx, heads) if heads else ()


def _scan(ctx: Context, given: tuple[Listing, int | None]) -> Listing:
    return scan(ctx, *given)


def read_all(ctx: Context, listings: Sequence[Listing], parts: int, engine: str, workers: int) -> None:
    """Read every block and bring its rows to their parts."""
    heads = {listing.dataset: listing.model_copy(update={"blocks": ()}) for listing in listings}
    run_id = uuid.uuid4().hex
    blocks = [(heads[listing.dataset], block, parts, run_id) for listing in listings for block in listing.blocks]
    run = tasks(engine)(workers)
    spills = _Spills()
    for dataset, found, stopped in run.many(_read, ctx, blocks):
        tell(dataset, stopped)
        spills.take(found)
    gone: dict[int, list[list[Row]]] = {}
    for lost in run.many(left, ctx, listings):
        for part, rows in lost:
            gone.setdefault(part, []).append(rows)
    for _ in run.many(_commit, ctx, spills.parts(gone)):
        pass
    for _ in run.many(close, ctx, listings):  # not here: it takes the keys of all units
        pass


class _Spills:
    """Where the rows of each part lie: twelve bytes for each block that has some of it."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._lie: list[NDArray[np.uint32]] = []

    def take(self, found: Sequence[Spilled]) -> None:
        """What a block has, of all its parts in one file."""
        if found:
            self._lie.append(np.array([(part, len(self._names), batch) for part, _, batch in found], np.uint32))
            self._names.append(found[0][1])

    def parts(self, gone: Mapping[int, list[list[Row]]]) -> Iterator[tuple[int, Found]]:
        """Part by part what there is to commit of it. `gone`: part -> rows of units that are not there any more."""
        lie = np.concatenate([np.empty((0, 3), np.uint32), *self._lie])
        lie = lie[lie[:, 0].argsort(kind="stable")]
        own, starts = np.unique(lie[:, 0], return_index=True)
        rows = dict(zip(own.tolist(), np.split(lie, starts[1:]), strict=False))
        for part in sorted({*rows, *gone}):
            spilled = [(part, self._names[block], batch) for _, block, batch in rows.get(part, lie[:0]).tolist()]
            yield part, [*spilled, *gone.get(part, ())]


def _read(ctx: Context, given: tuple[Listing, str, int, str]) -> tuple[str, list[Spilled], str | None]:
    listing, block, parts, run_id = given
    return listing.dataset, *read_block(ctx, listing, block, parts, _readers(run_id))


def _commit(ctx: Context, given: tuple[int, Found]) -> None:
    commit(ctx, *given)


@lru_cache(maxsize=1)
def _readers(run_id: str) -> Readers:
    """The readers of a run in this process."""
    return {}
