"""Rows of a table by the image that they speak of."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import model_validator

from connectors import archives, naming, patterns, walking
from connectors.assemble import Image
from connectors.base import Unannotated, Unreadable
from connectors.only import applies
from connectors.tables import identifiers
from connectors.tables.nested import FAULT
from connectors.tables.quoted import BROKEN
from connectors.tables.row import COLUMN
from connectors.tables.row import Row as Row
from connectors.tables.source import Source, check, frame, tidy
from connectors.tables.strings import LINE
from raw import confine

MANY = 32  # files of an image's tables that are watched one by one
MISSING = object()
BLOCK, BLOCKS, MEMO = 256, 8, 16  # rows held as Python values at a time; tables held for an annotation
Step = Literal["slash", "basename", "stem", "lower", "number", "alnum"]


class Table(Source):
    """A table whose rows belong to images.

    `key`: the column, or a template over columns ("{patient}_{eye}"), or several of them where a row speaks of several
    images. `match`: the template over the image's fields that equals it. `normalise` makes keys alike: slash (\\ to /),
    basename and stem act on the table's key alone, lower, number (no leading zeros) and alnum (letters and digits only)
    on both. Without `key` every row of the file is the image's: then `file` holds a field of it.
    `where` keeps rows with one of these values in a column, `unless` drops them. `required`: an image without a row, or
    without the table, is unreadable and not merely not annotated; so by default where the file is the image's own. A
    table that is not there is told with each image, unless `required: false` says that it may be missing.
    `only`: field -> values, or templates of them, that the image must have: the table is of a part of the set.
    """

    key: str | tuple[str, ...] | None = None
    match: str = "{stem}"
    normalise: tuple[Step, ...] = ()
    where: dict[str, str | tuple[str, ...]] = {}
    unless: dict[str, str | tuple[str, ...]] = {}
    required: bool | None = None
    only: Mapping[str, str | tuple[str, ...]] = {}

    __hash__ = Source.__hash__

    @model_validator(mode="after")
    def _has_key(self) -> "Table":
        if self.key is None and "{" not in self.file:
            raise ValueError(f"{self.file} holds rows of many images: set `key` to the column that names them")
        return self

    @cached_property
    def open(self) -> frozenset[str]:
        """The fields of `file`."""
        return frozenset(patterns.names(self.file))

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """The tables that were read for this annotation."""
        return {}

    @property
    def needed(self) -> bool:
        return self.key is None if self.required is None else self.required


@dataclass(frozen=True)
class Index:
    """Which rows have which key: `order[starts[n]:starts[n + 1]]` for the key numbered n, in the table's order. `lost`:
    the first row at fault whose key is lost too, or that may have swallowed others: any image's without a row."""

    table: pl.DataFrame
    columns: tuple[str, ...]
    files: tuple[str, ...]
    keys: dict[str, int]
    order: Sequence[int]
    starts: Sequence[int]
    lost: int | None = None
    blocks: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict, compare=False)
    spelled: dict[str, Mapping[str, str]] = field(default_factory=dict, compare=False)

    def spellings(self, column: str) -> Mapping[str, str]:
        """What the cells of a column of identifiers stand for (identifiers.py)."""
        if column not in self.spelled:
            self.spelled[column] = identifiers.spellings(self.table.get_column(tidy(column), default=()))
        return self.spelled[column]

    def rows(self, key: str) -> list[Row]:
        """The rows of a key, those at fault among them."""
        number = self.keys.get(key)
        if number is None:
            return [] if self.lost is None else [self._row(self.lost, "")]
        start, end = self.starts[number], self.starts[number + 1]
        return [self._row(place, key) for place in self.order[start:end]]

    def _row(self, place: int, key: str) -> Row:
        number, within = divmod(place, BLOCK)
        block = self.blocks.get(number)
        if block is None:  # rows are mostly asked for in the table's order: a block serves many
            if len(self.blocks) >= BLOCKS:
                self.blocks.clear()
            block = self.blocks[number] = self.table.slice(number * BLOCK, BLOCK).rows()
        cells = block[within]
        line, fault, file = cells[-3:]
        return Row(self.files[file], line, dict(zip(self.columns, cells, strict=False)), fault, key)


