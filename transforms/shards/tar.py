"""Shards: strict POSIX (ustar) tars of groups KEY.member, written so that the same groups give the same bytes.

Format: IEEE Std 1003.1-1988 "ustar". Every header is the canonical one for its name and size (mode 0644, uid and gid 0,
no names, mtime 0), so the reader compares whole headers instead of trusting fields.
"""

import hashlib
import os
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from schemas import Model

KEY = re.compile(r"[a-z0-9_-]{1,100}")
MEMBER = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*")
MAX_NAME = 100  # the ustar name field; a longer name would need a folder prefix, which loaders take as part of the key
BLOCK, RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE

Group = tuple[str, Mapping[str, bytes]]


class ShardError(ValueError):
    """A shard or a group that breaks the format: `shard` and `key` say where."""

    def __init__(self, shard: str, key: str | None, message: str) -> None:
        super().__init__(f"{shard}: {key or '-'}: {message}")
        self.shard, self.key, self.message = shard, key, message


class ShardInfo(Model):
    """What was written: file name, number of groups, file size in bytes, SHA-256 of the file."""

    name: str
    samples: int
    bytes: int
    sha256: str


def write_shard(path: Path, groups: Iterable[Group]) -> ShardInfo:
    """Write groups (key, {member: content}) in the order given, members sorted, and rename the file into place.

    Raises ShardError on a bad or repeated key, a bad member, an empty group, or no group at all; no file is left then.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    try:
        with tarfile.open(temporary, "w", format=tarfile.USTAR_FORMAT) as tar:
            for key, members in groups:
                _check_group(path.name, key, members, seen)
                for member in sorted(members):
                    tar.addfile(_header(f"{key}.{member}", len(members[member])), BytesIO(members[member]))
        if not seen:
            raise ShardError(path.name, None, "no samples: do not write an empty shard")
        digest = sha256_file(temporary)
        size = temporary.stat().st_size
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return ShardInfo(name=path.name, samples=len(seen), bytes=size, sha256=digest)


def read_shard(path: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Groups of a shard in file order, one in memory at a time.

    Raises ShardError where the file is not what `write_shard` writes: a foreign header, a name that is not KEY.member,
    a key that comes back, members out of order, a cut or padded file, no group at all.
    """
    seen: set[str] = set()
    for key, group in groupby(_members(path), key=lambda item: item[0]):
        if key in seen:
            raise ShardError(path.name, key, "the key comes back after another one: members of a key must be adjacent")
        seen.add(key)
        members: dict[str, bytes] = {}
        for _, member, content in group:
            if members and member <= next(reversed(members)):
                raise ShardError(path.name, key, f"member {member!r} is repeated or out of order")
            members[member] = content
        yield key, members
    if not seen:
        raise ShardError(path.name, None, "the shard holds no samples")


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_group(shard: str, key: str, members: Mapping[str, bytes], seen: set[str]) -> None:
    if not KEY.fullmatch(key):
        raise ShardError(shard, key, "a key is 1 to 100 characters of [a-z0-9_-]: rename the sample")
    if key in seen:
        raise ShardError(shard, key, "the key is written twice: drop one of the samples")
    if not members:
        raise ShardError(shard, key, "the sample has no members")
    for member, content in members.items():
        if not MEMBER.fullmatch(member):
            raise ShardError(shard, key, f"member {member!r} is not lower-case words joined by dots")
        if len(key) + 1 + len(member) > MAX_NAME:
            raise ShardError(shard, key, f"'{key}.{member}' is longer than {MAX_NAME} characters: shorten the key")
        if not content:
            raise ShardError(shard, key, f"member {member!r} is empty: leave it out")
    seen.add(key)


def _header(name: str, size: int) -> tarfile.TarInfo:
    """The one header that a member of this name and size may have."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, 0
    return info


def _members(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """(key, member, content) of each entry. The size of a header is checked against the file before it is read."""
    total = path.stat().st_size
    if total % RECORD:
        raise ShardError(
            path.name, None, f"{total} bytes are not whole tar records of {RECORD}: the file is cut or padded"
        )
    with path.open("rb") as stream:
        while any(block := stream.read(BLOCK)):
            key, member, size = _parse(path.name, block)
            padded = -size % BLOCK
            if stream.tell() + size + padded > total:
                raise ShardError(path.name, key, f"member {member!r} says {size} bytes: the file is cut")
            content = stream.read(size)
            if any(stream.read(padded)):
                raise ShardError(path.name, key, f"the padding after member {member!r} is not zero")
            yield key, member, content
        _check_end(path.name, block, stream, total)


def _parse(shard: str, block: bytes) -> tuple[str, str, int]:
    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise ShardError(shard, None, f"not a tar header: {error}") from error
    key, _, member = info.name.partition(".")
    if not KEY.fullmatch(key) or not MEMBER.fullmatch(member):
        raise ShardError(shard, key, f"member {info.name!r} is not named KEY.member")
    if block != _header(info.name, info.size).tobuf(tarfile.USTAR_FORMAT):
        raise ShardError(shard, key, f"the header of {info.name!r} is not plain ustar (mode 0644, owner 0, time 0)")
    if not info.size:
        raise ShardError(shard, key, f"member {member!r} is empty")
    return key, member, info.size


def _check_end(shard: str, first: bytes, stream: BinaryIO, total: int) -> None:
    """At least two zero blocks, and zeros to the end of the last record and no further."""
    start = stream.tell() - len(first)
    rest = stream.read()
    if len(first) + len(rest) < 2 * BLOCK or any(rest):
        raise ShardError(shard, None, "the tar does not end in two zero blocks: the file is cut or was appended to")
    if total != -(-(start + 2 * BLOCK) // RECORD) * RECORD:
        raise ShardError(shard, None, "zero records follow the end of the tar")
