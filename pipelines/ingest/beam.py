"""The Beam pipelines of ingest. Elements are names: of data sets, of blocks, of batches; rows stay in files.

data sets -> Scan                                  what is new in each, put down in blocks
blocks -> Reshuffle -> ReadBlock -> by part -> CommitPart   rows of the new units, one file a table and part
data sets -> Finish                                what is known from now on
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.context import Context
from pipelines.faults import told
from pipelines.ingest.listing import Listing, scan
from pipelines.ingest.reading import SourceReader, Spilled, item_row, outcomes, spilled
from pipelines.ingest.snapshots import finish, gone
from pipelines.store import Row, Store
from pipelines.store.tables import SCHEMAS, split_journal

log = logging.getLogger(__name__)
LISTED = "ingest/listed"


def scan_all(
    ctx: Context, limits: dict[str, int | None], again: bool, runner: str, options: Sequence[str]
) -> dict[str, Listing]:
    """List every data set, each inside a worker."""
    files = Store(ctx.workspace).files
    with _pipeline(runner, options) as pipeline:
        _ = pipeline | beam.Create(list(limits.items()), reshuffle=False) | beam.ParDo(Scan(ctx, again))
    listings = {name: Listing.model_validate(files.read_json(f"{LISTED}/{name}.json")) for name in limits}
    files.delete_folder(LISTED)
    return listings


def read_all(ctx: Context, listings: Sequence[Listing], parts: int, runner: str, options: Sequence[str]) -> None:
    """Read every block and bring its rows to their parts."""
    heads = {listing.dataset: listing.model_copy(update={"blocks": ()}) for listing in listings}
    blocks = [(heads[listing.dataset], block) for listing in listings for block in listing.blocks]
    with _pipeline(runner, options) as pipeline:
        read = pipeline | "blocks" >> beam.Create(blocks, reshuffle=len(blocks) > 1)
        rows = read | beam.ParDo(ReadBlock(ctx, parts))
        gone = pipeline | "listings" >> beam.Create(list(listings), reshuffle=False) | beam.ParDo(Gone(ctx))
        together = (rows, gone) | beam.Flatten() | beam.GroupByKey()
        _ = together | beam.ParDo(CommitPart(ctx))
    with _pipeline(runner, options) as pipeline:
        _ = pipeline | beam.Create(list(listings), reshuffle=False) | beam.ParDo(Finish(ctx))


@contextmanager
def _pipeline(runner: str, options: Sequence[str]) -> Iterator[beam.Pipeline]:
    """A pipeline that is run at the end. What stops a run is told from a fault of ours."""
    try:
        with beam.Pipeline(runner=runner, options=PipelineOptions(list(options))) as pipeline:
            yield pipeline
    except RuntimeError as error:
        if ours := told(str(error)):
            raise ours from error
        raise


class Scan(beam.DoFn):  # type: ignore[misc]
    """Lists a data set; what it found is in a file."""

    def __init__(self, ctx: Context, again: bool) -> None:
        self.ctx, self.again = ctx, again

    def process(self, element: tuple[str, int | None]) -> Iterator[None]:
        dataset, limit = element
        listing = scan(self.ctx, dataset, limit, self.again)
        Store(self.ctx.workspace).files.write_json(f"{LISTED}/{dataset}.json", listing.model_dump(mode="json"))
        yield from ()


class ReadBlock(beam.DoFn):  # type: ignore[misc]
    """Reads a block, unless that was done before a kill, and says where the rows of each part lie."""

    def __init__(self, ctx: Context, parts: int) -> None:
        self.ctx, self.parts = ctx, parts
        self.readers: dict[str, SourceReader] = {}

    def process(self, element: tuple[Listing, str]) -> Iterator[tuple[int, Spilled]]:
        listing, block = element
        store = Store(self.ctx.workspace)
        found = spilled(store, block)
        if found is None:
            reader = self.readers.get(listing.dataset)
            if reader is None:
                reader = self.readers[listing.dataset] = SourceReader(self.ctx, listing)
            reader.read(store, block, self.parts)
            if reader.stopped_at:
                log.error("%s: stopped at %s; correct the folder and run again", listing.dataset, reader.stopped_at)
                reader.stopped_at = None
            found = spilled(store, block) or []
        yield from ((part, (part, name, batch)) for part, name, batch in found)


class Gone(beam.DoFn):  # type: ignore[misc]
    """The units that a listing does not find any more, for each part that has something of them."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, listing: Listing) -> Iterator[tuple[int, list[Row]]]:
        files = Store(self.ctx.workspace).files
        rows: dict[int, list[Row]] = {}
        for booked, parts in gone(files, listing).select("booked", "parts").iter_rows():
            for part in map(int, parts.split(",")):
                row = item_row(listing, listing.dataset, booked, "", None, here=False)
                rows.setdefault(part, []).append(row)
        yield from rows.items()


class CommitPart(beam.DoFn):  # type: ignore[misc]
    """Commits what all blocks spilled for one part: one file a table."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, element: tuple[int, Iterable[Spilled | list[Row]]]) -> Iterator[None]:
        import pyarrow as pa

        number, found = element
        store = Store(self.ctx.workspace)
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
            left = pa.Table.from_pylist(gone_rows, SCHEMAS["items"])
            tables["items"] = pa.concat_tables([tables["items"], left]) if "items" in tables else left
        store.part(number).commit(tables)
        yield from ()


class Finish(beam.DoFn):  # type: ignore[misc]
    """Makes a listing the one that the next ingest starts from."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, listing: Listing) -> Iterator[None]:
        store = Store(self.ctx.workspace)
        finish(store.files, listing, outcomes(store, listing.blocks))
        yield from ()
