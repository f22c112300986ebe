"""Archives read in place: the names of what a zip or a tar holds, and one member of it, without unpacking.

Names are those that `unzip` and `tar` would write: slashes for back-slashes, no "./" and no slash at the start; of two
members of one name the last. What cannot be read of an archive is listed all the same, and refused when it is opened.
"""

import posixpath
import stat as modes
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import BinaryIO, cast

from raw import budget, confine
from raw.refusal import Unreadable
from raw.streams import Unpacked, kind_of

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
METHODS = {  # APPNOTE 4.4.5
    1: "Shrink", 6: "Implode", 9: "Deflate64", 10: "PKWARE Implode", 19: "LZ77", 93: "Zstandard", 95: "XZ",
    97: "WavPack", 98: "PPMd", 99: "AES",
}  # fmt: skip
KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
ENTRY = 2048  # bytes that Python holds for a member of a tar
HOPS = 40  # links that lead to links, as the kernel counts them
Entry = zipfile.ZipInfo | tarfile.TarInfo


@dataclass
class Contents:
    """What an archive holds. `names`: of its files, in the order in which they are listed; `faults`: name -> why it is
    not read; `doubled`: names that more than one member has."""

    names: tuple[str, ...] = ()
    entries: dict[str, Entry] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)

    def add(self, name: str, entry: Entry, fault: str = "") -> None:
        plain = plain_name(name)
        if plain in self.entries:
            self.doubled.add(plain)
            del self.entries[plain]
        self.faults.pop(plain, None)
        self.entries[plain] = entry
        if fault or ".." in plain.split("/"):
            self.faults[plain] = fault or "its name leads out of the archive"


def is_archive(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def plain_name(name: str) -> str:
    """A member's name as a path within the archive."""
    if "\\" not in name and "//" not in name and "/./" not in name and not name.startswith(("/", "./")):
        return name
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def contents(root: Path, uri: str) -> Contents:
    """Raises what libraries raise (refusal.BROKEN) where the archive cannot be opened, FileNotFoundError where it is
    not there."""
    stat = confine.stat(root, uri)
    return _contents(root, uri, stat.st_size, stat.st_mtime_ns)


def members(root: Path, uri: str) -> tuple[str, ...]:
    """The files in an archive: sorted for a zip or a plain tar; in their own order for a compressed tar, where going
    back costs a second pass. Raises as `contents` does."""
    return contents(root, uri).names


def open_member(root: Path, uri: str, member: str) -> BinaryIO:
    """The bytes of a member, seekable. Raises Unreadable on one that is not read, KeyError where there is none, and
    what the libraries raise (refusal.BROKEN)."""
    stat = confine.stat(root, uri)
    found = _contents(root, uri, stat.st_size, stat.st_mtime_ns)
    name = f"{uri}/{member}"
    if member in found.faults:
        raise Unreadable(name, found.faults[member])
    entry = found.entries.get(member)
    if isinstance(entry, zipfile.ZipInfo):
        budget.unpacked(name, entry.compress_size, entry.file_size)
        return cast(BinaryIO, _zip(root, uri, stat.st_size, stat.st_mtime_ns).open(entry))
    if entry is not None:
        budget.unpacked(name, stat.st_size, entry.size)
        file = _tar(root, uri, stat.st_size, stat.st_mtime_ns, get_ident()).extractfile(entry)
        if file is not None:
            return cast(BinaryIO, file)
    raise KeyError(f"{member} is no file of this archive")


@lru_cache(maxsize=64)
def _contents(root: Path, uri: str, size: int, mtime_ns: int) -> Contents:
    found = Contents()
    if uri.lower().endswith(".zip"):
        for info in _zip(root, uri, size, mtime_ns).infolist():
            if not info.is_dir() and not info.filename.endswith("\\"):
                found.add(info.filename, info, _zip_fault(info))
    else:
        for member in _tar_members(root, uri, size, mtime_ns):
            found.add(member.name, member, _tar_fault(member, uri, size))
        _resolve(found)
    ordered = uri.lower().endswith((".zip", ".tar"))
    found.names = tuple(sorted(found.entries) if ordered else found.entries)
    return found


def _zip_fault(info: zipfile.ZipInfo) -> str:
    """Why a member of a zip is not read; "" where it is."""
    if info.flag_bits & 1:
        return "it is encrypted: unpack the archive with its password"
    if info.compress_type not in KNOWN:
        method = METHODS.get(info.compress_type, "unknown")
        return f"compression method {info.compress_type} ({method}) is not supported: unpack the archive"
    if modes.S_ISLNK(info.external_attr >> 16):
        return "a link in an archive: unpack the archive, or put the file itself there"
    return ""


def _tar_fault(member: tarfile.TarInfo, uri: str, size: int) -> str:
    if not (member.isreg() or member.islnk() or member.issym()):
        return "a device or a pipe, not a file"
    try:
        budget.unpacked(uri, size, member.size)
    except Unreadable as error:
        return error.reason + ("" if uri.lower().endswith(".tar") else "; nor is what lies behind it in the archive")
    return ""


def _tar_members(root: Path, uri: str, size: int, mtime_ns: int) -> Iterator[tarfile.TarInfo]:
    """All but folders. Of a compressed tar nothing behind a member that is too large: to come to it, that one would
    have to be unpacked. Raises Unreadable where the list itself is too long."""
    archive = _tar(root, uri, size, mtime_ns, get_ident())
    for count, member in enumerate(archive, start=1):
        if not count % 1024:
            budget.memory(uri, count * ENTRY, f"its list of {count:,} members and more")
        if not member.isdir():
            yield member
        if member.size > budget.most_unpacked(size) and isinstance(archive.fileobj, Unpacked):
            return


def _resolve(found: Contents) -> None:
    """Put what links lead to in their place: a file of the archive, or the fault of one that leads nowhere. A link to a
    folder is no file."""
    links = [name for name, entry in found.entries.items() if isinstance(entry, tarfile.TarInfo) and not entry.isreg()]
    if not links:
        return
    folders = {parent for name in found.entries for parent in _parents(name)}
    resolved = {name: _target(found.entries, name) for name in links if name not in found.faults}
    for name, target in resolved.items():
        if target in folders:
            del found.entries[name]
        elif target in found.faults:
            found.faults[name] = found.faults[target]
        elif target in found.entries and target not in resolved:
            found.entries[name] = found.entries[target]
        else:
            found.faults[name] = "a link to what is not in the archive, or to itself"


def _target(entries: dict[str, Entry], name: str) -> str:
    """Where a chain of links ends; the last link of one that does not."""
    for _ in range(HOPS):
        entry = entries.get(name)
        if not isinstance(entry, tarfile.TarInfo) or not (entry.issym() or entry.islnk()):
            break
        said = entry.linkname if entry.islnk() else posixpath.join(posixpath.dirname(name), entry.linkname)
        name = posixpath.normpath(said) if entry.issym() else plain_name(said)
    return name


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


@lru_cache(maxsize=16)
def _tar(root: Path, uri: str, size: int, mtime_ns: int, thread: int) -> tarfile.TarFile:
    """An open tar, one for each thread: readers of one handle would move each other's place in the file."""
    file = confine.opened(root, uri)
    kind = kind_of(file)
    return tarfile.open(fileobj=Unpacked(uri, file, kind) if kind else file, mode="r:")


@lru_cache(maxsize=16)
def _zip(root: Path, uri: str, size: int, mtime_ns: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(confine.opened(root, uri))
