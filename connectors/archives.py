"""Paths that lead into archives, and what of them is no part of any data set; see raw/archive.py."""

import os
import re
import stat as modes
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from raw import confine
from raw.archive import SUFFIXES, contents, is_archive, members, open_member
from raw.refusal import BROKEN, Unreadable

__all__ = [
    "BROKEN", "SUFFIXES", "bare", "contents", "files", "inside", "is_archive", "is_junk", "is_no_folder", "lies",
    "members", "names", "open_member", "split", "there",
]  # fmt: skip

_PLAIN = type(Path())
_INSIDE = re.compile(rf"(.*?(?:{'|'.join(re.escape(s) for s in sorted(SUFFIXES, key=len, reverse=True))}))/(.+)", re.S)


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
    if match and is_no_folder(root, match[1]):
        return match[1], match[2]
    return path, None


def inside(pattern: str) -> str | None:
    """The archive that a pattern leads into, a pattern itself; None where it leads into none."""
    match = _INSIDE.fullmatch(pattern)
    return match and match[1]


def names(folder: str) -> list[tuple[str, bool]]:
    """A folder's names with whether each is a folder, sorted; nothing where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted((entry.name, _is_folder(entry)) for entry in entries if not is_junk(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether an entry is a folder, or a link to nothing that may have been one: it has no extension."""
    if not entry.is_symlink():
        return entry.is_dir()
    try:
        return modes.S_ISDIR(entry.stat().st_mode)
    except OSError:
        return "." not in entry.name


def there(root: Path, path: str) -> bool:
    """Whether anything is at a path, in an archive or not: only then was it not left out. A link whose content was not
    fetched (a clone of git-annex or DataLad) counts as there: opening it says so. Raises Unreadable where the archive
    cannot be opened."""
    uri, member = split(root, path)
    try:
        return confine.there(root, uri) and (member is None or member in contents(root, uri).entries)
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(uri, f"the archive cannot be opened: {error}; get it again") from error


def files(root: Path) -> Iterator[str]:
    """Every file under a folder, in the order of names, without what macOS leaves behind; archives are files."""
    for folder, names, there in os.walk(root):
        names[:] = sorted(name for name in names if not is_junk(name))
        for name in sorted(there):
            path = (Path(folder) / name).relative_to(root).as_posix()
            if not is_junk(path):
                yield path


def is_no_folder(root: Path | str, path: str) -> bool:
    """Whether there is something of that name that is no folder; what it is, opening it says."""
    full = f"{root}/{path}"
    return os.path.lexists(full) and not os.path.isdir(full)  # noqa: PTH112 - called for every file


def is_junk(path: str) -> bool:
    """Whether a path is what macOS leaves in folders and archives: no part of any data set."""
    name = path.rsplit("/", 1)[-1]
    return (
        name.startswith("._")
        or name in (".DS_Store", "__MACOSX")
        or path.startswith("__MACOSX/")
        or "/__MACOSX/" in path
    )
