"""Explain: all that led to a sample, a record, a file or a region - emitted or not - as a join over the tables."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

import catalog
from pipelines.curate.notices import CHECKS
from pipelines.ingest.snapshots import read_frame
from pipelines.ledger import STAGES
from pipelines.noticed import of_record
from pipelines.publish.addresses import pseudonym_of
from pipelines.publish.history import STAMP
from pipelines.store import Row, Store
from transforms.shards.addresses import shown
from transforms.shards.layers import PIXELS, shard_of


def explain(store: Store, key: str) -> dict[str, Any] | None:
    """What the workspace knows of a key: of a sample, a record, a region, a quarantine row, or a file's path.

    Two data sets may hold files of one name: "DATASET/PATH" says which is meant. "SHARD.tar@OFFSET" is the sample at
    that byte of a shard, "SHARD.tar" lists those of the whole. None where nothing has that key.
    """
    if ".tar" in key and (found := _in_shard(store, key)):
        return found
    head, _, path = key.partition("/")
    if path and head in store.datasets("ledger"):
        return _file(store, path, head)
    scenes = store.read("scenes", key=[key])
    if scenes:
        return _scene(store, key, scenes)
    records = store.read("records", key=[key])
    if records:
        return _record(store, records[0])
    regions = store.read("regions", key=[key])
    if regions:
        row = regions[0]
        above = store.read("records", dataset=row["dataset"], key=[row["record"]])
        return {"kind": "region", "region": json.loads(row["body"]), "record": json.loads(above[0]["body"])}
    return _file(store, key)


def _in_shard(store: Store, key: str) -> dict[str, Any] | None:
    """The sample that lies at a byte of a published shard, or all that a shard holds."""
    name, _, offset = key.rpartition("/")[2].partition("@")
    groups = (store.read_json(STAMP) or {}).get("groups")
    file = f"{groups}/{shard_of(name)}.parquet"
    if not groups or not store.files.exists(file):
        return None
    frame = read_frame(store.files, file)
    if name.startswith(PIXELS):
        frame = frame.drop("offset", "size").rename({"pixels_offset": "offset", "pixels_size": "size"})
    if not offset:
        return {"kind": "shard", "key": name, "samples": frame.select("key", "offset", "size").to_dicts()}
    if not offset.isdigit():
        raise ValueError(f"{key}: an offset is a number of bytes, such as {name}@0")
    at = frame.filter((pl.col("offset") <= int(offset)) & (pl.col("offset") + pl.col("size") > int(offset)))
    return explain(store, at["key"][0]) if at.height else None


def _file(store: Store, path: str, dataset: str | None = None) -> dict[str, Any] | None:
    """A file by its path: the record that it became, or where it was stopped."""
    records = store.read("records", dataset=dataset, uri=[path])
    if not records and "p-" in path:  # an address as it left
        uris = {row["uri"] for row in store.read("records", ["uri"], dataset)}
        found = [uri for uri in uris if path in (shown(uri, "all", pseudonym_of), shown(uri, "detect", pseudonym_of))]
        records = store.read("records", dataset=dataset, uri=found) if found else []
    return _record(store, records[0]) if records else _stopped(store, path, dataset)


def _scene(store: Store, key: str, scenes: list[Row]) -> dict[str, Any]:
    dataset, record = scenes[-1]["dataset"], scenes[-1]["record"]
    sample = store.read("samples", dataset=dataset, key=[key])
    ledger = store.read("ledger", dataset=dataset, unit=[key, record])
    above = store.read("records", dataset=dataset, key=[record])
    fate = _fate(ledger, key)
    body = json.loads((sample or scenes)[-1]["body"])
    return {
        "kind": "sample",
        "key": key,
        "fate": fate,
        "dataset": dataset,
        "record": json.loads(above[0]["body"]) if above else None,
        "members": _members(store, dataset, body["group"]["members"] if body.get("group") else ()),
        "stages": [_step(row) for row in _ordered(ledger)],
        "sample": body if sample else None,
        "scene": None if sample else body,
        "verdicts": _plain(store.read("verdicts", dataset=dataset, scene=[key])),
        "notices": [notice.model_dump(mode="json") for notice in of_record(store, above[0])] if above else [],
        "quarantine": _plain(store.read("quarantine", dataset=dataset, unit=[key])),
    }


def _members(store: Store, dataset: str, members: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a group shows, each medium with its record, that record's files, its data set and its licence; and what it
    lacks."""
    wanted = {member["record"] for member in members if member["record"]}
    rows = store.read("records", ["key", "body"], dataset, key=wanted) if wanted else []
    sources = {row["key"]: json.loads(row["body"])["sources"] for row in rows}
    of = {"dataset": dataset, "licence": catalog.card(dataset).terms.licence} if members else {}
    return [{**member, **(of if member["media"] else {}), "sources": sources.get(member["record"], [])}
            for member in members]  # fmt: skip


def _record(store: Store, record: Row) -> dict[str, Any]:
    dataset, key = record["dataset"], record["key"]
    scenes = store.read("scenes", ["key", "frame"], dataset, record=[key])
    ledger = store.read("ledger", dataset=dataset, unit=[key, record["uri"]])
    return {
        "kind": "record",
        "key": key,
        "dataset": dataset,
        "record": json.loads(record["body"]),
        "stages": [_step(row) for row in _ordered(ledger)],
        "views": [{"key": row["key"], "frame": row["frame"]} for row in scenes],
        "verdicts": _plain(_checked(store.read("verdicts", dataset=dataset, record=[key]))),
        "notices": [notice.model_dump(mode="json") for notice in of_record(store, record)],
        "quarantine": _plain(store.read("quarantine", dataset=dataset, unit=[key])),
    }


def _stopped(store: Store, key: str, dataset: str | None = None) -> dict[str, Any] | None:
    """A unit that never became a record: a quarantined, filtered or deduplicated file."""
    rows = (
        store.read("quarantine", dataset=dataset, key=[key])
        or store.read("quarantine", dataset=dataset, unit=[key])
        or store.read("quarantine", dataset=dataset, uri=[key])
    )
    units = {row["unit"] for row in rows} or {key}
    ledger = store.read("ledger", dataset=dataset, unit=units)
    if not rows and not ledger:
        return None
    kind = "quarantined" if rows else ledger[-1]["fate"]
    return {"kind": kind, "key": key, "stages": [_step(r) for r in _ordered(ledger)], "quarantine": _plain(rows)}


def _ordered(ledger: list[Row]) -> list[Row]:
    order = {name: n for n, name in enumerate(STAGES)}
    return sorted(ledger, key=lambda row: (order.get(row["stage"], 99), row["unit"], row["made"]))


def _step(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("stage", "unit", "fate", "reason", "out", "made")}


def _fate(ledger: list[Row], key: str) -> str:
    """The last thing that happened to the sample itself."""
    own = [row for row in _ordered(ledger) if row["unit"] == key]
    return f"{own[-1]['fate']} by {own[-1]['stage']}" if own else "unknown"


def _checked(verdicts: list[Row]) -> list[Row]:
    """Verdicts that are not notices, which are told on their own."""
    return [row for row in verdicts if row["check"] not in CHECKS]


def _plain(rows: list[Row]) -> list[dict[str, Any]]:
    return [{**row, "payload": json.loads(row["payload"])} if row.get("payload") else dict(row) for row in rows]
