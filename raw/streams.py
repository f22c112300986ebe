"""Compressed bytes, unpacked no further than is allowed."""

import bz2
import io
import lzma
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from isal import igzip

from raw import budget

GZIP, BZIP2, XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
CHUNK = 1 << 20


class Unpacked(io.RawIOBase):
    """A stream out of a compressed one, seekable from its start. Raises Unreadable once more has come out of it than
    `budget.unpacked` allows, and where more is asked for at once than memory may hold."""

    def __init__(self, uri: str, packed: BinaryIO, kind: bytes) -> None:
        super().__init__()
        self.uri, self._packed = uri, packed
        self._size = packed.seek(0, 2)
        packed.seek(0)
        self._most = budget.most_unpacked(self._size)
        self._inner = _unpacker(packed, kind)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = int(self._inner.readinto(buffer))
        self._check()
        return count

    def read(self, size: int = -1) -> bytes:
        room = budget.limit(budget.MAX_BYTES)
        wanted = room + 1 if size is None or size < 0 else size
        if wanted > room + 1:
            budget.memory(self.uri, wanted, "what it unpacks to")
        parts: list[bytes] = []
        while wanted > 0 and (part := self._inner.read(min(wanted, CHUNK))):
            parts.append(part)
            wanted -= len(part)
            self._check()
        data = b"".join(parts)
        budget.memory(self.uri, len(data), "what it unpacks to")
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 1:
            offset += self._inner.tell()
        elif whence != 0:
            raise io.UnsupportedOperation("the end of a compressed file is not known")
        while self._inner.tell() < offset:  # step by step, so that what comes out is counted
            if not self._inner.read(min(CHUNK, offset - self._inner.tell())):
                break
            self._check()
        return int(self._inner.seek(offset))

    def tell(self) -> int:
        return int(self._inner.tell())

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._packed.close()
        super().close()

    def _check(self) -> None:
        if self._inner.tell() > self._most:
            budget.unpacked(self.uri, self._size, self._inner.tell())


def _unpacker(packed: BinaryIO, kind: bytes) -> Any:
    if kind == GZIP:
        return igzip.IGzipFile(fileobj=packed, mode="rb")  # type: ignore[no-untyped-call]
    return bz2.BZ2File(packed) if kind == BZIP2 else lzma.LZMAFile(packed)


def kind_of(file: BinaryIO) -> bytes:
    """By its first bytes how a file is compressed: GZIP, BZIP2, XZ, or nothing. Leaves the file at its start."""
    start = file.read(len(XZ))
    file.seek(0)
    return next((kind for kind in (GZIP, BZIP2, XZ) if start.startswith(kind)), b"")


def gunzipped(uri: str, data: bytes) -> bytes:
    """The bytes of a gzip file that is held whole. Raises Unreadable where they are too many."""
    with Unpacked(uri, io.BytesIO(data), GZIP) as stream:
        return stream.read()


def inflated(pieces: Iterator[bytes], most: int, bits: int = zlib.MAX_WBITS) -> Iterator[bytes]:
    """The parts of a zlib stream, no more than `most` bytes in all and one of those that follow. `bits`: see
    zlib.decompressobj. Raises zlib.error, and EOFError where the stream has no end."""
    inflate, left = zlib.decompressobj(bits), most + 1
    for piece in pieces:
        while piece and not inflate.eof:
            part = inflate.decompress(piece, min(CHUNK, left))
            piece = inflate.unconsumed_tail
            left -= len(part)
            yield part
            if left <= 0:
                return
        if inflate.eof:
            return
    yield inflate.flush()[:left]
    if not inflate.eof:
        raise EOFError("the stream has no end")


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file's bytes from where it stands."""
    while piece := file.read(CHUNK):
        yield piece


def whole(uri: str, parts: Iterator[bytes], what: str = "what it unpacks to") -> bytes:
    """Parts as one. Raises Unreadable where they are too many for memory."""
    found = bytearray()
    for part in parts:
        found += part
        budget.memory(uri, len(found), what)
    return bytes(found)


def all_of(uri: str, file: BinaryIO) -> bytes:
    """The rest of a file. Raises Unreadable where it is too much for memory."""
    return whole(uri, pieces(file), "the file")
