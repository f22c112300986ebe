"""Tables as published - csv, Excel, JSON, Parquet - read one way: every cell a string, found by an image's key."""

from connectors.tables.lookup import Row, Table, companions, keys, literal, normal, rows
from connectors.tables.source import Source, frame

__all__ = ["Row", "Source", "Table", "companions", "frame", "keys", "literal", "normal", "rows"]