def rows(image: Image, table: Table) -> list[Row]:
    """The rows that speak of an image, in the table's order; none where it is not in the table. Raises Unreadable, and
    Unannotated where the table need not be there, and is not, or may mean another image."""
    if not applies(table.only, image.fields):
        return []
    index = _held(image.root, table, image.fields)
    if index is None:
        if table.needed:
            raise Unreadable(image.path, f"no file is {table.file} for it")
        if table.required is None and table.key is not None:
            reason = "the table is not there: nothing that it says of images is read"
            raise Unannotated(patterns.bind(table.file, image.fields), reason)
        return []
    value = "" if table.key is None else normal(image.fill(table.match), table.normalise, of_table=False)
    found = _own(image, table, index.rows(value), value)
    if not found and table.needed:
        what = "no row" if table.key is None else f"no row whose {table.key} is {value!r}"
        raise Unreadable(index.files[0], f"{what}, which {image.path} needs")
    return found


def _held(root: Path, table: Table, fields: Mapping[str, str]) -> "Index | None":
    """The index of the table's files; None where there are none. Kept until the connector is opened anew: a table that
    changes while its set is read is seen by the next run, whose items have other fingerprints then."""
    key = (root, table.file if fields.keys().isdisjoint(table.open) else patterns.bind(table.file, fields))
    found = table.memo.get(key, MISSING)
    if found is not MISSING:
        return cast("Index | None", found)
    try:
        places = tuple(_located(root, table, fields))
    except Unannotated as error:
        if table.needed:
            raise Unreadable(error.uri, error.reason) from error
        places = ()
    if len(table.memo) >= MEMO:
        table.memo.clear()
    index = table.memo[key] = _index(root, places, table) if places else None
    return index


def _own(image: Image, table: Table, found: list[Row], value: str) -> list[Row]:
    """The rows whose full names are the image's, where only base names were compared. Raises as `rows` does where an
    image of another subject has the same name."""
    if not found or table.key is None:
        return found
    named: list[tuple[str, Row]] = []
    if "basename" in table.normalise:
        templates = (table.key,) if isinstance(table.key, str) else table.key
        for row in found:
            whole = replace(row, fault="")  # a key may be whole where other cells are not
            said = (whole.fill(template) for template in templates)
            named.append((next(text for text in said if normal(text, table.normalise, of_table=True) == value), row))
        found = naming.mine(image, found[0].file, named)
    kept = [name for name, row in named if any(row is own for own in found)]
    others = naming.contested(image, table.file, table.match, kept) if found else []
    if others:
        shown = ", ".join(others[: naming.SHOWN])
        reason = f"{value!r} may name {image.path} or {shown}: read for none; put a folder into `key` and `match`"
        raise (Unreadable if table.needed else Unannotated)(found[0].file, reason)
    return found


def identifier(image: Image, table: Table, column: str, text: str) -> str:
    """A cell of a column of identifiers, each of which is spelt in one way."""
    index = _held(image.root, table, image.fields)
    return index.spellings(column).get(text, text) if index else text


def each_file(root: Path, table: Table) -> Iterator[tuple[str, Index]]:
    """Every file of a table with its rows, whatever they speak of. Raises Unreadable."""
    return ((place[0], _index(root, (place,), table)) for place in _located(root, table, {}))


def companions(root: Path, table: Table, fields: Mapping[str, str]) -> Iterator[str]:
    """The table's files for the image with these fields; the folder of the table's files where there are many, as of
    files whose name only another annotation tells."""
    if applies(table.only, fields, open_ends=True):
        yield from companions_of(root, table.file, fields)


def companions_of(root: Path, text: str, fields: Mapping[str, str]) -> Iterator[str]:
    """The files of a pattern, or the one folder that they lie in."""
    found = files(root, text, fields)
    folder = patterns.fixed(patterns.bind(text, fields)) or "."
    yield from (path for path, _ in found) if len(found) <= MANY else (folder,)


def normal(text: str, steps: tuple[Step, ...], *, of_table: bool) -> str:
    """A key as it is compared."""
    text = patterns.composed(text.strip())
    if of_table:
        text = text.replace("\\", "/") if "slash" in steps else text
        text = text.rsplit("/", 1)[-1] if "basename" in steps else text
        text = patterns.stem(text) if "stem" in steps else text
    text = text.lower() if "lower" in steps else text
    text = "".join(filter(str.isalnum, text)) if "alnum" in steps else text
    return text.lstrip("0") or "0" if "number" in steps and text.isdigit() else text


