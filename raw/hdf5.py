"""HDF5 files (and MATLAB's version 7.3), whose arrays may lie in other files: those are not read.

External links, external storage and virtual datasets name files anywhere (HDF5 User Guide, "Groups" and "Datasets").
"""

import io
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from raw import budget, confine, streams
from raw.refusal import Unreadable

if TYPE_CHECKING:  # imported with the first file that needs it: cards are checked without
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"
FILES = 256  # whose chunks are known to be sound
HOPS = 40  # soft links that lead to soft links
DEFLATE = 1032  # deflate makes nothing smaller than by this factor
ELSEWHERE = "lies in another file, which is not read: put it into this one"

_sound: set[tuple[str, str, int, int] | None] = set()


@contextmanager
def opened(root: Path, uri: str, member: str | None, file: BinaryIO) -> Iterator["h5py.File"]:
    """A file by its name; a member of an archive, of which `file` is open, in memory: HDF5 jumps about. Raises
    Unreadable, and what h5py raises."""
    import h5py

    if member is None:
        with h5py.File(str(confine.path(root, uri)), "r") as hdf:
            yield hdf
        return
    file.seek(0)
    with h5py.File(io.BytesIO(streams.all_of(f"{uri}/{member}", file)), "r") as hdf:
        yield hdf


def node(uri: str, hdf: Any, name: str, hops: int = HOPS) -> Any:
    """A group or dataset by its path, no link to another file followed. Raises Unreadable, and KeyError where there is
    none."""
    from h5py import Group, h5l

    found = hdf["/"] if name.startswith("/") else hdf
    for step in filter(None, name.split("/")):
        links, key = found.id.links if isinstance(found, Group) else None, step.encode()
        if links is None or not links.exists(key):
            raise KeyError(f"no {name!r} in it")
        kind = links.get_info(key).type  # `found[step]`, and even `step in found`, would open the other file
        if kind == h5l.TYPE_SOFT:
            if not hops:
                raise Unreadable(uri, f"{name!r} is a link that leads to itself")
            found = node(uri, found, links.get_val(key).decode(), hops - 1)
        elif kind == h5l.TYPE_HARD:
            found = found[step]
        else:
            raise Unreadable(uri, f"{name!r} {ELSEWHERE} (an external link)")
    return found


def check(uri: str, name: str, dataset: "h5py.Dataset") -> None:
    """Raises Unreadable where a dataset's values are not in its own file."""
    if dataset.external:
        raise Unreadable(uri, f"array {name!r} {ELSEWHERE} (external storage)")
    if dataset.is_virtual:
        raise Unreadable(uri, f"array {name!r} {ELSEWHERE} (a virtual dataset)")


def taken(uri: str, name: str, dataset: "h5py.Dataset", shape: tuple[int, ...]) -> None:
    """Raises Unreadable where reading a part of that shape takes too much: it, and one chunk of what is stored."""
    check(uri, name, dataset)
    size = dataset.dtype.itemsize
    _check_chunks(uri, name, dataset)
    budget.memory(uri, (math.prod(shape) + math.prod(dataset.chunks or (0,))) * size, f"what is read of array {name!r}")


def _check_chunks(uri: str, name: str, dataset: "h5py.Dataset") -> None:
    """Raises Unreadable where a chunk unpacks to more than its size: HDF5 makes room until its stream ends. A chunk of
    which that can be no more than memory holds is not looked at; nor is a file whose chunks were found sound before."""
    if dataset.compression != "gzip" or not dataset.chunks:
        return
    most, size = budget.limit(budget.MAX_BYTES), math.prod(dataset.chunks) * dataset.dtype.itemsize
    if dataset.id.get_storage_size() * DEFLATE <= most:
        return
    if (known := _known(name, dataset.file.filename)) in _sound and known is not None:
        return
    large: list[tuple[int, ...]] = []

    def look(info: Any) -> None:
        if info.size * DEFLATE > most:
            large.append(info.chunk_offset)

    dataset.id.chunk_iter(look)
    for at in large:
        packed = dataset.id.read_direct_chunk(at)[1]
        try:
            count = sum(map(len, streams.inflated(iter([packed]), size)))
        except (zlib.error, EOFError):
            continue  # stored as it is, or broken: HDF5 says so
        if count > size:
            raise Unreadable(uri, f"array {name!r}: a chunk at {at} unpacks to more than its {size:,} bytes")
    if len(_sound) >= FILES:
        _sound.clear()
    _sound.add(known)


def _known(name: str, file: str) -> tuple[str, str, int, int] | None:
    """What tells an array from others; None of one that is held in memory."""
    try:
        stat = Path(file).stat()
    except (OSError, ValueError):
        return None
    return name, file, stat.st_size, stat.st_mtime_ns
