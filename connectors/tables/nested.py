"""Tables kept in JSON, JSON Lines, XML, Parquet and pickles: lists of objects, mappings, and lists within lists."""

import io
import json
import math
import pickle
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.base import Unreadable
from raw import budget, markup, parquet_file, streams
from raw.refusal import BROKEN, line

Flat = dict[str, str]
FAULT = "\x00fault"  # the column that says why a row cannot be trusted


def entries(
    name: str, text: TextIO, by_line: bool, path: str | None, key: str | None, each: Sequence[str]
) -> dict[str, list[str]]:
    """The columns of a JSON file. `path` ("data.items") leads to the list, or to the mapping whose keys go into the
    column `key`; `each` names lists within an entry, the outer first, and gives a row for every element.
    Raises Unreadable."""
    if by_line:
        found: Any = list(_lines(name, text))
    else:
        found = _parse(name, _all(name, text), None)
    return nested(name, found, path, key, each)


def _lines(name: str, text: TextIO) -> Iterator[Any]:
    """The lines of JSON Lines; what is wrong with one is a fault of that row. Raises Unreadable where they need
    too much memory."""
    need = 0
    for number, said in enumerate(text, start=1):
        if said.strip():
            need += markup.need(said)
            budget.memory(name, need, "what it says")
            try:
                found = _parse(name, said, number)
            except Unreadable as error:
                found = {FAULT: error.reason}
            yield found


def _all(name: str, text: TextIO) -> str:
    most = budget.limit(budget.MAX_BYTES)
    found = text.read(most + 1)
    budget.memory(name, len(found), "its text")
    return found


class _Plain(pickle._Unpickler):
    """Reads what Python's own containers, texts and numbers need, and nothing that could run code. In Python and not in
    C: there ten bytes that name a place in its memory take as much as they like."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} in it: only lists, mappings, texts and numbers are read")


def pickled(name: str, file: BinaryIO, path: str | None, key: str | None, each: Sequence[str]) -> dict[str, list[str]]:
    """The columns of a pickle, as of JSON. Raises Unreadable."""
    try:
        data = streams.all_of(name, file)
        found = _Plain(io.BytesIO(data)).load()
        _check_unfolded(name, found, len(data))
    except Unreadable:
        raise
    except (pickle.UnpicklingError, *BROKEN) as error:
        raise Unreadable(name, f"no pickle that can be read: {line(error)}") from error
    return nested(name, found, path, key, each)


def _check_unfolded(name: str, found: Any, size: int) -> None:
    """Raises Unreadable when a pickle holds more than its bytes can say: lists that hold each other many times over
    become endless text."""
    stack, count = [found], 0
    while stack:
        one = stack.pop()
        inner = [*one, *one.values()] if isinstance(one, dict) else one
        if isinstance(inner, list | tuple | set | frozenset):
            count += len(inner)
            if count > size:
                raise Unreadable(name, "a pickle whose lists hold each other over and over")
            stack.extend(inner)


def nested(name: str, found: Any, path: str | None, key: str | None, each: Sequence[str]) -> dict[str, list[str]]:
    """The columns of lists and mappings within each other; see `entries`. Raises Unreadable."""
    for step in path.split(".") if path else ():
        if not isinstance(found, dict) or step not in found:
            there = ", ".join(map(str, found)) if isinstance(found, dict) else f"a {type(found).__name__}"
            raise Unreadable(name, f"no {step!r} on the way to {path!r}; there is {there[:200]}")
        found = found[step]
    return _table([row for entry in _listed(name, found, key) for row in _rows(entry, each)])


def elements(name: str, file: BinaryIO, path: str | None, each: Sequence[str]) -> dict[str, list[str]]:
    """The columns of an XML file. `path` ("images.image") leads from the root to the elements that are entries; their
    attributes and inner elements are columns, and `each` is as for `entries`. Raises Unreadable."""
    try:
        root = markup.from_xml(name, streams.all_of(name, file))
    except ET.ParseError as error:
        raise Unreadable(name, f"not XML: {error}") from error
    found = root.findall(path.replace(".", "/")) if path else list(root)
    if not found:
        raise Unreadable(name, f"no <{path or '...'}> below <{root.tag}>; set `rows` to the elements that are entries")
    held = [_held(element, each) for element in found]
    return _table([row for value in held for row in _rows(value if isinstance(value, dict) else {"text": value}, each)])


def _held(element: ET.Element, lists: Sequence[str], path: str = "") -> Any:
    """An element's attributes and inner elements by name, or its text where it has none. What may repeat is a list."""
    held: dict[str, Any] = dict(element.attrib)
    counts = Counter(child.tag for child in element)
    for child in element:
        place = f"{path}{child.tag}"
        value = _held(child, lists, f"{place}.")
        if place in lists or counts[child.tag] > 1:
            held.setdefault(child.tag, []).append(value)
        else:
            held[child.tag] = value
    text = (element.text or "").strip()
    return text if not held else {**held, "text": text} if text else held


