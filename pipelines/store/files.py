"""Files of a workspace, in a folder or under an object-store prefix, read and written whole.

Folders: a file is written beside its place and renamed into it. Object stores: a PUT shows the whole object or none of
it. Either way nobody ever reads half a file.
"""

import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

log = logging.getLogger(__name__)
PART_FILE = ".part-"  # in the name of a file on its way


class Files:
    """Paths are relative to the workspace, POSIX. Cheap to make; safe to use from many processes at once."""

    def __init__(self, place: str | Path) -> None:
        self.place = str(place)
        self.remote = "://" in self.place
        if self.remote:
            self.fs, self.root = fs.FileSystem.from_uri(self.place)
        else:
            self.fs, self.root = fs.LocalFileSystem(), str(Path(self.place).absolute())

    def path(self, name: str) -> str:
        """The path under which `fs` knows a file."""
        return f"{self.root}/{name}"

    def names(self, folder: str) -> list[str]:
        """The files right in a folder, sorted; those on their way are left out, a missing folder is empty."""
        if not self.remote:
            try:
                with os.scandir(self.path(folder)) as entries:
                    found = [entry.name for entry in entries if entry.is_file()]
            except FileNotFoundError:
                return []
        else:
            select = fs.FileSelector(self.path(folder), allow_not_found=True)
            found = [i.base_name for i in self.fs.get_file_info(select) if i.type == fs.FileType.File]
        return sorted(name for name in found if not name.startswith("."))

    def folders(self, folder: str) -> list[str]:
        """The folders right in a folder, sorted."""
        select = fs.FileSelector(self.path(folder), allow_not_found=True)
        return sorted(i.base_name for i in self.fs.get_file_info(select) if i.type == fs.FileType.Directory)

    def exists(self, name: str) -> bool:
        if not self.remote:
            return os.path.exists(self.path(name))  # noqa: PTH110 - asked for every file
        return bool(self.fs.get_file_info(self.path(name)).type != fs.FileType.NotFound)

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        with self.fs.open_input_file(self.path(name)) as file:
            return bytes(file.read())

    def write(self, name: str, data: bytes) -> None:
        """Put a whole file in place of whatever is there."""

        def put(out: Any) -> None:
            out.write(data)

        self._put(name, put)

    def write_table(self, name: str, table: pa.Table, row_group_size: int | None = None) -> None:
        """A Parquet file, zstd."""
        self._put(name, lambda out: pq.write_table(table, out, compression="zstd", row_group_size=row_group_size))

    def write_batches(self, name: str, batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> None:
        """An Arrow IPC file, lz4: each batch can be read alone."""

        def put(out: Any) -> None:
            with pa.ipc.new_file(out, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
                for batch in batches:
                    writer.write_batch(batch)

        self._put(name, put)

    def read_batches(self, name: str, numbers: Sequence[int] | None = None) -> list[pa.RecordBatch]:
        """Batches of an Arrow IPC file, all or those asked for."""
        with self.fs.open_input_file(self.path(name)) as file:
            reader = pa.ipc.open_file(file)
            return [reader.get_batch(n) for n in (range(reader.num_record_batches) if numbers is None else numbers)]

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is as well."""
        try:
            self.fs.delete_file(self.path(name))
        except FileNotFoundError:
            return

    def delete_folder(self, folder: str) -> None:
        if self.fs.get_file_info(self.path(folder)).type == fs.FileType.Directory:
            self.fs.delete_dir(self.path(folder))

    def sizes(self, folder: str) -> dict[str, int]:
        """Name -> bytes of the files right in a folder."""
        select = fs.FileSelector(self.path(folder), allow_not_found=True)
        return {i.base_name: i.size for i in self.fs.get_file_info(select) if i.type == fs.FileType.File}

    def folder_exists(self, folder: str) -> bool:
        return bool(self.fs.get_file_info(self.path(folder)).type == fs.FileType.Directory)

    def move_folder(self, source: str, target: str, last: str = "") -> None:
        """Move a folder to where none is. Object stores move file by file, `last` at the end."""
        if not self.remote:
            Path(self.path(target)).parent.mkdir(parents=True, exist_ok=True)
            Path(self.path(source)).rename(self.path(target))
            return
        found = self.fs.get_file_info(fs.FileSelector(self.path(source), recursive=True, allow_not_found=True))
        names = [i.path.removeprefix(self.path(source) + "/") for i in found if i.type == fs.FileType.File]
        for name in sorted(names, key=lambda name: (name == last, name)):
            self.fs.move(f"{self.path(source)}/{name}", f"{self.path(target)}/{name}")

    def upload(self, path: Path, name: str) -> None:
        """Put a local file into the workspace, whole."""
        with path.open("rb") as source:
            self._put(name, lambda out: shutil.copyfileobj(source, out, 1 << 22))

    def write_json(self, name: str, value: Any) -> None:
        """A small file for people and for the next run."""
        self.write(name, (json.dumps(value, indent=1, sort_keys=True) + "\n").encode())

    def read_json(self, name: str) -> Any:
        """None where there is none. One that a full disk or a crash of the machine cut is named, and counts as none:
        what it said is found out again."""
        try:
            return json.loads(self.read(name))
        except FileNotFoundError:
            return None
        except ValueError:
            log.warning("%s: not whole: it is taken as missing and written anew", self.path(name))
            return None

    def sweep(self, folder: str) -> None:
        """Remove what killed writers left on its way in a folder. Only for who alone writes there."""
        if self.remote:
            return  # an unfinished upload is no object
        for path in Path(self.path(folder)).glob(f".*{PART_FILE}*"):
            path.unlink(missing_ok=True)

    def _put(self, name: str, fill: Callable[[Any], None]) -> None:
        path = self.path(name)
        if self.remote:
            with self.fs.open_output_stream(path) as out:
                fill(out)
            return
        folder, _, base = path.rpartition("/")
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        part = f"{folder}/.{base}{PART_FILE}{uuid.uuid4().hex[:12]}"
        try:
            with open(part, "wb") as out:  # noqa: PTH123
                fill(out)
            os.replace(part, path)  # noqa: PTH105
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
