"""A shard in two tars, where a recipe asks for it: what is said of its samples in one, their pixels in the other, with
the same keys in the same order. So another caption leaves every byte of the pixels as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Self

from transforms.shards.tar import GroupSpan, ShardError, ShardInfo, ShardWriter, read_shard

TEXT, PIXELS = "text-", "pixels-"
WORDS = ("json", "txt")  # the members that say something; all others show it


def is_layered(name: str) -> bool:
    """Whether a tar of that name is a layer of its shard."""
    return name.startswith((TEXT, PIXELS))


def shard_of(name: str) -> str:
    """The shard that a tar is of, by its name."""
    return name.removeprefix(TEXT).removeprefix(PIXELS)


def tar_names(shard: str, members: str, layered: bool) -> list[str]:
    """The files of a shard whose groups have these members, that of the words first. Without pixels it has one."""
    if not layered:
        return [shard]
    shows = any(name not in WORDS for name in members.split(","))
    return [f"{TEXT}{shard}", f"{PIXELS}{shard}"] if shows else [f"{TEXT}{shard}"]


def parted(members: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The members of a group that say something, and those that show it."""
    words = {name: data for name, data in members.items() if name in WORDS}
    return words, {name: data for name, data in members.items() if name not in WORDS}


def read_layers(words: Path, pixels: Path | None) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Groups of a shard in file order, whole, from its one or two tars. Raises ShardError as `read_shard` does, and
    where the two do not go together."""
    if pixels is None:
        yield from read_shard(words)
        return
    for one, other in zip_longest(read_shard(words), read_shard(pixels)):
        if one is None or other is None or one[0] != other[0]:
            key = (one or other or (None,))[0]
            raise ShardError(pixels.name, key, f"its keys are not those of {words.name}, in the same order")
        said, shown = parted(one[1])[1], parted(other[1])[0]
        if said or shown:
            raise ShardError((words if said else pixels).name, one[0], "a member stands in the other layer")
        yield one[0], dict(sorted({**one[1], **other[1]}.items()))


class ShardFiles:
    """The tars of a shard written together, as a context manager. `infos`: what was written, once it is left. Raises as
    `ShardWriter` does."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._writers = [ShardWriter(path) for path in paths]
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for writer in self._writers:
            self._stack.enter_context(writer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def infos(self) -> list[ShardInfo]:
        return [writer.info for writer in self._writers]

    def add(self, key: str, members: Mapping[str, bytes]) -> list[GroupSpan]:
        """Append a group; where it lies in each tar."""
        parts = [members] if len(self._writers) == 1 else parted(members)
        return [writer.add(key, part) for writer, part in zip(self._writers, parts, strict=True)]

    def copy(self, key: str, parts: Sequence[bytes]) -> list[GroupSpan]:
        """Append a group as it lies in as many tars elsewhere."""
        return [writer.copy(key, part) for writer, part in zip(self._writers, parts, strict=True)]
