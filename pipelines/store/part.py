"""One part: all rows of the people whose hash falls into one range.

    TABLE/part=00007/HASH.parquet     rows, immutable, one file a table and pass, named by the keys in it
    journal/part=00007/*.arrow        rows of a pass that is under way; whole records, so a restart goes on from them
    state/part=00007.json             what is done, what was counted, and where the two tables of `state/` lie

One worker at a time finishes a part; several may write its journal.
"""

import hashlib
import time
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines.store.files import Files
from pipelines.store.tables import COLUMNS, JOURNAL, ROWS, SCHEMAS, Row, journal_batch, split_journal

MOST_FILES = 4  # of one table in one part; more are made one
FLUSH_SECONDS = 0.25  # the least work between two flushes of a journal: what a kill may cost
FLUSH_COST = 25  # a flush comes after this many times what writing took
FLUSH_MOST = 2.0  # seconds that it comes after in any case, however slow the place


def part_of(subject: str, parts: int) -> int:
    """The part of a subject: ranges of the first eight bytes of its SHA-256, so the order of the parts is the order of
    the hashes, however many parts there are."""
    return place_of(subject) * parts >> 64


def place_of(subject: str) -> int:
    """Where a subject stands in the order of all subjects: 0 to 2**64 - 1."""
    return int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big")


def part_name(number: int) -> str:
    """How a part is called in paths."""
    return f"part={number:05d}"


class Part:
    """The tables, journals and state of one part."""

    def __init__(self, files: Files, number: int) -> None:
        self.files, self.number = files, number
        self.name = part_name(number)

    def paths(self, table: str) -> list[str]:
        """The files of a table, as paths of the workspace."""
        return [f"{table}/{self.name}/{name}" for name in self.files.names(f"{table}/{self.name}")]

    def table(self, name: str, columns: Sequence[str] | None = None, **among: Iterable[str]) -> pa.Table:
        """Rows of a table as Arrow, each (key, made) once. `among`: column -> allowed values."""
        return read_files(self.files, name, self.paths(name), columns, **among)

    def rows(self, name: str, columns: Sequence[str] | None = None, **among: Iterable[str]) -> list[Row]:
        """The same as Python rows, sorted by key."""
        found: list[Row] = self.table(name, columns, **among).to_pylist()
        return found

    def present(self) -> pl.Series:
        """The keys under which the units are booked that the last listing found."""
        found = pl.from_arrow(self.table("items", ["here", "seq"]))
        assert isinstance(found, pl.DataFrame)
        last = found.sort("seq", "here").unique("key", keep="last", maintain_order=True)
        return last.filter(pl.col("here"))["key"]

    def commit(self, tables: dict[str, pa.Table]) -> None:
        """One file a table. The ledger comes after what it books, and `passes` at the end: a record that passed has all
        its rows. The same rows again are no new file."""
        for name in sorted(tables, key=lambda name: (name == "passes", name == "ledger", name)):
            table = tables[name]
            if not table.num_rows:
                continue
            ordered = table.sort_by([(column, "ascending") for column in ("key", "made")])
            path = self._path(name, ordered)
            if not self.files.exists(path):
                self.files.write_table(path, ordered, ROWS.get(name))

    def append(self, rows: dict[str, list[Row]]) -> None:
        """Commit Python rows."""
        self.commit({name: pa.Table.from_pylist(found, SCHEMAS[name]) for name, found in rows.items()})

    def _path(self, name: str, ordered: pa.Table) -> str:
        return f"{name}/{self.name}/{_digest(ordered)}.parquet"

    def journals(self) -> list[str]:
        return [f"journal/{self.name}/{name}" for name in self.files.names(f"journal/{self.name}")]

    def absorb(self, writer: str = "") -> None:
        """Put the rows of journals, of all or of one writer, into the tables' own files."""
        names = [name for name in self.journals() if name.rpartition("/")[2].startswith(writer)]
        if names:
            self.commit(split_journal([batch for name in names for batch in self.files.read_batches(name)]))
        for name in names:
            self.files.delete(name)

    def sweep(self) -> None:
        """Remove what killed writers left of this part on its way, for who alone writes there."""
        for folder in (*COLUMNS, "journal", "state"):
            self.files.sweep(f"{folder}/{self.name}")
        self.files.remove_empty(f"journal/{self.name}")

    def compact(self) -> None:
        """Make one file of a table's many small ones."""
        for table in COLUMNS:
            paths = self.paths(table)
            if len(paths) <= MOST_FILES:
                continue
            whole = read_files(self.files, table, paths)
            self.commit({table: whole})
            keep = (
                f"{table}/{self.name}/{_digest(whole.sort_by([('key', 'ascending'), ('made', 'ascending')]))}.parquet"
            )
            for path in paths:
                if path != keep:
                    self.files.delete(path)

    @property
    def state(self) -> dict[str, Any]:
        """What `set_state` left; {} before."""
        return self.files.read_json(f"state/{self.name}.json") or {}

    def set_state(self, state: dict[str, Any], tables: dict[str, pa.Table]) -> None:
        """Replace the state in one step. `tables` are put beside it; state[NAME] says under which file each lies."""
        named = dict(state)
        for name, table in tables.items():
            named[name] = f"state/{self.name}/{name}-{_content(table)}.parquet"
            if not self.files.exists(named[name]):
                self.files.write_table(named[name], table)
        self.files.write_json(f"state/{self.name}.json", named)
        for name in self.files.names(f"state/{self.name}"):
            if f"state/{self.name}/{name}" not in named.values():
                self.files.delete(f"state/{self.name}/{name}")

    def state_table(self, name: str) -> pl.DataFrame | None:
        """A table of the state; None where there is none."""
        path = self.state.get(name)
        if not path or not self.files.exists(path):
            return None
        with self.files.open(path) as file:
            return pl.read_parquet(file.read())


