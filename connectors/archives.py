"""Paths that lead into archives, and what of them is no part of any data set; see raw/archive.py."""

import os
import re
from pathlib import Path

from raw import confine
from raw.archive import SUFFIXES, contents, is_archive, members, open_member
from raw.refusal import BROKEN, Unreadable

__all__ = ["BROKEN", "contents", "is_archive", "is_junk", "is_no_folder", "members", "open_member", "split", "there"]

_INSIDE = re.compile(rf"(.*?(?:{'|'.join(re.escape(s) for s in sorted(SUFFIXES, key=len, reverse=True))}))/(.+)", re.S)


def split(root: Path, path: str) -> tuple[str, str | None]:
    """A path that may lead into an archive ("images.zip/a/b.png") as the archive's path and the member in it."""
    low = path.lower()
    if ".zip/" not in low and ".tar" not in low and ".tgz/" not in low:
        return path, None  # without one of them a path leads into no archive
    match = _INSIDE.fullmatch(path)
    if match and is_no_folder(root, match[1]):
        return match[1], match[2]
    return path, None


def there(root: Path, path: str) -> bool:
    """Whether anything is at a path, in an archive or not: only then was it not left out. Raises Unreadable where the
    archive cannot be opened."""
    uri, member = split(root, path)
    try:
        return confine.there(root, uri) and (member is None or member in contents(root, uri).entries)
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(uri, f"the archive cannot be opened: {error}; get it again") from error


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
