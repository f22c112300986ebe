"""One table, whatever it is written in, as a frame of stripped strings: nothing is guessed, "001" stays "001".

Two further columns say where a row comes from: LINE (of a text file or a sheet, counted from 1; of the list for JSON
and Parquet) and FAULT (why the row cannot be trusted, "" where it can): a bad row costs what it speaks of and no more.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, cast

import fastexcel
import polars as pl
import pyarrow as pa
from pydantic import field_validator

from connectors import archives, base, patterns
from connectors.base import Unreadable
from connectors.tables import dialect, nested, quoted
from connectors.tables.nested import FAULT
from connectors.tables.strings import LINE, strings
from raw import budget, confine, streams
from raw.workbook import check_workbook

CHUNK = 20_000  # rows held as Python strings at a time
ROW = 200  # bytes that a row takes beside its cells: its key, and where it stands
csv.field_size_limit(2**31 - 1)  # a run-length mask is a long cell

NAN = ("nan", "NaN", "NAN")  # no text of a source's, but what software writes for nothing
Lines = Iterator[tuple[int, list[str], str]]  # the line that a row begins on, its cells, what is wrong with it


class Source(base.Options):
    """How a table is written. `file`: a pattern; what the image tells is filled in, fields left open are searched for
    and become columns.

    `type`: csv, excel, json, jsonl, parquet, xml or pickle where the extension does not say it; gzip is undone. Text:
    `encoding` (a byte that is none of UTF-8's costs its row), `separator` ("whitespace" for any run of it: the default
    of .txt), `quote` (null: none), `comment` (what such lines start with), `skip` lines before the header. `header`:
    the row, or rows that are joined by a blank, or the columns' names where the file has none. `ragged`: rows may have
    fewer or more cells than the header. `sheet`: its name or number. `blank`: cells that mean nothing ("NA"; "nan"
    always does). `fill_down`: columns whose merged cells are filled.
    JSON: `rows` the path to the list or mapping, `id` the column for a mapping's keys (or a list of mappings'), `each`
    the lists within an entry that give a row for every element; inner objects become columns "outer.inner". XML, from
    below its root, and pickles likewise.
    `number`: a column made of the row's number from 0. `parts`: {column: pattern} cuts a column into further ones.
    """

    tabular: ClassVar[bool] = True

    file: str
    type: Literal["csv", "excel", "json", "jsonl", "parquet", "xml", "pickle"] | None = None
    encoding: str = "utf-8-sig"
    separator: str | None = None
    quote: str | None = '"'
    comment: str | None = None
    skip: int = 0
    header: int | tuple[int, ...] | tuple[str, ...] = 0
    ragged: bool = False
    sheet: str | int = 0
    blank: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    rows: str | None = None
    each: tuple[str, ...] = ()
    id: str | None = None
    number: str | None = None
    parts: dict[str, str] = {}

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise ValueError(f"no encoding {name!r}; latin-1, cp1252 and utf-16 are some") from error
        return name

    def __hash__(self) -> int:
        return hash((self.file, self.sheet, self.rows))


def frame(root: Path, path: str, source: Source) -> pl.DataFrame:
    """The table at a path, which may lead into an archive. Kept per process for as long as the file does not change.
    Raises Unreadable that names the file and, where it can, the line."""
    uri, member = archives.split(root, path)
    try:
        stat = confine.stat(root, uri)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Unreadable(path, "the file is not there") from error
    return _frame(str(root), uri, member, stat.st_size, stat.st_mtime_ns, source)


@lru_cache(maxsize=16)
def _frame(root: str, uri: str, member: str | None, size: int, mtime_ns: int, source: Source) -> pl.DataFrame:
    name = f"{uri}/{member}" if member else uri
    try:
        try:
            found = _opened(root, uri, member, name, source, "strict")
        except UnicodeDecodeError:
            if codecs.lookup(source.encoding).name not in ("utf-8", "utf-8-sig", "ascii"):
                raise
            found = _opened(root, uri, member, name, source, "surrogateescape")
    except base.BAD_ARCHIVE as error:
        raise Unreadable(name, f"cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(
            name, f"is not {source.encoding}: {error.reason} at byte {error.start}; set `encoding`"
        ) from error
    except UnicodeEncodeError as error:
        raise Unreadable(name, f"its header is not {source.encoding}; set `encoding`") from error
    except UnicodeError as error:  # UTF-16 without its mark
        raise Unreadable(name, f"is not {source.encoding}: {error}; set `encoding`") from error
    except Unreadable:
        raise
    except (OSError, csv.Error, fastexcel.FastExcelError, pa.ArrowInvalid) as error:
        raise Unreadable(name, f"cannot be read as a table: {str(error).splitlines()[0]}") from error
    return _finished(name, found, source)


def _opened(root: str, uri: str, member: str | None, name: str, source: Source, errors: str) -> pl.DataFrame:
    with base.open_file(Path(root), uri, member) as file, _unzipped(name, file) as plain:
        return _read(name, plain, source, errors)


def _unzipped(name: str, file: BinaryIO) -> BinaryIO:
    """Some servers hand out a table gzipped under its plain name."""
    kind = streams.kind_of(file)
    packed = kind == streams.GZIP or name.lower().endswith(".gz")
    return cast(BinaryIO, io.BufferedReader(streams.Unpacked(name, file, streams.GZIP))) if packed else file


def _read(name: str, file: BinaryIO, source: Source, errors: str) -> pl.DataFrame:
    kind = dialect.kind_of(name, source)
    if kind is None:
        raise Unreadable(name, f"nothing says what .{dialect.suffix(name)} holds; set `type`")
    if kind == "csv":
        return _grid(name, _text(file, source, dialect.usual(name, source), errors), source)
    if kind == "excel":
        return _grid(name, _sheet(name, file, source), source)
    if kind == "parquet":
        return _columns(nested.parquet(name, file))
    if kind == "pickle":
        return _columns(nested.pickled(name, file, source.rows, source.id, source.each))
    if kind == "xml":
        return _columns(nested.elements(name, file, source.rows, source.each))
    text = io.TextIOWrapper(cast(Any, file), encoding=source.encoding, errors=errors)
    return _columns(nested.entries(name, text, kind == "jsonl", source.rows, source.id, source.each))


def _text(file: BinaryIO, source: Source, usual: str, errors: str) -> Lines:
    """The cells of each line. Lines without text are passed over."""
    encoding, separator = source.encoding, usual
    if file.seekable():
        encoding, separator = dialect.of(file.read(dialect.HEAD), encoding, usual, dialect.is_free(source))
        file.seek(0)
    text = io.TextIOWrapper(cast(Any, file), encoding=encoding, errors=errors, newline="")
    lines: Iterator[str] = islice(text, source.skip, None)
    if source.comment:
        lines = ("\n" if line.startswith(source.comment) else line for line in lines)
    if len(separator) > 1:
        cut = None if separator == "whitespace" else separator
        split = ((number, line.rstrip("\r\n").split(cut)) for number, line in enumerate(lines, source.skip + 1))
        yield from ((number, cells, "") for number, cells in split if any(cell.strip() for cell in cells))
        return
    if source.quote is None:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE, quotechar=None)
        yield from ((reader.line_num + source.skip, cells, "") for cells in reader if any(cells))
        return
    how = {"delimiter": separator, "quotechar": source.quote}
    names = source.header if isinstance(source.header, tuple) and isinstance(next(iter(source.header), 0), str) else ()
    for at, cells, fault in quoted.rows(list(lines), how, len(names) or None):
        if any(cells):
            yield at + source.skip + 1, cells, fault


def _sheet(name: str, file: BinaryIO, source: Source) -> Lines:
    data = streams.all_of(name, file)
    check_workbook(name, data)
    book = fastexcel.read_excel(data)
    sheet = book.load_sheet(source.sheet, header_row=None, skip_rows=source.skip, dtypes="string").to_polars()
    for number, cells in enumerate(sheet.iter_rows(), source.skip + 1):
        if any(cell and cell.strip() for cell in cells):
            yield number, [cell or "" for cell in cells], ""


def _grid(name: str, lines: Lines, source: Source) -> pl.DataFrame:
    columns = _header(name, lines, source)
    chunks, held = [], 0
    while chunk := list(islice(lines, CHUNK)):
        numbers, cells, faults = zip(*chunk, strict=True)
        if any(len(row) != len(columns) for row in cells):
            fitted, cells = zip(*(_fit(row, len(columns), source.ragged) for row in cells), strict=True)
            faults = tuple(given or fault for given, fault in zip(faults, fitted, strict=True))
        series = dict(zip(columns, zip(*cells, strict=True), strict=True))
        chunks.append(strings({**series, LINE: numbers, FAULT: faults}))
        held += int(chunks[-1].estimated_size()) + ROW * len(chunk)
        budget.memory(name, 2 * held, "its table")  # twice: parts are made one
    return pl.concat(chunks, rechunk=True) if chunks else strings({**{c: [] for c in columns}, LINE: [], FAULT: []})


def _fit(cells: list[str], width: int, ragged: bool) -> tuple[str, list[str]]:
    """A row brought to the header's width, and what is wrong with it. Blank cells too many at its end are no fault."""
    count = len(cells)
    if count == width:
        return "", cells
    extra = any(cell.strip() for cell in cells[width:])
    wrong = not ragged and (count < width or extra)
    fault = f"{count} cells where the header has {width}; set `ragged` if it was published so" if wrong else ""
    return fault, (cells + [""] * (width - count))[:width]


