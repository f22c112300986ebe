"""The Beam pipelines of ingest. Elements are names: of data sets, of blocks, of batches; rows stay in files.

data sets -> Scan                                  what is new in each, put down in blocks
blocks -> Reshuffle -> ReadBlock -> by part -> CommitPart   rows of the new units, one file a table and part
data sets -> Finish                                what is known from now on
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.context import Context
from pipelines.faults import told
from pipelines.ingest import work
from pipelines.ingest.listing import Listing, look, scan
from pipelines.ingest.reading import Spilled
from pipelines.store import Row, Store

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
        head = look(self.ctx, dataset, limit, self.again)
        listing = head if head.unchanged else scan(self.ctx, head, limit)
        Store(self.ctx.workspace).files.write_json(f"{LISTED}/{dataset}.json", listing.model_dump(mode="json"))
        yield from ()


class ReadBlock(beam.DoFn):  # type: ignore[misc]
    """Reads a block, and says where the rows of each part lie."""

    def __init__(self, ctx: Context, parts: int) -> None:
        self.ctx, self.parts = ctx, parts
        self.readers: work.Readers = {}

    def process(self, element: tuple[Listing, str]) -> Iterator[tuple[int, Spilled]]:
        listing, block = element
        found, stopped = work.read_block(self.ctx, listing, block, self.parts, self.readers)
        work.tell(listing.dataset, stopped)
        yield from ((part, (part, name, batch)) for part, name, batch in found)


class Gone(beam.DoFn):  # type: ignore[misc]
    """The units that a listing does not find any more, by part."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, listing: Listing) -> Iterator[tuple[int, list[Row]]]:
        yield from work.left(self.ctx, listing)


class CommitPart(beam.DoFn):  # type: ignore[misc]
    """Commits what all blocks spilled for one part."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, element: tuple[int, Iterable[Spilled | list[Row]]]) -> Iterator[None]:
        work.commit(self.ctx, *element)
        yield from ()


class Finish(beam.DoFn):  # type: ignore[misc]
    """Makes a listing the one that the next ingest starts from."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, listing: Listing) -> Iterator[None]:
        work.close(self.ctx, listing)
        yield from ()
