"""Reading a block of units: their records, regions and fates, spilled by part so that each part takes its own."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from connectors import Connector, open_dataset
from connectors.base import Found, Item, NotPartOf, by_record
from pipelines.booking import ledger_row, quarantine_row
from pipelines.complaints import heard
from pipelines.context import Context
from pipelines.deadline import deadline
from pipelines.faults import MAX_FAILURES, reason_at
from pipelines.ingest.listing import Listing, read_items
from pipelines.ingest.scrubbing import quoted, scrubbed
from pipelines.ingest.snapshots import SNAPSHOT, read_frame
from pipelines.stages.regions import region_row
from pipelines.store import Row, Store
from pipelines.store.part import part_of
from pipelines.store.tables import JOURNAL, journal_batch
from schemas import Notice, Outcome, Quarantined, Record, Region, content_key

NAME = "ingest"
Tables = dict[str, list[Row]]
Spilled = tuple[int, str, int]  # part, spill file, batch in it


def not_tried(key: str) -> str:
    """What a unit is booked under when its source was stopped before it: its own key stays free, so that the next
    run reads it."""
    return content_key("not tried", key)


class Block:
    """The rows of one block, by part, and what became of each of its units."""

    def __init__(self, listing: Listing, parts: int) -> None:
        self.listing, self.parts = listing, parts
        self.by_part: dict[int, Tables] = {}
        self.outcomes: list[tuple[str, str, str, str, int]] = []

    def keep(self, key: str, item: Item, outcome: Outcome, found: Sequence[Found] = ()) -> None:
        """Book a unit with what was read of it. It lies in the parts of its records, or where its own name puts it."""
        records = [thing for thing in found if isinstance(thing, Record)]
        where = {record.key: part_of(record.subject, self.parts) for record in records}
        parts = sorted(set(where.values())) or [part_of(outcome.unit, self.parts)]
        regions = by_record(found)
        for record in records:
            row = record_row(record, regions.get(record.key, ()), key)
            self._row(where[record.key], "records", row)
        for thing in found:
            if isinstance(thing, Region):
                self._row(where[thing.record], "regions", region_row(thing, key))
        for part in parts:
            self._row(part, "items", item_row(self.listing, item.dataset, outcome.key, item.uri, item.member))
        self._row(parts[0], "ledger", ledger_row(outcome, None, self.listing.seq))
        for thing in found:
            if isinstance(thing, Notice):
                self._row(where.get(thing.record or "", parts[0]), *self._notice(item, outcome, thing))
        if outcome.fate == "quarantined":
            self._row(parts[0], "quarantine", _quarantine(item, outcome, self.listing.seq))
        self.outcomes.append((key, outcome.key, ",".join(map(str, parts)), outcome.fate, outcome.out))

    def _notice(self, item: Item, outcome: Outcome, notice: Notice) -> tuple[str, Row]:
        """Where a notice is kept: an annotation's row in the quarantine, anything else among the verdicts."""
        key = content_key("notice", outcome.key, notice.model_dump(mode="json"))
        if notice.kind == "row":
            unit = notice.uri if notice.line is None else f"{notice.uri}: line {notice.line}"
            row = Quarantined(
                key=key, dataset=item.dataset, stage=NAME, unit=unit, uri=notice.uri, reason=notice.text(),
                payload={"notice": notice.model_dump(mode="json"), "item": item.model_dump(mode="json")},
            )  # fmt: skip
            return "quarantine", quarantine_row(row, outcome.key, self.listing.seq)
        return "verdicts", {
            "key": key, "dataset": item.dataset, "made": outcome.key, "record": notice.record, "scene": None,
            "check": "reading", "outcome": "warn", "score": None, "reason": notice.to_json(),
        }  # fmt: skip

    def _row(self, part: int, table: str, row: Row) -> None:
        self.by_part.setdefault(part, {}).setdefault(table, []).append(row)

    def spill(self, store: Store, name: str) -> None:
        """One batch a part, then the outcomes, whose file says that the block is whole."""
        batches = [journal_batch(tables) for _, tables in sorted(self.by_part.items())]
        store.files.write_batches(_spill(name), batches, JOURNAL)
        done = pl.DataFrame(self.outcomes, SNAPSHOT, orient="row").to_arrow()
        about = {b"parts": ",".join(map(str, sorted(self.by_part))).encode()}
        store.files.write_table(_done(name), done.replace_schema_metadata(about))


def spilled(store: Store, block: str) -> list[Spilled] | None:
    """Where the rows of a block lie, by part; None where it was not read to its end."""
    import pyarrow.parquet as pq

    if not store.files.exists(_done(block)):
        return None
    with store.files.open(_done(block)) as file:
        parts = (pq.read_schema(file).metadata or {}).get(b"parts", b"").decode()
    return [(int(part), _spill(block), n) for n, part in enumerate(parts.split(",")) if part]


