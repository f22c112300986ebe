"""Opening a source file, inside an archive or not."""

import io
import tarfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from schemas import SourceFile

_MAGIC_START, _MAGIC_END = 257, 262  # where POSIX tar says "ustar"


class DecodeError(ValueError):
    """A file whose pixels cannot be had: its `uri` and the `reason`."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"{uri}: {reason}")
        self.uri = uri
        self.reason = reason

    def __reduce__(self) -> tuple[type["DecodeError"], tuple[str, str]]:
        return (DecodeError, (self.uri, self.reason))  # engines send errors between processes


def path_of(root: Path, source: SourceFile) -> Path:
    """The file's path; DecodeError when the source lies inside an archive, which this format cannot read."""
    if source.member is not None:
        raise DecodeError(source.uri, f"member {source.member}: this format is not read from inside an archive")
    return root / source.uri


def open_source(root: Path, source: SourceFile) -> BinaryIO:
    """The bytes of a source, as a seekable binary file. Raises KeyError, zipfile.BadZipFile, tarfile.TarError."""
    path = root / source.uri
    if source.member is None:
        return path.open("rb")
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            return io.BytesIO(archive.read(source.member))
    return io.BytesIO(_from_tar(path, source.member))


def _from_tar(path: Path, member: str) -> bytes:
    """A member of a tar. Where it lies in a plain one is looked up once; a compressed one is read from its start."""
    stat = path.stat()
    with path.open("rb") as file:
        if not tarfile.is_tarfile(file):
            raise tarfile.ReadError(f"{path.name} is no tar")
        file.seek(0)
        if file.read(_MAGIC_END)[_MAGIC_START:] == b"ustar":
            start, size = _places(path, stat.st_size, stat.st_mtime_ns)[member]
            file.seek(start)
            return file.read(size)
    with tarfile.open(path) as archive:
        found = archive.extractfile(member)
        if found is None:
            raise KeyError(f"{member} is no file of this archive")
        return found.read()


@lru_cache(maxsize=16)
def _places(path: Path, size: int, mtime_ns: int) -> dict[str, tuple[int, int]]:
    """Member -> offset and size of its bytes."""
    with tarfile.open(path, "r:") as archive:
        return {member.name: (member.offset_data, member.size) for member in archive if member.isfile()}
