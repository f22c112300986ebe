"""Parquet files: no more of a column at once than memory may hold, by what the file's footer and its values say.

They are decoded in the calling thread: of a broken file, threads of Arrow's pool go on after the error has been raised
and their reader is gone, and end the process (Arrow 25)."""

from typing import Any

import pyarrow.parquet as pq

from raw import budget

ROWS = 1024  # of a batch: a value that a dictionary repeats is written out for each
CELL = 64  # bytes that Python holds for a short text


def column(uri: str, file: pq.ParquetFile, name: str, group: int) -> Any:
    """A column of one row group. Raises Unreadable where it takes too much memory, KeyError where it is not there."""
    told = file.metadata.row_group(group)  # a column's own metadata end the process where they are broken (Arrow 25)
    budget.memory(uri, told.total_byte_size + told.num_rows * CELL, f"row group {group}")
    return file.read_row_group(group, columns=[name], use_threads=False).column(name)


def columns(uri: str, file: pq.ParquetFile, names: list[str]) -> dict[str, list[Any]]:
    """Whole columns as Python's values. Raises Unreadable where they take too much memory."""
    budget.memory(uri, file.metadata.num_rows * len(names) * CELL, "its table")
    found: dict[str, list[Any]] = {name: [] for name in names}
    taken = 0
    for batch in file.iter_batches(batch_size=ROWS, columns=names, use_threads=False):
        taken += batch.nbytes + batch.num_rows * len(names) * CELL
        budget.memory(uri, taken, "its table")
        for name in names:
            found[name] += batch.column(name).to_pylist()
    return found
