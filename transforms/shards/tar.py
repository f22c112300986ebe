"""Shards: strict POSIX (ustar) tars of groups KEY.member, written so that the same groups give the same bytes."""

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

import deflate  # whose CRC-32 clears the vector registers behind it: SHA-256 takes a third more after that of ISA-L

from schemas import Model
from transforms.shards.ustar import (
    BLOCK,
    KEY,
    MAX_NAME,
    MAX_SIZE,
    MEMBER,
    RECORD,
    GroupSpan,
    ShardError,
    entries,
    header,
    padded,
    parse,
)  # fmt: skip

__all__ = [
    "BLOCK", "GroupSpan", "ShardError", "ShardInfo", "ShardWriter", "index_shard", "read_shard", "sha256_file",
    "write_shard",
]  # fmt: skip

BATCH = 1 << 20  # bytes gathered for one write
BUFFERS = 1024  # buffers that Linux takes in one write (IOV_MAX)
PADDING = bytes(BLOCK)
PART = ".partial-"  # in the name of a shard on its way

Group = tuple[str, Mapping[str, bytes]]
T = TypeVar("T")


class ShardInfo(Model):
    """What was written: file name, number of groups, file size in bytes, SHA-256 of the file."""

    name: str
    samples: int
    bytes: int
    sha256: str


class ShardWriter:
    """A shard written group by group, as a context manager.

    The bytes go to a file `.NAME.partial-*` of this writer's own beside the shard, so one that was taken for dead
    cannot spoil what another writes. On leaving, the tar is ended and renamed into place and `info` is known; where an
    exception leaves, or no group was added (ShardError), the temporary file is removed and an older shard stays. The
    checksum is taken in a thread while the file is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(f".{path.name}{PART}{uuid.uuid4().hex[:12]}")
        self._info: ShardInfo | None = None
        self._seen: set[str] = set()
        self._size = 0
        self._batch: list[bytes] = []
        self._begun = 0  # where the batch begins in the file
        self._digest = hashlib.sha256()
        self._hashed: Future[None] | None = None

    @property
    def info(self) -> ShardInfo:
        """What was written. Raises ValueError as long as the shard is not finished."""
        if self._info is None:
            raise ValueError(f"{self.path.name} is not finished")
        return self._info

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.part.open("wb", buffering=0)
        self._hasher = ThreadPoolExecutor(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._hasher.shutdown()
            self._file.close()
            self.part.unlink(missing_ok=True)

    def add(self, key: str, members: Mapping[str, bytes]) -> GroupSpan:
        """Append a group {member: content}, members sorted. Raises ShardError, and appends nothing, on a bad or
        repeated key, a bad member or an empty group."""
        _check_group(self.path.name, key, members)
        parts: list[bytes] = []
        for member in sorted(members):
            content = members[member]
            parts += (header(f"{key}.{member}", len(content)), content, PADDING[: -len(content) % BLOCK])
        return self._append(key, parts)

    def copy(self, key: str, data: bytes | memoryview) -> GroupSpan:
        """Append a whole group as it lies in another shard of ours: headers, contents, padding.

        Only its headers are looked at. Raises ShardError, and appends nothing, when they are not ours, not of this key
        or do not fill `data`, or the key is repeated.
        """
        at = 0
        while at < len(data):
            found, member, size = parse(self.path.name, bytes(data[at : at + BLOCK]))
            if found != key:
                raise ShardError(self.path.name, key, f"what is copied has a member {found}.{member}")
            at += BLOCK + padded(size)
        if at != len(data) or not data:
            raise ShardError(self.path.name, key, f"{len(data)} bytes are no whole group")
        return self._append(key, [bytes(data)])

    def _append(self, key: str, parts: Sequence[bytes]) -> GroupSpan:
        if key in self._seen:
            raise ShardError(self.path.name, key, "the key is written twice: drop one of the samples")
        self._seen.add(key)
        crc = 0
        for part in parts:
            crc = deflate.crc32(part, crc)
        span = GroupSpan(self._size, sum(map(len, parts)), crc)
        self._batch += parts
        self._size += span.size
        if self._size - self._begun >= BATCH or len(self._batch) >= BUFFERS:
            self._flush()
        return span

    def _flush(self) -> None:
        """Write the batch and have it hashed. At most one other is hashed before it, so that the hasher never waits."""
        batch, self._batch, self._begun = self._batch, [], self._size
        before, self._hashed = self._hashed, self._hasher.submit(_update, self._digest, batch)
        _write(self._file.fileno(), batch)
        if before is not None:
            before.result()

    def _finish(self) -> None:
        if not self._seen:
            raise ShardError(self.path.name, None, "no samples: do not write an empty shard")
        ended = self._size + 2 * BLOCK
        end = bytes(2 * BLOCK + -ended % RECORD)
        self._batch.append(end)
        self._size += len(end)
        self._flush()
        self._hasher.shutdown()
        self._file.close()
        self.part.replace(self.path)
        self._info = ShardInfo(
            name=self.path.name, samples=len(self._seen), bytes=self._size, sha256=self._digest.hexdigest()
        )


def write_shard(path: Path, groups: Iterable[Group]) -> ShardInfo:
    """Write groups (key, {member: content}) in the order given, members sorted, and rename the file into place.

    Raises ShardError on a bad or repeated key, a bad member, an empty group, or no group at all; no file is left then.
    """
    with ShardWriter(path) as shard:
        for key, members in groups:
            shard.add(key, members)
    return shard.info


def read_shard(path: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Groups of a shard in file order, one in memory at a time.

    Raises ShardError where the file is not what `write_shard` writes: a foreign header, a name that is not KEY.member,
    a key that comes back, members out of order, a cut or padded file, no group at all.
    """
    with path.open("rb") as stream:
        yield from _grouped(path.name, _contents(path.name, stream))