Place = tuple[str, tuple[tuple[str, str], ...], int, int]  # path, open fields, size and time of change


def _located(root: Path, table: Table, fields: Mapping[str, str]) -> Iterator[Place]:
    for path, found in files(root, table.file, fields):
        try:
            stat = confine.stat(root, archives.split(root, path)[0])
        except (FileNotFoundError, NotADirectoryError) as error:
            if table.key is None and not table.needed:
                continue  # the image's own file, which not every image has
            raise Unannotated(path, "the file is not there") from error
        yield path, found, stat.st_size, stat.st_mtime_ns


def files(root: Path, text: str, fields: Mapping[str, str]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The files of a pattern for an image with these fields, each with the fields that were open."""
    if patterns.plain(bound := text if "{" not in text else patterns.bind(text, fields)):
        return tuple((path, ()) for path, _ in walking.find(root, bound, {}))
    return _walked(root, bound)


@lru_cache(maxsize=256)
def _walked(root: Path, bound: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple((path, tuple(found.items())) for path, found in walking.find(root, bound, {}))


@lru_cache(maxsize=16)
def _index(root: Path, places: tuple[Place, ...], table: Table) -> Index:
    source = Source.model_validate({name: getattr(table, name) for name in Source.model_fields})
    parts = []
    for number, (path, fields, _, _) in enumerate(places):
        part = frame(root, path, source)
        for column in (*table.where, *table.unless):
            check(path, tidy(column), [*part.columns, *dict(fields)])
        told = [pl.lit(value).alias(name) for name, value in fields]
        parts.append(part.with_columns(*told, pl.lit(number, pl.Int32).alias("\x00file")))
    whole = pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]
    columns = [name for name in whole.columns if name not in (LINE, FAULT, "\x00file")]
    whole = whole.select(*(pl.col(column).fill_null("") for column in columns), LINE, FAULT, "\x00file")
    for chosen, wanted in ((table.where, True), (table.unless, False)):
        for column, values in chosen.items():
            inside = pl.col(tidy(column)).is_in([values] if isinstance(values, str) else list(values))
            whole = whole.filter(inside if wanted else ~inside)
    keys, codes, places_of, lost = _keyed(whole, columns, [path for path, *_ in places], table)
    order = np.argsort(codes, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(keys)))])
    files = tuple(path for path, *_ in places)
    return Index(whole, tuple(columns), files, keys, array("i", places_of[order]), array("q", starts), lost)


def _keyed(
    whole: pl.DataFrame, columns: list[str], files: list[str], table: Table
) -> tuple[dict[str, int], NDArray[np.int64], NDArray[np.int32], int | None]:
    """Each key's number; for each mention of a key its number and the row that it is in; a row whose key is lost."""
    keys: dict[str, int] = {}
    if table.key is None:
        return {"": 0}, np.zeros(whole.height, np.int64), np.arange(whole.height, dtype=np.int32), None
    codes, rows_of = [], []
    for template in (table.key,) if isinstance(table.key, str) else table.key:
        names = [tidy(template)] if tidy(template) in columns or "{" not in template else COLUMN.findall(template)
        for name in names:
            check(files[0], tidy(name), columns)
        cells = [whole[tidy(name)] for name in names]
        for n, texts in enumerate(zip(*cells, strict=True)):
            text = texts[0] if names == [tidy(template)] else _joined(template, names, texts)
            if any(texts):
                codes.append(keys.setdefault(normal(text, table.normalise, of_table=True), len(keys)))
                rows_of.append(n)
    known = set(rows_of)
    faults = whole.with_row_index("\x00n").filter(pl.col(FAULT) != "").select("\x00n", FAULT).iter_rows()
    lost = next((int(n) for n, fault in faults if n not in known or fault == BROKEN), None)
    return keys, np.asarray(codes, np.int64), np.asarray(rows_of, np.int32), lost


def _joined(template: str, names: list[str], texts: tuple[str, ...]) -> str:
    values = dict(zip(names, texts, strict=True))
    return COLUMN.sub(lambda found: values[found[1]], template)
