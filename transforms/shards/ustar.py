"""The blocks of a shard's tar: the one header of a member, and the walk from header to header.

Format: IEEE Std 1003.1-1988 "ustar". Every header is the canonical one for its name and size (mode 0644, uid and gid 0,
no names, mtime 0), so the reader compares whole headers instead of trusting fields.
"""

import os
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

KEY = re.compile(r"[a-z0-9_-]{1,100}")
MEMBER = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*")
MAX_NAME = 100  # the ustar name field; a longer name would need a folder prefix, which loaders take as part of the key
MAX_SIZE = 8**11 - 1  # bytes: the ustar size field has eleven octal digits
BLOCK, RECORD = 512, 10240  # bytes
_BACK = (b"0" + bytes(100) + b"ustar\x0000").ljust(BLOCK - 156, b"\0")  # from the type, behind the checksum
_CHECKSUM = sum(_BACK) + 8 * ord(" ")  # what is the same for all: the checksum's own field counts as blanks


class ShardError(ValueError):
    """A shard or a group that breaks the format: `shard` and `key` say where."""

    def __init__(self, shard: str, key: str | None, message: str) -> None:
        super().__init__(f"{shard}: {key or '-'}: {message}")
        self.shard, self.key, self.message = shard, key, message

    def __reduce__(self) -> tuple[type["ShardError"], tuple[str, str | None, str]]:
        return (ShardError, (self.shard, self.key, self.message))  # engines send errors between processes


class GroupSpan(NamedTuple):
    """Where a group lies in its shard, in bytes: its first header, and all of its headers, contents and padding. `crc`:
    the CRC-32 of those, where it was written here; 0 where only headers were read."""

    offset: int
    size: int
    crc: int = 0


def header(name: str, size: int) -> bytes:
    """The one header block that a member of this name and size in bytes may have."""
    front = b"%b0000644\0%b%011o\0%011o\0" % (name.encode("ascii").ljust(MAX_NAME, b"\0"), b"0000000\0" * 2, size, 0)
    return b"%b%06o\0 %b" % (front, sum(front) + _CHECKSUM, _BACK)


def padded(size: int) -> int:
    """Bytes that a content of that size takes, in whole blocks."""
    return -(-size // BLOCK) * BLOCK


def entries(shard: str, stream: BinaryIO, *, strict: bool = True) -> Iterator[tuple[str, str, int, GroupSpan]]:
    """(key, member, size of the content, span) of each entry, the stream at its content.

    Raises ShardError where the file is no shard. A header's size is checked against the file before anything is read.
    Where not `strict`, one zero block is an end, and an entry may be cut: then the error comes after it.
    """
    total = os.fstat(stream.fileno()).st_size
    if strict and total % RECORD:
        raise ShardError(shard, None, f"{total} bytes are not whole tar records of {RECORD}: the file is cut or padded")
    at = 0
    while any(block := stream.read(BLOCK)):
        key, member, size = parse(shard, block)
        span = GroupSpan(at, BLOCK + padded(size))
        at += span.size
        if strict and at > total:
            raise ShardError(shard, key, f"member {member!r} says {size} bytes: the file is cut")
        yield key, member, size, span
        stream.seek(at)
    if strict or len(block) < BLOCK:
        _check_end(shard, block, stream, total)


def parse(shard: str, block: bytes) -> tuple[str, str, int]:
    """Key, member and size of a header block. Raises ShardError where it is not the one that `header` makes."""
    try:
        name, size = block[:MAX_NAME].rstrip(b"\0").decode("ascii"), int(block[124:135], 8)
    except ValueError as error:
        raise ShardError(shard, None, f"not a tar header: {error}") from error
    key, _, member = name.partition(".")
    if not KEY.fullmatch(key) or not MEMBER.fullmatch(member):
        raise ShardError(shard, key, f"member {name!r} is not named KEY.member")
    if block != header(name, size):
        raise ShardError(shard, key, f"the header of {name!r} is not plain ustar (mode 0644, owner 0, time 0)")
    if size <= 0:
        raise ShardError(shard, key, f"member {member!r} is empty")
    return key, member, size


def _check_end(shard: str, first: bytes, stream: BinaryIO, total: int) -> None:
    """At least two zero blocks, and zeros to the end of the last record and no further."""
    start = stream.tell() - len(first)
    rest = stream.read()
    if len(first) + len(rest) < 2 * BLOCK or any(rest):
        raise ShardError(shard, None, "the tar does not end in two zero blocks: the file is cut or was appended to")
    if total != -(-(start + 2 * BLOCK) // RECORD) * RECORD:
        raise ShardError(shard, None, "zero records follow the end of the tar")
