"""A picture in a cell of a Parquet file. `select` names it: "[17].image" is row 17 of the column image, and
"[17].images[2]" the third of a list there; "turned 6" at its end turns it. The cell holds the picture's bytes, or a
struct with `bytes`."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from numpy.typing import NDArray

from raw import parquet_file
from schemas import LabelShape, Record, SourceFile
from schemas.select import turn_of
from transforms.media.decoders import _pictures
from transforms.media.decoders._files import name_of, open_source
from transforms.media.pixels import Pixels

_SELECT = re.compile(r"\[(\d+)\]\.(.+?)(?:\[(\d+)\])?", re.S)


def decode(root: Path, record: Record) -> Pixels:
    select, turn = turn_of(record.sources[0].select)
    source = record.sources[0].model_copy(update={"select": select})
    return _pictures.decoded(_pictures.turned(_sheet(root, source), turn), record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[Any]:
    """A mask in a cell. Raises ValueError."""
    return _pictures.labels(_sheet(root, shape.source), shape, _pictures.known_of(record, shape))


def _sheet(root: Path, source: SourceFile) -> _pictures.Sheet:
    return _pictures.read(name_of(source), _bytes(root, source))


def _bytes(root: Path, source: SourceFile) -> bytes:
    found = _SELECT.fullmatch(source.select or "")
    if found is None:
        raise ValueError(f"{source.select!r} names no cell; write [row].column")
    place, start = int(found[1]), 0
    with open_source(root, source) as file:
        counts = pq.ParquetFile(file).metadata
    for group in range(counts.num_row_groups):
        count = counts.row_group(group).num_rows
        if place < start + count:
            cell = _group(root, source.model_copy(update={"select": None}), found[2], group)[place - start].as_py()
            cell = cell[int(found[3])] if found[3] else cell
            data = cell["bytes"] if isinstance(cell, dict) else cell
            if not isinstance(data, bytes):
                raise ValueError(f"{source.select} holds no picture")
            return data
        start += count
    raise ValueError(f"row {place} is not there: the file has {start}")


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return _pictures.channels(_sheet(root, shape.source))


def lossy(root: Path, shape: LabelShape) -> bool:
    return _sheet(root, shape.source).lossy


@lru_cache(maxsize=2)
def _group(root: Path, source: SourceFile, column: str, group: int) -> Any:
    """A column of one row group: pictures are asked for one by one, and compressed together."""
    with open_source(root, source) as file:
        return parquet_file.column(name_of(source), pq.ParquetFile(file), column, group)