def _header(name: str, lines: Lines, source: Source) -> list[str]:
    header = (source.header,) if isinstance(source.header, int) else source.header
    if header and isinstance(header[0], str):
        return [tidy(str(text)) for text in header]
    wanted = [int(row) for row in header]
    above = [cells for _, cells, _ in islice(lines, max(wanted, default=0) + 1)]
    if not wanted or len(above) <= max(wanted):
        raise Unreadable(name, f"{len(above)} rows are too few for a header in row {max(wanted, default=0)}")
    width = max(len(above[row]) for row in wanted)
    levels = [[*above[row], *[""] * (width - len(above[row]))] for row in wanted]
    for level in levels[:-1]:  # a merged cell has its text in the first column that it spans
        for n in range(1, width):
            level[n] = level[n] if level[n].strip() else level[n - 1]
    return _unique([tidy(" ".join(texts)) for texts in zip(*levels, strict=True)])


def tidy(text: str) -> str:
    """A column's name with its blanks and line breaks made single: published headers hold stray ones."""
    return " ".join(text.split())


def _unique(names: Sequence[str]) -> list[str]:
    """Names that differ: "column 3" for one without, "x.1" for a second x."""
    seen: dict[str, int] = {}
    found = []
    for number, name in enumerate(names, start=1):
        name = name or f"column {number}"
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.append(f"{name}.{count}" if count else name)
    return found