class Journal:
    """Rows of whole records on their way, put down every fraction of a second, so that a kill costs no more."""

    def __init__(self, part: Part, writer: str) -> None:
        self._part, self._writer = part, f"{writer}{uuid.uuid4().hex[:8]}"
        self._rows: dict[str, list[Row]] = {}
        self._number, self._last, self._cost = 0, time.monotonic(), 0.0

    def add(self, rows: dict[str, list[Row]]) -> None:
        """The rows of one record; all of them or none are seen after a kill."""
        for table, found in rows.items():
            self._rows.setdefault(table, []).extend(found)
        if time.monotonic() - self._last >= max(FLUSH_SECONDS, min(FLUSH_COST * self._cost, FLUSH_MOST)):
            self.flush()

    def flush(self) -> None:
        if not self._rows:
            return
        name = f"journal/{self._part.name}/{self._writer}-{self._number:06d}.arrow"
        batch = journal_batch(self._rows)  # takes longer the more rows there are: to wait for more would not help
        start = time.monotonic()
        self._part.files.write_batches(name, [batch], JOURNAL)
        self._rows, self._number = {}, self._number + 1
        self._last = time.monotonic()
        self._cost = self._last - start


def read_files(
    files: Files, table: str, paths: Sequence[str], columns: Sequence[str] | None = None, **among: Iterable[str]
) -> pa.Table:
    """Rows of some files of a table, sorted by key; of two with one (key, made) the later attempt."""
    schema = SCHEMAS[table]
    wanted = list(dict.fromkeys(["key", "made", *(columns or schema.names)]))
    if unknown := [name for name in (*wanted, *among) if name not in schema.names]:
        raise ValueError(f"table {table} has no column {unknown[0]!r}; it has {', '.join(schema.names)}")
    if not paths:
        return pa.table({name: pa.array([], schema.field(name).type) for name in wanted})
    import pyarrow.compute as pc

    keep = None
    for column, values in among.items():
        test = pc.field(column).isin(pa.array(sorted(set(values)), pa.string()))
        keep = test if keep is None else keep & test
    order = [name for name in ("key", "made", "attempt", "here") if name in schema.names]
    try:
        found = files.parquet(paths, schema).to_table(columns=list(dict.fromkeys([*wanted, *order])), filter=keep)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{files.place}: a table is damaged: {error} Put the file back, or build into another "
                         "--workspace; what was published stays") from error  # fmt: skip
    found = found.sort_by([(name, "ascending") for name in order])
    return _once(found).select(wanted)


def _once(table: pa.Table) -> pa.Table:
    """Of neighbouring rows with one (key, made) the last."""
    import pyarrow.compute as pc

    if table.num_rows < 2:
        return table
    keys, made = table["key"].combine_chunks(), table["made"].combine_chunks()
    same = pc.and_(pc.equal(keys[1:], keys[:-1]), pc.equal(made[1:], made[:-1]))
    if not pc.any(same).as_py():
        return table
    return table.filter(pa.concat_arrays([pc.invert(same), pa.array([True])]))


def _digest(table: pa.Table) -> str:
    """Names a file by what is in it: the keys of its rows in their order, and the number of the try where it counts."""
    digest = hashlib.sha256()
    for name in ("key", "made", "attempt", "here", "seq"):
        if name in table.column_names:
            digest.update("\n".join(map(str, table[name].to_pylist())).encode())
    return digest.hexdigest()[:20]


def _content(table: pa.Table) -> str:
    """Names a file by all of its cells."""
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(out.getvalue()).hexdigest()[:20]
