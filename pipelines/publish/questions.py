"""The questions of all that leaves, on disk: a file a family, in the order of the parts. One family at a time is held.

A folder of its own, beside the plan or, of a workspace on an object store, where this machine keeps what is passing.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pipelines.store.files import Files
from transforms.tasks.asking import NOT_ASKED
from transforms.tasks.balance import Families

ROWS = 1 << 14  # of a row group, and those of a family that wait to be written
NAMED = ["key", "id"]
EDITED = {"key": pl.String, "id": pl.String, "edit": pl.String}


class Questions:
    """Taken part by part; then read family by family; then given back part by part with what becomes of them."""

    def __init__(self, files: Files, folder: str) -> None:
        where = None if files.remote else files.path(folder)
        if where:
            Path(where).mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(prefix="questions-", dir=where)
        self._waiting: dict[str, list[pl.DataFrame]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._of_part: list[dict[str, int]] = []
        self.gone: Counter[str] = Counter()  # family -> questions that are not asked

    def take(self, frame: pl.DataFrame) -> None:
        """Those of the next part, columns ASKED."""
        found = {str(task): own for (task,), own in frame.partition_by("task", as_dict=True).items()}
        self._of_part.append({task: own.height for task, own in found.items()})
        for task, own in found.items():
            waiting = self._waiting.setdefault(task, [])
            waiting.append(own)
            if sum(map(len, waiting)) >= ROWS:
                self._write(task)

    def families(self) -> Families:
        """All of them, by family; nothing more is taken."""
        for task in list(self._waiting):
            self._write(task)
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        sizes: Counter[str] = Counter()
        for part in self._of_part:
            sizes.update(part)
        return Families(dict(sorted(sizes.items())), self._of)

    def settle(self, task: str, edits: pl.Series) -> None:
        """What becomes of the questions of a family, in their order."""
        edits.to_frame("edit").write_parquet(self._path(task, "edits"), row_group_size=ROWS)
        self.gone[task] += int((edits == NOT_ASKED).sum())

    def parts(self) -> Iterator[pl.DataFrame]:
        """key, id, edit of those that something becomes of, part by part."""
        cursors: dict[str, tuple[_Cursor, _Cursor]] = {}
        none = pl.DataFrame(schema=EDITED)
        for sizes in self._of_part:
            found = [none]
            for task, size in sizes.items():
                if task not in cursors and self._path(task, "edits").exists():
                    cursors[task] = _Cursor(self._path(task), NAMED), _Cursor(self._path(task, "edits"), ["edit"])
                if task in cursors:
                    own, edits = (cursor.take(size) for cursor in cursors[task])
                    found.append(own.hstack(edits).filter(pl.col("edit").is_not_null()))
            yield pl.concat(found)
        self._folder.cleanup()

    def _of(self, task: str, columns: Sequence[str]) -> pl.DataFrame:
        return pl.read_parquet(self._path(task), columns=list(columns)).select(columns)

    def _path(self, task: str, kind: str = "asked") -> Path:
        return Path(self._folder.name) / f"{kind}-{task}.parquet"

    def _write(self, task: str) -> None:
        table = pl.concat(self._waiting.pop(task)).to_arrow()
        if task not in self._writers:
            self._writers[task] = pq.ParquetWriter(self._path(task), table.schema, compression="zstd")
        self._writers[task].write_table(table)


class _Cursor:
    """Reads a file from its beginning, so many rows at a time."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._batches = pq.ParquetFile(path).iter_batches(ROWS, columns=list(columns))
        self._left: pl.DataFrame | None = None

    def take(self, rows: int) -> pl.DataFrame:
        while self._left is None or self._left.height < rows:
            more = pl.DataFrame(next(self._batches))
            self._left = more if self._left is None else pl.concat([self._left, more])
        found, self._left = self._left.head(rows), self._left.slice(rows)
        return found
