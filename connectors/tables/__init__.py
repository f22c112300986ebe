"""Tables as published - csv, Excel, JSON, Parquet - read one way: every cell a string, found by an image's key."""

from connectors.tables.each import distinct, each
from connectors.tables.lookup import Table, companions, companions_of, files, identifier, rows
from connectors.tables.row import Row, literal
from connectors.tables.source import Source, frame, tidy

__all__ = [
    "Row", "Source", "Table", "companions", "companions_of", "distinct", "each", "files", "frame", "identifier",
    "literal", "rows", "tidy",
]  # fmt: skip
