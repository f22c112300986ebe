"""The table store of a workspace: immutable Parquet files by table and part, and the few small files that move."""

from pipelines.store.part import Part
from pipelines.store.store import Store
from pipelines.store.tables import COLUMNS, SCHEMAS, Row

__all__ = ["COLUMNS", "SCHEMAS", "Part", "Row", "Store"]
