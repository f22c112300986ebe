"""Reading what is new on the engine of the run: in this process, or by the workers of Ray.

blocks -> _read      rows of the new units, spilled by part
parts  -> _commit    one file a table and part
"""

import uuid
from collections.abc import Sequence
from functools import lru_cache

from pipelines.context import Context
from pipelines.engines import tasks
from pipelines.ingest.listing import Listing
from pipelines.ingest.reading import Spilled
from pipelines.ingest.work import Readers, close, commit, left, read_block, tell
from pipelines.store import Row

Found = list[Spilled | list[Row]]


def read_all(ctx: Context, listings: Sequence[Listing], parts: int, engine: str, workers: int) -> None:
    """Read every block and bring its rows to their parts."""
    heads = {listing.dataset: listing.model_copy(update={"blocks": ()}) for listing in listings}
    run_id = uuid.uuid4().hex
    blocks = [(heads[listing.dataset], block, parts, run_id) for listing in listings for block in listing.blocks]
    run = tasks(engine)(workers)
    by_part: dict[int, Found] = {}
    for dataset, found, stopped in run.many(_read, ctx, blocks):
        tell(dataset, stopped)
        for part, name, batch in found:
            by_part.setdefault(part, []).append((part, name, batch))
    for found in run.many(left, ctx, listings):
        for part, rows in found:
            by_part.setdefault(part, []).append(rows)
    for _ in run.many(_commit, ctx, sorted(by_part.items(), key=lambda one: one[0])):
        pass
    for _ in run.many(close, ctx, listings):  # not here: it takes the keys of all units
        pass


def _read(ctx: Context, given: tuple[Listing, str, int, str]) -> tuple[str, list[Spilled], str | None]:
    listing, block, parts, run_id = given
    return listing.dataset, *read_block(ctx, listing, block, parts, _readers(run_id))


def _commit(ctx: Context, given: tuple[int, Found]) -> None:
    commit(ctx, *given)


@lru_cache(maxsize=1)
def _readers(run_id: str) -> Readers:
    """The readers of a run in this process."""
    return {}
