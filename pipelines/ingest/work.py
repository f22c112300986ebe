"""The work of an ingest, piece by piece, whoever does it: this process, the workers of Ray, or a Beam runner.

What goes to a piece and comes back is small: names of data sets, blocks and batches. Rows stay in files.
"""

import logging
from collections.abc import Iterable

from pipelines.context import Context
from pipelines.ingest.listing import Listing
from pipelines.ingest.reading import SourceReader, Spilled, item_row, outcomes, spilled
from pipelines.ingest.snapshots import finish, gone
from pipelines.store import Row, Store
from pipelines.store.tables import SCHEMAS, split_journal

log = logging.getLogger(__name__)
Readers = dict[str, SourceReader]


def read_block(
    ctx: Context, listing: Listing, block: str, parts: int, readers: Readers
) -> tuple[list[Spilled], str | None]:
    """Read a block, unless that was done before a kill. Says where the rows of each part lie, and at which unit the
    source was stopped, if it was in this block. `readers`: those of this process, which count what fails in a row."""
    store = Store(ctx.workspace)
    found = spilled(store, block)
    if found is not None:
        return found, None
    reader = readers.get(listing.dataset)
    if reader is None:
        reader = readers[listing.dataset] = SourceReader(ctx, listing)
    reader.read(store, block, parts)
    stopped, reader.stopped_at = reader.stopped_at, None
    return spilled(store, block) or [], stopped


def tell(dataset: str, stopped: str | None) -> None:
    """Say at once that a source was stopped; the others go on."""
    if stopped:
        log.error("%s: stopped at %s; correct the folder and run again", dataset, stopped)


def left(ctx: Context, listing: Listing) -> list[tuple[int, list[Row]]]:
    """The units that a listing does not find any more, for each part that has something of them."""
    rows: dict[int, list[Row]] = {}
    for booked, parts in gone(Store(ctx.workspace).files, listing).select("booked", "parts").iter_rows():
        for part in map(int, parts.split(",")):
            row = item_row(listing, listing.dataset, booked, "", None, here=False)
            rows.setdefault(part, []).append(row)
    return list(rows.items())


def commit(ctx: Context, number: int, found: Iterable[Spilled | list[Row]]) -> None:
    """Commit what all blocks spilled for one part, and what is gone of it: one file a table."""
    import pyarrow as pa

    store = Store(ctx.workspace)
    by_file: dict[str, list[int]] = {}
    gone_rows: list[Row] = []
    for thing in found:
        if isinstance(thing, list):
            gone_rows += thing
        else:
            by_file.setdefault(thing[1], []).append(thing[2])
    batches = [b for name in sorted(by_file) for b in store.files.read_batches(name, sorted(by_file[name]))]
    tables = split_journal(batches)
    if gone_rows:
        rows = pa.Table.from_pylist(gone_rows, SCHEMAS["items"])
        tables["items"] = pa.concat_tables([tables["items"], rows]) if "items" in tables else rows
    store.part(number).commit(tables)


def close(ctx: Context, listing: Listing) -> None:
    """Make a listing the one that the next ingest starts from."""
    store = Store(ctx.workspace)
    finish(store.files, listing, outcomes(store, listing.blocks))
