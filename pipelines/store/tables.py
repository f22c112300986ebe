"""The tables and their columns.

`key` names a row, `made` is the key of what made it (an item that was read, a stage that ran), `body` is the row's
model as JSON. Two rows with one (key, made) are one row that two runs wrote; the later `attempt` stands.
"""

from collections.abc import Iterable
from itertools import chain, repeat
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
COMMON = ("key", "dataset", "made")
COLUMNS: dict[str, tuple[str, ...]] = {
    "items": ("uri", "member", "here", "seq"),
    "records": ("kind", "modality", "subject", "uri", "content", "body"),
    "passes": ("item", "subject", "uri", "digest", "content", "twin", "keys"),
    "regions": ("record", "frame", "concept", "made_by", "body"),
    "scenes": ("record", "frame", "body"),
    "facts": ("record", "scene", "predicate", "value", "unit", "body"),
    "texts": ("record", "scene", "backend", "text", "body"),
    "dialogues": ("record", "scene", "task", "question", "answer", "body"),
    "calls": (
        "record",
        "scene",
        "job",
        "model",
        "prompt_sha256",
        "attempt",
        "finish",
        "tokens_in",
        "tokens_out",
        "answer",
    ),
    "verdicts": ("record", "scene", "check", "outcome", "score", "reason"),
    "samples": (
        "record",
        "subject",
        "modality",
        "split",
        "pixels",
        "drawn",
        "said",
        "bytes",
        "members",
        "shows",
        "asked",
        "body",
    ),
    "quarantine": ("stage", "unit", "uri", "reason", "attempt", "payload"),
    "ledger": ("record", "stage", "unit", "fate", "reason", "out", "attempt"),
}
_TYPES = {
    "here": pa.bool_(), "seq": pa.int64(), "score": pa.float64(), "out": pa.int64(), "attempt": pa.int64(),
    "drawn": pa.int64(), "bytes": pa.int64(), "tokens_in": pa.int64(), "tokens_out": pa.int64(),
}  # fmt: skip


def _schema(columns: tuple[str, ...]) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])


SCHEMAS: dict[str, pa.Schema] = {table: _schema((*COMMON, *columns)) for table, columns in COLUMNS.items()}
ROWS = {"samples": 64}
"""Rows in a row group, where few bodies are wanted of many: of a part with one new record, publish reads one group."""
# A journal holds rows of every table on their way to the tables' own files.
_EVERY = tuple(dict.fromkeys([*COMMON, *(name for columns in COLUMNS.values() for name in columns)]))
_NAMES = {table: number for number, table in enumerate(COLUMNS)}
JOURNAL = pa.schema([pa.field("table", pa.dictionary(pa.int8(), pa.string())), *_schema(_EVERY)])


def journal_batch(rows: dict[str, list[Row]]) -> pa.RecordBatch:
    """Rows of several tables as one batch of the journal's schema."""
    tables = sorted(rows)
    indices = pa.array([_NAMES[table] for table in tables for _ in rows[table]], pa.int8())
    columns = [pa.DictionaryArray.from_arrays(indices, pa.array(COLUMNS))]  # a file's batches have to have one
    for field in list(JOURNAL)[1:]:
        pieces = (_column(rows[table], field, field.name in SCHEMAS[table].names) for table in tables)
        columns.append(pa.array(chain.from_iterable(pieces), field.type))
    return pa.RecordBatch.from_arrays(columns, schema=JOURNAL)


def _column(rows: list[Row], field: pa.Field, has: bool) -> Iterable[Any]:
    """One column of a table's rows, of which most tables have not most."""
    return (row.get(field.name) for row in rows) if has else repeat(None, len(rows))


def split_journal(batches: list[pa.RecordBatch]) -> dict[str, pa.Table]:
    """The rows of journal batches by table, each with its own columns."""
    import pyarrow.compute as pc

    if not batches:
        return {}
    whole = pa.Table.from_batches(batches, JOURNAL)
    names = whole["table"].combine_chunks().cast(pa.string())
    return {
        table: whole.select(SCHEMAS[table].names).filter(pc.equal(names, table))
        for table in sorted(pc.unique(names).to_pylist())
    }
