"""Files of a workspace, in a folder or under an object-store prefix, read and written whole.

Folders: a file is written beside its place and renamed into it. Object stores: a PUT shows the whole object or none of
it. Either way nobody ever reads half a file.
"""

import io
import json
import logging
import os
import re
import shutil
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.faults import PlaceError

if TYPE_CHECKING:
    import pyarrow.dataset as pads

    from pipelines.store.objects import Objects

log = logging.getLogger(__name__)
PART_FILE = ".part-"  # in the name of a file on its way


def is_remote(place: str) -> bool:
    """Whether an address is of an object store, not of a folder."""
    return "://" in place and not place.startswith("file://")


class Files:
    """Paths are relative to the workspace, POSIX. Cheap to make; safe to use from many processes at once."""

    def __init__(self, place: str | Path) -> None:
        self.place = str(place).removeprefix("file://").rstrip("/") or "/"
        if re.match(r"[A-Za-z][\w+.-]*:/(?!/)", self.place):  # what pathlib makes of an address
            raise PlaceError(f"{self.place}: neither a folder nor an object store; write it as s3://BUCKET/PREFIX")
        self.remote = is_remote(self.place)
        self.root = self.place if self.remote else str(Path(self.place).absolute())

    @property
    def objects(self) -> "Objects":
        """The object store that the place lies in."""
        from pipelines.store.objects import Objects

        return Objects(self.place)

    def path(self, name: str) -> str:
        """The whole path or address of a file."""
        return f"{self.root}/{name}"

    def names(self, folder: str) -> list[str]:
        """The files right in a folder, sorted; those on their way are left out, a missing folder is empty."""
        if self.remote:
            found = list(self.sizes(folder))
        else:  # asked for every part: no file's size is looked up
            found = [entry.name for entry in self._entries(folder) if entry.is_file()]
        return sorted(name for name in found if not name.startswith("."))

    def folders(self, folder: str) -> list[str]:
        """The folders right in a folder, sorted."""
        if self.remote:
            return sorted(self.objects.within(folder)[1])
        return sorted(entry.name for entry in self._entries(folder) if entry.is_dir())

    def exists(self, name: str) -> bool:
        if self.remote:
            return self.objects.find(name) is not None
        return os.path.exists(self.path(name))  # noqa: PTH110 - asked for every file

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        if self.remote:
            return self.objects.get(name)
        with open(self.path(name), "rb") as file:  # noqa: PTH123
            return file.read()

    def open(self, name: str) -> pa.NativeFile:
        """A file to read in places. Raises FileNotFoundError."""
        return pa.PythonFile(self.objects.open(name), "r") if self.remote else pa.OSFile(self.path(name))

    def read_span(self, name: str, offset: int, size: int) -> bytes:
        """Some bytes of a file."""
        with self.open(name) as file:
            file.seek(offset)
            return bytes(file.read(size))

    def parquet(self, names: Sequence[str], schema: pa.Schema) -> "pads.Dataset":
        """Parquet files as one dataset, of which no more is read than is asked for."""
        import pyarrow.dataset as pads

        if not self.remote:
            return pads.dataset([self.path(name) for name in names], schema=schema, format="parquet")
        kind = pads.ParquetFileFormat()
        return pads.FileSystemDataset([kind.make_fragment(self.open(name)) for name in names], schema, kind)

    def write(self, name: str, data: bytes) -> None:
        """Put a whole file in place of whatever is there."""

        def put(out: Any) -> None:
            out.write(data)

        self._put(name, put)

    def write_table(self, name: str, table: pa.Table, row_group_size: int | None = None) -> None:
        """A Parquet file, zstd. No body is like another: a dictionary of them is only read twice."""
        alike = [column for column in table.column_names if column != "body"]

        def put(out: Any) -> None:
            pq.write_table(table, out, compression="zstd", row_group_size=row_group_size, use_dictionary=alike)

        self._put(name, put)

    def write_batches(self, name: str, batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> None:
        """An Arrow IPC file, lz4: each batch can be read alone."""

        def put(out: Any) -> None:
            with pa.ipc.new_file(out, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
                for batch in batches:
                    writer.write_batch(batch)

        self._put(name, put)

    def read_batches(self, name: str, numbers: Sequence[int] | None = None) -> list[pa.RecordBatch]:
        """Batches of an Arrow IPC file, all or those asked for."""
        with self.open(name) as file:
            reader = pa.ipc.open_file(file)
            return [reader.get_batch(n) for n in (range(reader.num_record_batches) if numbers is None else numbers)]

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is as well."""
        if self.remote:
            self.objects.delete([name])
        else:
            Path(self.path(name)).unlink(missing_ok=True)

    def delete_folder(self, folder: str, last: str = "") -> None:
        """Remove a folder with all in it, the file `last` at the end; one that is not there is no error."""
        if self.remote:
            names = [found.name for found in self.objects.below(folder)]
            self.objects.delete(name for name in names if name != f"{folder}/{last}")
            self.objects.delete(name for name in names if name == f"{folder}/{last}")
            return
        for entry in self._entries(folder) if last else ():
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif entry.name != last:
                os.unlink(entry.path)  # noqa: PTH108
        with suppress(FileNotFoundError):
            shutil.rmtree(self.path(folder))

    def sizes(self, folder: str) -> dict[str, int]:
        """Name -> bytes of the files right in a folder."""
        if self.remote:
            return {found.name: found.size for found in self.objects.within(folder)[0]}
        sizes: dict[str, int] = {}
        for entry in self._entries(folder):
            with suppress(FileNotFoundError):  # a file on its way that has just been renamed into its place
                if entry.is_file():
                    sizes[entry.name] = entry.stat().st_size
        return sizes

    def size(self, name: str) -> int | None:
        """Bytes of a file; None where there is none."""
        if self.remote:
            found = self.objects.find(name)
            return found.size if found else None
        path = Path(self.path(name))
        return path.stat().st_size if path.is_file() else None

    def folder_exists(self, folder: str) -> bool:
        if self.remote:
            return next(self.objects.below(folder), None) is not None
        return Path(self.path(folder)).is_dir()

    def move_folder(self, source: str, target: str) -> None:
        """Move a folder in place of what an interrupted move of it left. An object store copies all and then removes
        the source, so that the move can be begun again at any point of it."""
        if self.remote:
            pairs = [(found.name, target + found.name.removeprefix(source)) for found in self.objects.below(source)]
            self.objects.copy(pairs)
            self.objects.delete([name for name, _ in pairs])
            return
        self.delete_folder(target)
        Path(self.path(target)).parent.mkdir(parents=True, exist_ok=True)
        Path(self.path(source)).rename(self.path(target))

    def copy_objects(self, source: str, target: str, last: str = "", stay: Sequence[str] = ()) -> None:
        """Make one folder of an object store like another, the file `last` at the end. `stay`: files that the other has
        already, and alone."""
        pairs = {found.name: target + found.name.removeprefix(source) for found in self.objects.below(source)}
        end = pairs.pop(f"{source}/{last}", None)
        kept = {*pairs.values(), end, *(f"{target}/{name}" for name in stay)}
        self.objects.delete([found.name for found in self.objects.below(target) if found.name not in kept])
        self.objects.copy(list(pairs.items()))
        self.objects.copy([(f"{source}/{last}", end)] if end else [])

    def upload(self, path: Path, name: str) -> None:
        """Put a local file into the workspace, whole."""
        if self.remote:
            self.objects.put(name, path)
            return
        with path.open("rb") as source:
            self._put(name, lambda out: shutil.copyfileobj(source, out, 1 << 22))

    def link(self, source: str, target: str) -> None:
        """Give a file another name, its bytes unread: a hard link, a copy inside the store, and a plain copy where a
        file system has no links. Raises FileNotFoundError."""
        if self.remote:
            self.objects.copy([(source, target)])
            return
        path, origin = Path(self.path(target)), Path(self.path(source)).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}{PART_FILE}{uuid.uuid4().hex[:12]}")
        try:
            try:
                part.hardlink_to(origin)
            except FileNotFoundError:
                raise
            except OSError:
                shutil.copyfile(origin, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)  # two names of one file are not put in each other's place

    def write_json(self, name: str, value: Any) -> None:
        """A small file for people and for the next run."""
        self.write(name, (json.dumps(value, indent=1, sort_keys=True) + "\n").encode())

    def read_json(self, name: str) -> dict[str, Any] | None:
        """None where there is none. One that a full disk or a crash of the machine cut is named, and counts as none:
        what it said is found out again."""
        try:
            found = json.loads(self.read(name))
        except FileNotFoundError:
            return None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            log.warning("%s: not whole: it is taken as missing and written anew", self.path(name))
            return None
        return found

    def sweep(self, folder: str, deep: bool = False) -> None:
        """Remove what killed writers left on its way in a folder, or below it. Only for who alone writes there; one
        that was taken for dead finds that it cannot finish its file."""
        if self.remote:
            return  # an unfinished upload is no object
        for path in Path(self.path(folder)).glob(f"{'**/' if deep else ''}.*{PART_FILE}*"):
            path.unlink(missing_ok=True)

    def remove_empty(self, folder: str) -> None:
        """Remove a folder that has nothing in it any more."""
        if not self.remote:
            with suppress(OSError):
                Path(self.path(folder)).rmdir()

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.path(folder)) as found:
                return list(found)
        except FileNotFoundError:
            return []

    def _put(self, name: str, fill: Callable[[Any], None]) -> None:
        if self.remote:
            whole = io.BytesIO()
            fill(whole)
            self.objects.put(name, whole.getvalue())
            return
        path = self.path(name)
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