def outcomes(store: Store, blocks: Sequence[str]) -> Iterator[pl.DataFrame]:
    """What became of the units of blocks."""
    for block in blocks:
        yield read_frame(store.files, _done(block))


class SourceReader:
    """Reads blocks of one data set, and knows how many units in a row it could not read."""

    def __init__(self, ctx: Context, listing: Listing) -> None:
        self.ctx, self.listing = ctx, listing
        self.connector: Connector = open_dataset(ctx.card(listing.dataset), ctx.space)
        self.failures = 0
        self.stopped_at: str | None = None

    def read(self, store: Store, name: str, parts: int) -> Block:
        """Read a block's units and spill them."""
        block = Block(self.listing, parts)
        for key, item in read_items(store.files, name):
            if self.failures >= MAX_FAILURES:
                reason = f"not tried: {MAX_FAILURES} files in a row before it were unreadable"
                self._book(block, key, item, fate="quarantined", reason=reason, made=not_tried(key))
            else:
                self._one(block, key, item)
        block.spill(store, name)
        return block

    def _one(self, block: Block, key: str, item: Item) -> None:
        root = self.ctx.root(item.dataset)  # what must be fetched first is no time or fault of the unit's
        complaints: list[Notice] = []
        try:
            with heard(root, item.uri) as complaints, deadline():
                found = list(scrubbed(self.connector.read(root, item)))
        except NotPartOf as refused:
            self._book(block, key, item, complaints, fate="filtered", reason=refused.reason)
        except Exception as error:  # noqa: BLE001 - whatever a library raises on one unit costs that unit
            self.failures += 1
            reason = quoted(reason_at(error, item))
            self._book(block, key, item, complaints, fate="quarantined", reason=reason)
            if self.failures == MAX_FAILURES:
                self.stopped_at = f"{item.uri}, the {MAX_FAILURES}th unreadable file in a row: {reason}"
        else:
            self.failures = 0
            records = [thing.key for thing in found if isinstance(thing, Record)]
            if len(records) == 1:
                complaints = [notice.model_copy(update={"record": records[0]}) for notice in complaints]
            self._book(block, key, item, [*found, *complaints], fate="emitted", out=len(records))

    def _book(
        self, block: Block, key: str, item: Item, found: Sequence[Found] = (), made: str | None = None,
        **fate: Any,
    ) -> None:  # fmt: skip
        outcome = Outcome(stage=NAME, dataset=item.dataset, unit=unit_name(item), key=made or key, **fate)
        block.keep(key, item, outcome, found)


def record_row(record: Record, regions: Sequence[Region], made: str) -> Row:
    """The table row of a record. `regions`: what the source drew on it."""
    return {
        "key": record.key, "dataset": record.dataset, "made": made, "kind": record.kind,
        "modality": record.modality.code, "subject": record.subject, "uri": record.sources[0].uri,
        "content": content_of(record, regions), "body": record.to_row(),
    }  # fmt: skip


def content_of(record: Record, regions: Sequence[Region]) -> str:
    """What makes a record the same as another: its bytes, which part of them it is, and what the source says of it."""
    drawn = sorted([r.concept.label, r.source_label, r.shape.kind] for r in regions)
    stated = [presence.model_dump(mode="json") for presence in record.presence]
    told = [record.text, record.meta.get("questions"), record.meta.get("captions")]
    written = told if any(told) else ()  # a second picture with other questions is no copy: they would be lost with it
    return content_key([[source.sha256, source.select] for source in record.sources], stated, drawn, *written)


def item_row(listing: Listing, dataset: str, key: str, uri: str, member: str | None, here: bool = True) -> Row:
    """That a unit is there, or is gone, since a listing."""
    return {
        "key": key, "dataset": dataset, "made": listing.token, "uri": uri, "member": member, "here": here,
        "seq": listing.seq,
    }  # fmt: skip


def unit_name(item: Item) -> str:
    """How a unit is called in the ledger: its path, and the member inside an archive."""
    return f"{item.uri}!{item.member}" if item.member else item.uri


def _quarantine(item: Item, outcome: Outcome, attempt: int) -> Row:
    row = Quarantined(
        key=content_key("quarantine", outcome.key), dataset=item.dataset, stage=NAME, unit=outcome.unit, uri=item.uri,
        reason=outcome.reason or "", payload=item.model_dump(mode="json"),
    )  # fmt: skip
    return quarantine_row(row, outcome.key, attempt)


def _spill(block: str) -> str:
    return block.removesuffix(".parquet").replace("/block-", "/rows-") + ".arrow"


def _done(block: str) -> str:
    return block.replace("/block-", "/done-")
