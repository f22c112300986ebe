"""How a table is written: by its name, its card, and where its first bytes tell another separator, or UTF-16."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from connectors import archives, base
from schemas import Notice

if TYPE_CHECKING:
    from connectors.tables.lookup import Table
    from connectors.tables.source import Source

HEAD = 1 << 16  # bytes that are looked at
OTHERS = (";", "\t", "|", ",")
TYPES = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "dat": "csv", "list": "csv", "lst": "csv",
    "xlsx": "excel", "xlsm": "excel", "xls": "excel", "xlsb": "excel", "ods": "excel",
    "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet", "xml": "xml", "pkl": "pickle",
}  # fmt: skip
SEPARATORS = {"csv": ",", "tsv": "\t"}
NAMES = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}


def suffix(name: str) -> str:
    return name.lower().removesuffix(".gz").rsplit(".", 1)[-1]


def kind_of(name: str, source: "Source") -> str | None:
    return source.type or TYPES.get(suffix(name))


def usual(name: str, source: "Source") -> str:
    return source.separator or SEPARATORS.get(suffix(name), "whitespace")


def is_free(source: "Source") -> bool:
    """Whether the first line of a text may tell its separator."""
    return source.separator is None and source.header == 0 and not source.skip and source.comment is None


def of(head: bytes, encoding: str, separator: str, free: bool) -> tuple[str, str]:
    """The encoding and the separator of a text that begins so, given what its card says. UTF-16 is told by its mark.
    Another separator is meant where the header has none of the card's, and as many of one other as the next line has.
    `free`: the card does not set the separator, and the first line is the header."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and codecs.lookup(encoding).name.startswith("utf-8"):
        encoding = "utf-16"
    if not free or len(separator) != 1:
        return encoding, separator
    lines = [line for line in head.decode(encoding, "ignore").splitlines()[:20] if line.strip()][:2]
    if len(lines) < 2 or _count(lines[0], separator):
        return encoding, separator
    fitting = [other for other in OTHERS if 0 < _count(lines[0], other) == _count(lines[1], other)]
    return encoding, fitting[0] if len(fitting) == 1 else separator


def _count(line: str, separator: str) -> int:
    return len(next(csv.reader([line], delimiter=separator), [])) - 1


def notices(root: Path, table: "Table") -> Iterator[Notice]:
    """What is to be told of the files of a table that are written in another way than its card says."""
    from connectors.tables import lookup

    for path, _ in lookup.files(root, table.file, {}) if table.key is not None else ():
        kind = kind_of(path, table)
        try:
            with base.open_file(root, *archives.split(root, path)) as file:
                head = file.read(HEAD) if kind == "csv" else b""
        except (OSError, *base.BAD_ARCHIVE, base.Unreadable):
            continue  # said of the images that need it
        card = usual(path, table)
        encoding, separator = of(head, table.encoding, card, is_free(table))
        if encoding != table.encoding:
            yield Notice(kind="file", uri=path, reason=f"is written in UTF-16, and not in {table.encoding}: read so")
        if separator != card:
            reason = f"its cells are parted by {NAMES[separator]}, and not by {NAMES[card]}: read so"
            yield Notice(kind="file", uri=path, reason=reason)
