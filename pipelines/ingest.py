"""Ingest: published folders to records and source regions, on Apache Beam.

    python -m pipelines.ingest recipes/starter.yaml --raw data/raw --workspace build/starter --runner FnApiRunner

An element is a block of a listing and is read inside one DoFn: one element a file would cost more than the reading.
"""

import logging
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors import open_dataset
from connectors.base import Item, NotPartOf, Unreadable, pseudonym_mark
from pipelines.booking import ledger_row, quarantine_row
from pipelines.context import BAD_DATA, Context
from pipelines.report import StageCounts, Stopwatch, count
from pipelines.stages.regions import region_row
from pipelines.store import Row, Store
from schemas import Outcome, Quarantined, Record, content_key

log = logging.getLogger(__name__)
NAME = "ingest"
VERSION = "1"
BLOCK = 256
MAX_FAILURES = 100  # in a row: then the source is broken, not its files, and the rest of the block is not tried


def ingest(ctx: Context, runner: str = "FnApiRunner", limit: int | None = None) -> list[StageCounts]:
    """Read what is new in each source's folder; leaves records, regions, quarantine and the ledger in the workspace.

    `limit`: items a data set. Raises FileNotFoundError that says which `triptych get` to run.
    """
    store, watch = Store(ctx.workspace), Stopwatch()
    blocks: list[tuple[str, list[tuple[str, str]]]] = []
    current: dict[str, list[str]] = {}
    for source in ctx.recipe.sources:
        items = _items(ctx, source.dataset, min(n for n in (limit, source.limit, 1 << 62) if n is not None))
        current[source.dataset] = [key for key, _ in items]
        known = {row["made"] for row in store.read("ledger", ["made"], source.dataset, made=current[source.dataset])}
        new = [(key, item.to_json()) for key, item in items if key not in known]
        blocks += [(source.dataset, new[n : n + BLOCK]) for n in range(0, len(new), BLOCK)]
    if blocks:
        with beam.Pipeline(runner=runner, options=PipelineOptions([])) as pipeline:
            _ = pipeline | beam.Create(blocks, reshuffle=False) | beam.ParDo(ReadBlock(ctx))
    for dataset, keys in current.items():
        store.point(f"ingest/{dataset}", keys)
    return [
        count(store, NAME, dataset, _booked(store, dataset, keys), len(keys), watch.seconds())
        for dataset, keys in current.items()
    ]


def _booked(store: Store, dataset: str, keys: Sequence[str]) -> list[str]:
    """Under which keys the items are in the ledger now: those that were not tried have another one."""
    tried = {row["made"] for row in store.read("ledger", ["made"], dataset, made=keys)}
    return [key if key in tried else not_tried(key) for key in keys]


def not_tried(key: str) -> str:
    """What an item is booked under when its source was stopped before it: its own key stays free, so that the next
    run reads it."""
    return content_key("not tried", key)


def _items(ctx: Context, dataset: str, limit: int) -> list[tuple[str, Item]]:
    """The items of a data set with their keys. A limit takes those whose hash is lowest: a fair, stable choice."""
    root, card = ctx.root(dataset), ctx.card(dataset)
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: {dataset} is not here; run: triptych get {dataset} --raw {ctx.raw}")
    connector = open_dataset(card, ctx.space)
    layout = content_key(card.layout.model_dump(mode="json"), card.exhaustive, card.subject_space)
    items = sorted(connector.listing(root), key=lambda i: content_key("pick", i.uri, i.member))
    chosen = sorted(islice(items, limit), key=lambda i: (i.uri, i.member or ""))
    version = [VERSION, connector.reader.VERSION, pseudonym_mark()]
    return [(content_key(NAME, version, dataset, layout, i.uri, i.member, i.fingerprint), i) for i in chosen]


class ReadBlock(beam.DoFn):  # type: ignore[misc]
    """Reads a block of a listing and commits its rows. Emits nothing: the rows are in the store."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def process(self, element: tuple[str, Sequence[tuple[str, str]]]) -> Iterator[None]:
        dataset, items = element
        tables: dict[str, list[Row]] = {"records": [], "regions": [], "quarantine": [], "ledger": []}
        connector = open_dataset(self.ctx.card(dataset), self.ctx.space)
        failures = 0
        for key, text in items:
            item = Item.model_validate_json(text)
            if failures >= MAX_FAILURES:
                reason = f"not tried: {MAX_FAILURES} files in a row before it were unreadable"
                outcome = Outcome(fate="quarantined", reason=reason, **_unit(item, not_tried(key)))
                _book(tables, item, not_tried(key), outcome)
                continue
            try:
                found = list(connector.read(self.ctx.root(dataset), item))
            except NotPartOf as refused:
                _book(tables, item, key, Outcome(fate="filtered", reason=refused.reason, **_unit(item, key)))
            except BAD_DATA as error:
                failures += 1
                reason = error.reason if isinstance(error, Unreadable) else f"{type(error).__name__}: {error}"
                _book(tables, item, key, Outcome(fate="quarantined", reason=reason, **_unit(item, key)))
                if failures == MAX_FAILURES:
                    told = "%s: stopped at %s, the %dth unreadable file in a row: %s; correct the folder and run again"
                    log.error(told, dataset, item.uri, failures, reason)
            else:
                failures = 0
                records = [thing for thing in found if isinstance(thing, Record)]
                tables["records"] += [record_row(record, key) for record in records]
                tables["regions"] += [region_row(thing, key) for thing in found if not isinstance(thing, Record)]
                _book(tables, item, key, Outcome(fate="emitted", out=len(records), **_unit(item, key)))
        store = Store(self.ctx.workspace)
        for table, rows in tables.items():
            store.append(table, rows)
        yield from ()


def record_row(record: Record, made: str) -> Row:
    """The table row of a record."""
    return {
        "key": record.key, "dataset": record.dataset, "made": made, "kind": record.kind,
        "modality": record.modality.code, "subject": record.subject, "uri": record.sources[0].uri,
        "body": record.to_row(),
    }  # fmt: skip


def unit_name(item: Item) -> str:
    """How an item is called in the ledger: its path, and the member inside an archive."""
    return f"{item.uri}!{item.member}" if item.member else item.uri


def _unit(item: Item, key: str) -> dict[str, Any]:
    return {"stage": NAME, "dataset": item.dataset, "unit": unit_name(item), "key": key}


def _book(tables: dict[str, list[Row]], item: Item, key: str, outcome: Outcome) -> None:
    tables["ledger"].append(ledger_row(outcome, None))
    if outcome.fate == "quarantined":
        row = Quarantined(
            key=content_key("quarantine", key), dataset=item.dataset, stage=NAME, unit=outcome.unit, uri=item.uri,
            reason=outcome.reason or "", payload=item.model_dump(mode="json"),
        )  # fmt: skip
        tables["quarantine"].append(quarantine_row(row, key))


if __name__ == "__main__":
    from pipelines.cli import main

    main("ingest")
