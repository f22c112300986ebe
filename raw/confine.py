"""The one way to a published file: it lies within its data set's folder, and it is a plain file.

Links are followed as long as they stay within the folder (git-annex keeps all contents behind links); the folder itself
may be one. What leads out of it, to nothing, or to a pipe, a socket, a device or a folder is refused by name, and what
it leads to is not told. A folder is looked at once; a file costs no system call more than opening it does.
"""

import errno
import io
import os
import posixpath
import stat as modes
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from raw.refusal import Unreadable

OUTSIDE = "a link that leads out of the data set's folder: put the file itself there"
ESCAPES = "its path leads out of the data set's folder: only files in it are read"
NOT_FETCHED = "a link whose content is not there: fetch it (datalad get, git annex get) or put the file itself there"
POINTER = "a pointer in place of its content: fetch it (git lfs pull, git annex get) or put the file itself there"
POINTERS = (
    b"version https://git-lfs.github.com/spec/v1\n",
    b"version https://hawser.github.com/spec/v1\n",
    b"/annex/objects/",
)
POINTER_BYTES = 1024  # a pointer of Git LFS has fewer (its specification), one of git-annex ends with a key's name
LOOP = "a link that leads to itself"
CLOSED = "a folder that may not be opened: its permissions forbid it"
KINDS = {
    modes.S_IFIFO: "a named pipe", modes.S_IFSOCK: "a socket", modes.S_IFCHR: "a device", modes.S_IFBLK: "a device",
    modes.S_IFDIR: "a folder",
}  # fmt: skip
FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW  # a pipe without a writer would wait for one
SMALL = 1 << 16  # bytes that may be asked for in vain
Root = Path | str


def opened(root: Root, uri: str) -> BinaryIO:
    """A file of the data set at `root`, buffered. Raises Unreadable on what may not be opened, FileNotFoundError where
    nothing has that name, and OSError."""
    number, size = descriptor(root, uri)
    return cast(BinaryIO, _Held(io.FileIO(number), size))


class _Held(io.BufferedReader):
    """A file of which no more is asked than it has: Python makes room for all that a broken length asks for."""

    def __init__(self, file: io.FileIO, size: int) -> None:
        super().__init__(file)
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > SMALL:
            size = max(0, min(size, self._size - self.tell()))
        return super().read(size)


def descriptor(root: Root, uri: str) -> tuple[int, int]:
    """An open file's descriptor, and its size. Raises as `opened` does."""
    path = _placed(str(root), uri)
    try:
        number = _open(uri, path)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        number = _open(uri, _followed(str(root), uri, path))
    found = os.fstat(number)
    if not modes.S_ISREG(found.st_mode):
        os.close(number)
        raise Unreadable(uri, _no_file(found.st_mode))
    if found.st_size < POINTER_BYTES and os.pread(number, len(POINTERS[0]), 0).startswith(POINTERS):
        os.close(number)
        raise Unreadable(uri, POINTER)
    return number, found.st_size


def path(root: Root, uri: str) -> Path:
    """The real path of a file, for libraries that open by name. Raises as `opened` does."""
    real, found = _real_file(root, uri)
    if found.st_size < POINTER_BYTES:
        opened(root, uri).close()  # it may be a pointer
    return Path(real)


def stat(root: Root, uri: str) -> os.stat_result:
    """Size and time of change of a file. Raises as `opened` does."""
    return _real_file(root, uri)[1]


def check(root: Root, uri: str) -> None:
    """Raises Unreadable on what may not be opened. What is not there, and a folder, passes."""
    try:
        found = os.lstat(_placed(str(root), uri))
        if modes.S_ISLNK(found.st_mode):
            found = os.stat(_followed(str(root), uri, f"{root}/{uri}"))  # noqa: PTH116 - texts, not paths
    except FileNotFoundError:
        return
    if not modes.S_ISREG(found.st_mode) and not modes.S_ISDIR(found.st_mode):
        raise Unreadable(uri, _no_file(found.st_mode))


def there(root: Root, uri: str) -> bool:
    """Whether anything has that name, or lies behind a link that may not be followed: opening it says what is wrong.
    Only where nothing does was a file left out."""
    try:
        return os.path.lexists(_placed(str(root), uri))
    except FileNotFoundError:
        return False
    except Unreadable:
        return True


