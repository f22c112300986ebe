"""Columns of text as a frame of stripped strings."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from connectors.tables.nested import FAULT

LINE = "\x00line"  # the column that says on which line a row begins
_FOREIGN = re.compile("[\udc80-\udcff]")  # what is no byte of the encoding, as "surrogateescape" has it


def strings(series: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    try:
        return _made(series)
    except UnicodeEncodeError:
        return _made(_escaped(series))


def _escaped(series: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """With U+FFFD for bytes that are none of the encoding's, which is a fault of their rows."""
    faults = list(series[FAULT])
    out: dict[str, Sequence[Any]] = {}
    for column, cells in series.items():
        if column in (LINE, FAULT):
            continue
        fixed = [_FOREIGN.sub("\ufffd", cell) for cell in cells]
        for n, (cell, given) in enumerate(zip(fixed, cells, strict=True)):
            if cell != given:
                faults[n] = faults[n] or f"column {column!r}: {cell[:60]!r} has bytes of another encoding"
        out[column] = fixed
    return {**out, LINE: series[LINE], FAULT: faults}


def _made(series: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    made = pl.DataFrame(series, schema={name: pl.Int64 if name == LINE else pl.String for name in series})
    return made.with_columns(pl.col(pl.String).str.strip_chars())