def _columns(columns: dict[str, list[str]]) -> pl.DataFrame:
    height = len(next(iter(columns.values()), []))
    return strings({FAULT: [""] * height, **columns, LINE: list(range(1, height + 1))})


def _finished(name: str, found: pl.DataFrame, source: Source) -> pl.DataFrame:
    """With the columns that the options add, and blanks blank."""
    known = [column for column in found.columns if column not in (LINE, FAULT)]
    blank = [*NAN, *source.blank]
    found = found.with_columns(
        pl.when(pl.col(c).is_in(blank)).then(pl.lit("")).otherwise(pl.col(c)).alias(c) for c in known
    )
    for column in (tidy(text) for text in source.fill_down):
        check(name, column, known)
        filled = pl.when(pl.col(column) == "").then(None).otherwise(pl.col(column)).forward_fill().fill_null("")
        found = found.with_columns(filled.alias(column))
    if source.number:
        found = found.with_columns(pl.Series(source.number, [str(n) for n in range(found.height)], dtype=pl.String))
    for column, text in source.parts.items():
        check(name, tidy(column), known)
        found = _cut(found, tidy(column), text)
    return found


def _cut(found: pl.DataFrame, column: str, text: str) -> pl.DataFrame:
    """The fields of a pattern as columns; a cell that does not fit is that row's fault."""
    cut = patterns.pattern(text)
    matches = [cut.match(cell) if cell else {} for cell in found[column]]
    misfits = [n for n, match in enumerate(matches) if match is None]
    faults = found[FAULT].to_list()
    for n in misfits:
        faults[n] = faults[n] or f"column {column!r}: {found[column][n]!r} does not fit {text!r}"
    new = [pl.Series(f, [(match or {}).get(f) or "" for match in matches], dtype=pl.String) for f in cut.fields]
    return found.with_columns(*new, pl.Series(FAULT, faults, dtype=pl.String))


def check(name: str, column: str, known: Iterable[str]) -> None:
    """Raises Unreadable when the table has no such column."""
    columns = [column for column in known if column not in (LINE, FAULT)]
    if column not in columns:
        raise Unreadable(name, f"no column {column!r}; there are {', '.join(columns)}")