def fetched(root: Root, uri: str) -> bool:
    """Whether a name that is there has content, and is neither a link to nothing nor a pointer. What else may be wrong
    with it, opening it says."""
    try:
        full = _placed(str(root), uri)
        if os.lstat(full).st_size < POINTER_BYTES:  # of a link, the length of what it says
            os.close(descriptor(root, uri)[0])
    except Unreadable as error:
        return error.reason not in (NOT_FETCHED, POINTER)
    except OSError:
        return True
    return True


def folder(root: Root, uri: str) -> bool:
    """Whether `uri` is a folder of the data set. Raises Unreadable where it, or what may be one, cannot be entered."""
    try:
        _folder(str(root), uri)
    except FileNotFoundError:
        return False
    return True


def returns(root: Root, uri: str) -> bool:
    """Whether the folder at `uri` is a link to one of the folders above it: walking into it would never end."""
    full = f"{root}/{uri}"
    if not os.path.islink(full):  # noqa: PTH114 - called for every folder
        return False
    real, above = os.path.realpath(full), posixpath.dirname(uri)
    while True:
        if real == os.path.realpath(f"{root}/{above}"):
            return True
        if not above:
            return False
        above = posixpath.dirname(above)


def is_beside(name: str) -> bool:
    """Whether a name that stands in a header is of one file beside it: no path, no pattern of several, nothing hidden
    behind another system's separators."""
    plain = name.removeprefix("./")
    return plain not in ("", ".", "..") and not set(plain) & set("/\\%:\0\r\n")


def _placed(root: str, uri: str) -> str:
    """The path of a file whose folder lies within the root."""
    above, _, name = uri.rpartition("/")
    if name in ("", ".", ".."):
        above, name = uri, "."
    if above or uri.startswith("/"):
        try:
            _folder(root, above or "/")
        except Unreadable as error:
            raise Unreadable(uri.rpartition("/")[2] if uri.startswith("/") else uri, error.reason) from error
    return f"{root}/{above}/{name}" if above else f"{root}/{name}"


@lru_cache(maxsize=1 << 15)
def _folder(root: str, uri: str) -> str:
    """The real path of a folder. Raises Unreadable, and FileNotFoundError where there is none. What raises is not kept:
    it may be mended."""
    if uri.startswith("/") or "\0" in uri:
        raise Unreadable(uri, ESCAPES if uri.startswith("/") else "no file has a name with a NUL in it")
    above, _, name = uri.rpartition("/")
    if not uri:
        return os.path.realpath(root)
    full = f"{_folder(root, above)}/{name}"
    found = os.lstat(full)
    if modes.S_ISLNK(found.st_mode):
        full = _followed(root, uri, full)
        found = os.stat(full)  # noqa: PTH116
    elif name in (".", ".."):
        full = _within(root, uri, os.path.realpath(full), ESCAPES)
    if not modes.S_ISDIR(found.st_mode):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not os.access(full, os.R_OK | os.X_OK):
        raise Unreadable(uri, CLOSED)
    return full


def _followed(root: str, uri: str, link: str) -> str:
    """Where a link leads. Raises Unreadable."""
    real = _within(root, uri, os.path.realpath(link), OUTSIDE)
    try:
        os.lstat(real)
        os.stat(link)  # noqa: PTH116
    except OSError as error:
        raise Unreadable(uri, LOOP if error.errno == errno.ELOOP else NOT_FETCHED) from error
    return real


def _within(root: str, uri: str, real: str, reason: str) -> str:
    home = os.path.realpath(root)
    if real != home and not real.startswith(home.rstrip("/") + "/"):
        raise Unreadable(uri, reason)
    return real


def _real_file(root: Root, uri: str) -> tuple[str, os.stat_result]:
    path = _placed(str(root), uri)
    found = os.lstat(path)
    if modes.S_ISLNK(found.st_mode):
        path = _followed(str(root), uri, path)
        found = os.stat(path)  # noqa: PTH116
    if not modes.S_ISREG(found.st_mode):
        raise Unreadable(uri, _no_file(found.st_mode))
    return path, found


def _open(uri: str, path: str) -> int:
    try:
        return os.open(path, FLAGS)
    except ValueError as error:
        raise Unreadable(uri, "no file has a name with a NUL in it") from error
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise Unreadable(uri, _no_file(modes.S_IFSOCK)) from error
        raise


def _no_file(mode: int) -> str:
    return f"{KINDS.get(modes.S_IFMT(mode), 'something else')}, not a file"
