"""The tables and their columns.

`key` names a row, `made` is the key of what made it (an item that was read, a stage that ran), `body` is the row's
model as JSON. Two rows with one (key, made) are one row that two runs wrote; the later `attempt` stands.
"""

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
        "anatomy",
        "split",
        "pixels",
        "drawn",
        "said",
        "tells",
        "means",
        "looks",
        "bytes",
        "words",
        "members",
        "shows",
        "asked",
        "body",
    ),
    "marks": ("record", "subject", "body"),
    "quarantine": ("stage", "unit", "uri", "reason", "attempt", "payload"),
    "ledger": ("record", "stage", "unit", "fate", "reason", "out", "attempt"),
}
_TYPES = {
    "here": pa.bool_(), "seq": pa.int64(), "score": pa.float64(), "out": pa.int64(), "attempt": pa.int64(),
    "drawn": pa.int64(), "bytes": pa.int64(), "words": pa.int64(), "tells": pa.binary(),
    "means": pa.binary(), "looks": pa.binary(),
    "tokens_in": pa.int64(), "tokens_out": pa.int64(),
}  # fmt: skip


def _schema(columns: tuple[str, ...]) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])


SCHEMAS: dict[str, pa.Schema] = {table: _schema((*COMMON, *columns)) for table, columns in COLUMNS.items()}
ROWS = {"samples": 64}
"""Rows in a row group, where few bodies are wanted of many: of a part with one new record, publish reads one group."""
# A journal holds rows of every table on their way to the tables' own files.
_EVERY = tuple(dict.fromkeys([*COMMON, *(name for columns in COLUMNS.values() for name in columns)]))
_HAS = {table: frozenset(schema.names) for table, schema in SCHEMAS.items()}
_NAMES = {table: number for number, table in enumerate(COLUMNS)}
JOURNAL = pa.schema([pa.field("table", pa.dictionary(pa.int8(), pa.string())), *_schema(_EVERY)])


def journal_batch(rows: dict[str, list[Row]]) -> pa.RecordBatch:
    """Rows of several tables as one batch of the journal's schema."""
    tables = sorted(rows)
    indices = pa.array([_NAMES[table] for table in tables for _ in rows[table]], pa.int8())
    columns = [pa.DictionaryArray.from_arrays(indices, pa.array(COLUMNS))]  # a file's batches have to have one
    columns += [_column(rows, tables, field) for field in list(JOURNAL)[1:]]
    return pa.RecordBatch.from_arrays(columns, schema=JOURNAL)


def _column(rows: dict[str, list[Row]], tables: list[str], field: pa.Field) -> pa.Array:
    """One column of all tables' rows, of which most tables have not most. Made for every few records: lists, which take
    half the time of iterators."""
    name = field.name
    values: list[Any] = []
    for table in tables:
        own = rows[table]
        values += [row.get(name) for row in own] if name in _HAS[table] else [None] * len(own)
    return pa.array(values, field.type)


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
