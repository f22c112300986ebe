"""The table store: immutable Parquet files in a workspace, committed by rename.

A workspace is a folder or an object-store prefix that pyarrow can open (s3://, gs://). A table's rows lie under
TABLE/dataset=ID/HASH.parquet, HASH being that of the keys in the file, so writing the same rows twice changes nothing.
`refs/` holds the few pointers that move: which ingested items a data set's folder holds now.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from schemas import content_key

Row = dict[str, Any]
_COMMON = ["key", "dataset", "made"]
# Columns beside the common ones; `body` is the row's model as JSON. `made` is the key of the stage that made the row.
COLUMNS: dict[str, list[str]] = {
    "records": ["kind", "modality", "subject", "uri", "body"],
    "regions": ["record", "frame", "concept", "made_by", "body"],
    "scenes": ["record", "frame", "body"],
    "facts": ["record", "scene", "predicate", "value", "unit", "body"],
    "texts": ["record", "scene", "backend", "text", "body"],
    "dialogues": ["record", "scene", "task", "question", "answer", "body"],
    "verdicts": ["record", "scene", "check", "outcome", "score", "reason"],
    "samples": ["record", "subject", "modality", "body"],
    "quarantine": ["stage", "unit", "uri", "reason", "payload"],
    "ledger": ["record", "stage", "unit", "fate", "reason", "out"],
}
_TYPES = {"score": pa.float64(), "out": pa.int64()}
SCHEMAS = {
    table: pa.schema([(name, _TYPES.get(name, pa.string())) for name in [*_COMMON, *columns]])
    for table, columns in COLUMNS.items()
}


class Store:
    """The tables of one workspace. Cheap to make; safe to use from many processes at once."""

    def __init__(self, workspace: str | Path) -> None:
        self.workspace = str(workspace)
        text = self.workspace
        if "://" in text:
            self.fs, self.root = fs.FileSystem.from_uri(text)
        else:
            self.fs, self.root = fs.LocalFileSystem(), str(Path(text).absolute())

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Commit rows, one file a data set. The same rows again are no new file."""
        by_dataset: dict[str, list[Row]] = {}
        for row in rows:
            by_dataset.setdefault(row["dataset"], []).append(row)
        for dataset, group in sorted(by_dataset.items()):
            ordered = sorted(group, key=lambda row: (row["key"], row["made"]))
            name = content_key([(row["key"], row["made"]) for row in ordered])
            path = f"{self.root}/{table}/dataset={dataset}/{name}.parquet"
            if self.fs.get_file_info(path).type == fs.FileType.NotFound:
                self._commit(pa.Table.from_pylist(ordered, SCHEMAS[table]), path)

    def read(
        self, table: str, columns: Sequence[str] | None = None, dataset: str | None = None, **among: Iterable[str]
    ) -> list[Row]:
        """Rows, sorted by key; duplicates (two runs that did the same row) once. `among`: column -> allowed values."""
        folder = f"{self.root}/{table}" + (f"/dataset={dataset}" if dataset else "")
        files = self._files(folder)
        if not files:
            return []
        import pyarrow.compute as pc  # these bring pandas, a second and a half that workers who only write need not pay
        import pyarrow.dataset as pads

        keep = None
        for column, values in among.items():
            test = pc.field(column).isin(pa.array(sorted(set(values)), pa.string()))
            keep = test if keep is None else keep & test
        wanted = list(dict.fromkeys([*columns, "key", "made"])) if columns else None
        data = pads.dataset(files, schema=SCHEMAS[table], format="parquet", filesystem=self.fs)
        rows: list[Row] = data.to_table(columns=wanted, filter=keep).to_pylist()
        unique = {(row["key"], row["made"]): row for row in rows}
        return [unique[key] for key in sorted(unique)]

    def datasets(self, table: str) -> list[str]:
        """Ids of the data sets that a table has rows of."""
        found = self.fs.get_file_info(fs.FileSelector(f"{self.root}/{table}", allow_not_found=True))
        return sorted(info.base_name.removeprefix("dataset=") for info in found if info.type == fs.FileType.Directory)

    def point(self, name: str, values: Sequence[str]) -> None:
        """Set a ref: replace the list of keys that it points to."""
        self._commit(pa.table({"key": sorted(values)}), f"{self.root}/refs/{name}.parquet")

    def pointed(self, name: str) -> list[str] | None:
        """The keys of a ref, sorted; None where it was never set."""
        path = f"{self.root}/refs/{name}.parquet"
        if self.fs.get_file_info(path).type == fs.FileType.NotFound:
            return None
        keys: list[str] = pq.read_table(path, filesystem=self.fs)["key"].to_pylist()
        return keys

    def write_json(self, name: str, value: Any) -> None:
        """A small report beside the tables."""
        self.fs.create_dir(self.root, recursive=True)
        with self.fs.open_output_stream(f"{self.root}/{name}") as out:
            out.write((json.dumps(value, indent=1, sort_keys=True) + "\n").encode())

    def read_json(self, name: str) -> Any:
        """The report again; None where there is none."""
        path = f"{self.root}/{name}"
        if self.fs.get_file_info(path).type == fs.FileType.NotFound:
            return None
        with self.fs.open_input_stream(path) as file:
            return json.loads(file.read())

    def _files(self, folder: str) -> list[str]:
        found = self.fs.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
        return sorted(info.path for info in found if info.path.endswith(".parquet"))

    def _commit(self, table: pa.Table, path: str) -> None:
        """Write beside and rename: a reader sees the whole file or none. The name keeps writers apart."""
        folder, _, name = path.rpartition("/")
        self.fs.create_dir(folder, recursive=True)
        part = f"{folder}/.{name}.part-{uuid.uuid4().hex}"
        pq.write_table(table, part, filesystem=self.fs, compression="zstd")
        self.fs.move(part, path)