def index_shard(path: Path, *, partial: bool = False) -> list[tuple[str, int, int]]:
    """(key, offset, size) of each group, in bytes as in GroupSpan, by its headers alone: contents are skipped.

    Raises ShardError as `read_shard` does; padding within the tar is not looked at. With `partial`, for a file that a
    killed writer left: whatever breaks the format ends the list quietly. A group is listed only where the header of
    another or a zero block follows it, so that the last of a cut file is not.
    """
    groups: list[tuple[str, int, int]] = []
    with path.open("rb") as stream:
        spans_of = ((key, member, span) for key, member, _, span in entries(path.name, stream, strict=not partial))
        try:
            for key, members in _grouped(path.name, spans_of):
                spans = list(members.values())
                groups.append((key, spans[0].offset, sum(span.size for span in spans)))
        except ShardError:
            if not partial:
                raise
    return groups


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _update(digest: "hashlib._Hash", batch: Sequence[bytes]) -> None:
    for part in batch:
        digest.update(part)


def _write(file: int, batch: Sequence[bytes]) -> None:
    """All of the batch: one call of the system may take less."""
    for start in range(0, len(batch), BUFFERS):
        parts = batch[start : start + BUFFERS]
        written = os.writev(file, parts)
        if written < sum(map(len, parts)):
            rest = memoryview(b"".join(parts))[written:]
            while rest:
                rest = rest[os.write(file, rest) :]


def _check_group(shard: str, key: str, members: Mapping[str, bytes]) -> None:
    if not KEY.fullmatch(key):
        raise ShardError(shard, key, "a key is 1 to 100 characters of [a-z0-9_-]: rename the sample")
    if not members:
        raise ShardError(shard, key, "the sample has no members")
    for member, content in members.items():
        if not MEMBER.fullmatch(member):
            raise ShardError(shard, key, f"member {member!r} is not lower-case words joined by dots")
        if len(key) + 1 + len(member) > MAX_NAME:
            raise ShardError(shard, key, f"'{key}.{member}' is longer than {MAX_NAME} characters: shorten the key")
        if not 0 < len(content) <= MAX_SIZE:
            what = "is empty: leave it out" if not content else f"has more than {MAX_SIZE} bytes"
            raise ShardError(shard, key, f"member {member!r} {what}")


def _grouped(shard: str, found: Iterable[tuple[str, str, T]]) -> Iterator[tuple[str, dict[str, T]]]:
    """(key, member, what is had of it) by key. Raises ShardError on a key that comes back and on members' order."""
    seen: set[str] = set()
    for key, group in groupby(found, key=lambda entry: entry[0]):
        if key in seen:
            raise ShardError(shard, key, "the key comes back after another one: members of a key must be adjacent")
        seen.add(key)
        members: dict[str, T] = {}
        for _, member, had in group:
            if members and member <= next(reversed(members)):
                raise ShardError(shard, key, f"member {member!r} is repeated or out of order")
            members[member] = had
        yield key, members
    if not seen:
        raise ShardError(shard, None, "the shard holds no samples")


def _contents(shard: str, stream: BinaryIO) -> Iterator[tuple[str, str, bytes]]:
    """(key, member, content) of each entry."""
    for key, member, size, _ in entries(shard, stream):
        content = stream.read(size)
        if any(stream.read(-size % BLOCK)):
            raise ShardError(shard, key, f"the padding after member {member!r} is not zero")
        yield key, member, content
