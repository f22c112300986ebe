"""Pictures in the cells of a Parquet file, as `datasets` writes its Image feature: bytes, a struct of bytes and path,
or a list of either. A row group is read at a time."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from connectors import archives, base
from connectors.base import Unreadable
from connectors.headers import picture_file
from connectors.tables import Row
from raw import confine, parquet_file

_SELECT = re.compile(r"\[(\d+)\]\.(.+)", re.S)


def pictures(
    root: Path, uri: str, member: str | None, row: Row, column: str, place: int, *, blank: bool = False
) -> Iterator[tuple[str, bytes]]:
    """The pictures of a cell by name: the column's, or "column[n]" of a list. Raises Unreadable where there is none,
    unless the cell may be `blank`."""
    stat = confine.stat(root, uri)
    try:
        cell = _cell(root, uri, member, stat.st_size, stat.st_mtime_ns, column, place)
    except KeyError as error:
        raise row.bad(f"no column {column!r} of pictures") from error
    except (pa.ArrowException, OSError) as error:
        raise row.bad(f"column {column!r} cannot be read: {str(error).splitlines()[0]}") from error
    if blank and (cell is None or (isinstance(cell, dict) and not any(cell.values()))):
        return
    several = isinstance(cell, list)
    found = [
        (f"{column}[{n}]" if several else column, _bytes(one)) for n, one in enumerate(cell if several else [cell])
    ]
    if not found or not all(data for _, data in found):
        raise row.bad(f"column {column!r} holds no picture")
    yield from ((name, data) for name, data in found if data)


def size(root: Path, path: str, select: str | None) -> tuple[int, int]:
    """(rows, columns) of the picture that `select` names, "[17].mask". Raises Unreadable."""
    found = _SELECT.fullmatch(select or "")
    if found is None:
        raise Unreadable(path, f"{select!r} names no cell; write [row].column")
    row = Row(path, int(found[1]) + 1, {})
    uri, member = archives.split(root, path)
    ((_, data),) = pictures(root, uri, member, row, found[2], int(found[1]))
    return picture_file.header(root, f"{path}#{select}", None, data)[:2]


def _bytes(cell: Any) -> bytes | None:
    data = cell.get("bytes") if isinstance(cell, dict) else cell
    return data if isinstance(data, bytes) else None


def _cell(root: Path, uri: str, member: str | None, size: int, mtime_ns: int, column: str, place: int) -> Any:
    start = 0
    for group, count in enumerate(_counts(root, uri, member, size, mtime_ns)):
        if place < start + count:
            return _group(root, uri, member, size, mtime_ns, column, group)[place - start].as_py()
        start += count
    raise KeyError(place)


@lru_cache(maxsize=16)
def _counts(root: Path, uri: str, member: str | None, size: int, mtime_ns: int) -> tuple[int, ...]:
    """How many rows each group has."""
    with base.open_file(root, uri, member) as file:
        data = pq.ParquetFile(file).metadata
        return tuple(data.row_group(n).num_rows for n in range(data.num_row_groups))


@lru_cache(maxsize=2)
def _group(root: Path, uri: str, member: str | None, size: int, mtime_ns: int, column: str, group: int) -> Any:
    with base.open_file(root, uri, member) as file:
        return parquet_file.column(uri, pq.ParquetFile(file), column, group)
