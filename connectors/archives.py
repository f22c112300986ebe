"""Archives read in place: what a zip or a tar holds, and one member of it, without unpacking."""

import os
import re
import tarfile
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import Any, BinaryIO, cast

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError)
_PLAIN = type(Path())
_INSIDE = re.compile(rf"(.*?(?:{'|'.join(re.escape(s) for s in sorted(SUFFIXES, key=len, reverse=True))}))/(.+)", re.S)


def is_archive(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def bare(name: str) -> str:
    """An archive's name without what makes it one; any other name as it is."""
    return next((name[: -len(suffix)] for suffix in SUFFIXES if name.lower().endswith(suffix)), name)


def lies(root: Path, path: str) -> str:
    """Where a published path lies under `root`: elsewhere where that is `packed.Packed`."""
    return path if type(root) is _PLAIN else cast(Any, root).true(path)


def split(root: Path, path: str) -> tuple[str, str | None]:
    """A path that may lead into an archive ("images.zip/a/b.png") as the archive's path and the member in it. Both say
    where it lies, however the card calls it."""
    path = lies(root, path)
    low = path.lower()
    if ".zip/" not in low and ".tar" not in low and ".tgz/" not in low:
        return path, None  # without one of them a path leads into no archive
    match = _INSIDE.fullmatch(path)
    if match and (root / match[1]).is_file():
        return match[1], match[2]
    return path, None


def names(folder: str) -> list[tuple[str, bool]]:
    """A folder's names with whether each is a folder, sorted; nothing where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted((entry.name, entry.is_dir()) for entry in entries if not is_junk(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return []


def is_junk(path: str) -> bool:
    """Whether a path is what macOS leaves in folders and archives: no part of any data set."""
    name = path.rsplit("/", 1)[-1]
    return (
        name.startswith("._")
        or name in (".DS_Store", "__MACOSX")
        or path.startswith("__MACOSX/")
        or "/__MACOSX/" in path
    )


def members(path: Path) -> tuple[str, ...]:
    """The files in an archive: sorted for a zip or a plain tar; in their own order for a compressed tar, where going
    back costs a second pass. Raises zipfile.BadZipFile or tarfile.TarError (both are caught as unreadable archives)."""
    stat = path.stat()
    return _members(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _members(path: Path, size: int, mtime_ns: int) -> tuple[str, ...]:
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            return tuple(sorted(info.filename for info in archive.infolist() if not info.is_dir()))
    names = [member.name for member in _tar(path, size, mtime_ns, get_ident()).getmembers() if member.isfile()]
    return tuple(sorted(names) if path.name.lower().endswith(".tar") else names)


@lru_cache(maxsize=16)
def _tar(path: Path, size: int, mtime_ns: int, thread: int) -> tarfile.TarFile:
    """An open tar, one for each thread: readers of one handle would move each other's place in the file."""
    return tarfile.open(path)


@lru_cache(maxsize=16)
def _zip(path: Path, size: int, mtime_ns: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def open_member(path: Path, member: str) -> BinaryIO:
    """The bytes of a member, seekable. Raises KeyError, zipfile.BadZipFile, tarfile.TarError, OSError."""
    stat = path.stat()
    if path.name.lower().endswith(".zip"):
        return cast(BinaryIO, _zip(path, stat.st_size, stat.st_mtime_ns).open(member))
    file = _tar(path, stat.st_size, stat.st_mtime_ns, get_ident()).extractfile(member)
    if file is None:
        raise KeyError(f"{member} is no file of this archive")
    return cast(BinaryIO, file)
