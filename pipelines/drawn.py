"""What curate drew, kept until it is published: pictures and masks as they leave, which publish need not draw again.

    drawn/part=00007/WRITER.tar    groups as in a shard, in the order in which they were made; `json` is a `Drawing`

No more than a help: what is missing, cut or damaged is drawn again from its source, to the same bytes. Nothing is kept
in an object store, nor where room is short, and all is gone as soon as the corpus stands.
"""

import io
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import ValidationError

from pipelines.store.files import Files
from schemas import Candidate, Media, Model
from schemas.sample import RegionMask
from transforms.shards.builder import JSON, Members
from transforms.shards.encode import sha256
from transforms.shards.tar import index_shard
from transforms.shards.ustar import BLOCK, ShardError, header, padded, parse

FOLDER = "drawn"
ROOM, SHORT = 0.1, 0.05  # of a disk: free, nothing more is kept; free, what is kept is given up


class Drawing(Model):
    """`key`: that under which its record passed the stage that draws views. `masks`: region -> where its own lies."""

    key: str
    media: tuple[Media, ...]
    masks: dict[str, RegionMask]


class Drawn(NamedTuple):
    """A drawn sample with its members."""

    key: str
    drawing: Drawing
    members: Members

    @classmethod
    def of(cls, key: str, packed: Candidate, members: Members) -> Self:
        """`key`: of the drawing; `packed`: the sample as its members show it."""
        masks = {region.id: region.mask for region in packed.regions if region.mask is not None}
        return cls(packed.key, Drawing(key=key, media=packed.media, masks=masks), members)


class Keeper:
    """Keeps what one pass over a part draws, in a file of its own, as a context manager."""

    def __init__(self, files: Files, part: str, writer: str) -> None:
        self._path = None if files.remote else Path(files.path(f"{FOLDER}/{part}/{writer}{uuid.uuid4().hex[:8]}.tar"))
        self._file: io.FileIO | None = None

    @property
    def keeps(self) -> bool:
        """Whether there is a place, and room in it."""
        return self._path is not None

    def keep(self, found: Iterable[Drawn]) -> None:
        """Append groups, until the disk is nearly full."""
        for one in found:
            if self._path is not None and not self._kept(self._path, _group(one)):
                self._path = None

    def _kept(self, path: Path, data: bytes) -> bool:
        """Write a group; whether there is room for more. Where it cannot be written nothing is lost, and whoever must
        write says what is wrong."""
        try:
            if self._file is None:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = path.open("xb", buffering=0)
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]
            return _free(path.parent) >= ROOM
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.write(bytes(2 * BLOCK))  # a group is whole where something follows it
            self._file.close()


def take(files: Files, part: str, key: str, drawing: str) -> Drawn | None:
    """What was kept of a sample, under the key of its drawing; None where that is not there or not whole."""
    if files.remote:
        return None
    folder = Path(files.path(f"{FOLDER}/{part}"))
    for path, size in _listed(folder):
        span = _index(path, size).get(key)
        if span is not None and (found := _read(path, key, *span)) is not None and found.drawing.key == drawing:
            return found
    return None


def give_up(files: Files, *, always: bool = False) -> None:
    """Remove what is kept: where room is short, or in any case."""
    if files.remote or not files.folder_exists(FOLDER):
        return
    if always or _free(Path(files.path(FOLDER))) < SHORT:
        files.delete_folder(FOLDER)


def _free(folder: Path) -> float:
    about = os.statvfs(folder)
    return about.f_bavail / max(1, about.f_blocks)


def _group(one: Drawn) -> bytes:
    members = {**one.members, JSON: one.drawing.to_row().encode()}
    parts: list[bytes] = []
    for member in sorted(members):
        content = members[member]
        parts += (header(f"{one.key}.{member}", len(content)), content, bytes(-len(content) % BLOCK))
    return b"".join(parts)


def _listed(folder: Path) -> list[tuple[str, int]]:
    try:
        with os.scandir(folder) as found:
            return sorted((entry.path, entry.stat().st_size) for entry in found)
    except FileNotFoundError:
        return []


@lru_cache(maxsize=64)
def _index(path: str, size: int) -> dict[str, tuple[int, int]]:
    """Key -> where its group lies, in a file that has this size."""
    try:
        return {key: (at, length) for key, at, length in index_shard(Path(path), partial=True)}
    except FileNotFoundError:
        return {}


def _read(path: str, key: str, offset: int, size: int) -> Drawn | None:
    try:
        with Path(path).open("rb") as file:
            file.seek(offset)
            members = _members(file.read(size))
        drawing = Drawing.model_validate_json(members.pop(JSON))
    except (OSError, ShardError, ValidationError, KeyError):
        return None
    sums = {media.name: media.sha256 for media in drawing.media}
    whole = sums == {name: sha256(content) for name, content in members.items()}
    return Drawn(key, drawing, members) if whole else None


def _members(group: bytes) -> Members:
    found: Members = {}
    at = 0
    while at < len(group):
        _, member, size = parse(FOLDER, group[at : at + BLOCK])
        found[member] = group[at + BLOCK : at + BLOCK + size]
        at += BLOCK + padded(size)
    return found