def _parse(name: str, text: str, line: int | None) -> Any:
    try:
        return markup.from_json(name, text)
    except json.JSONDecodeError as error:
        where = f"line {line or error.lineno}, column {error.colno}"
        raise Unreadable(name, f"{where}: not JSON: {error.msg}") from error


def _listed(name: str, found: Any, key: str | None) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        if key is None:
            raise Unreadable(
                name, "a mapping and not a list; set `id` to the column for its keys, or `rows` to a list in it"
            )
        for label, value in found.items():
            yield {key: label, **(value if isinstance(value, dict) else {"value": value})}
    elif isinstance(found, list) and key is not None:  # a list of mappings, as {"a.jpg": {...}}
        for entry in found:
            yield from _listed(name, entry, key)
    elif isinstance(found, list):
        yield from (entry if isinstance(entry, dict) else {"value": entry} for entry in found)
    else:
        raise Unreadable(name, f"a {type(found).__name__} and not a list of entries; set `rows`")


def _rows(entry: dict[str, Any], each: Sequence[str]) -> Iterator[Flat]:
    """The rows of one entry: one, or one for each element of the lists that `each` names. An entry whose list is empty
    or is not there keeps a row without it."""
    flat = dict(_flat(entry))
    if not each:
        yield {column: text_of(value) for column, value in flat.items()}
        return
    inner = flat.pop(each[0], None)
    if isinstance(inner, dict):  # a mapping of elements
        inner = [
            {"key": label, **(value if isinstance(value, dict) else {"value": value})} for label, value in inner.items()
        ]
    outer = {column: text_of(value) for column, value in flat.items()}
    for element in inner if isinstance(inner, list) and inner else [{}]:
        named = element if isinstance(element, dict) else {"value": element}
        rest = [step.removeprefix(f"{each[0]}.") for step in each[1:]]
        for row in _rows(named, rest):
            yield {**outer, **{f"{each[0]}.{column}": value for column, value in row.items()}}


def _flat(entry: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in entry.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def text_of(value: Any) -> str:
    """A value as a cell: text as it is, nothing and NaN as "", a list or an object as JSON."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _table(rows: Iterable[Flat]) -> dict[str, list[str]]:
    rows = list(rows)
    columns = dict.fromkeys(column for row in rows for column in row)
    return {column: [row.get(column, "") for row in rows] for column in columns}


def parquet(name: str, file: BinaryIO) -> dict[str, list[str]]:
    """The columns of a Parquet file that are not pictures; where all are, one column `row` that counts from 0. Raises
    pyarrow.ArrowInvalid."""
    table = pq.ParquetFile(file)
    kept = [field.name for field in table.schema_arrow if not _holds_bytes(field.type)]
    if not kept:
        return {"row": [str(n) for n in range(table.metadata.num_rows)]}
    return {
        column: [text_of(value) for value in values]
        for column, values in parquet_file.columns(name, table, kept).items()
    }


def _holds_bytes(kind: Any) -> bool:
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return True
    return any(_holds_bytes(kind.field(n).type) for n in range(kind.num_fields))
