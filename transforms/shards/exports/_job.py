"""What an exporter is handed: the samples of a published folder, and where files go."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Dialogue, Media, Sample
from transforms.shards.encode import decode_png
from transforms.shards.manifest import Manifest, load, not_whole, samples
from transforms.tasks.rendering import Style

IMAGES = "images"


@dataclass(frozen=True)
class Item:
    """One sample with the members of its group."""

    sample: Sample
    members: Mapping[str, bytes]

    @cached_property
    def pictures(self) -> tuple[Media, ...]:
        """The pictures that left with it, in their order."""
        return tuple(one for one in self.sample.media if one.kind == "image" and not one.withheld)

    @cached_property
    def masks(self) -> dict[str, NDArray[np.bool_]]:
        """Region -> its mask on its picture, bool (height, width)."""
        drawn = [one for one in self.sample.regions if one.mask is not None and one.mask.media.endswith("png")]
        sheets = {one.mask.media for one in drawn if one.mask} & self.members.keys()
        arrays = {name: decode_png(self.members[name]) for name in sorted(sheets)}
        return {
            one.id: arrays[one.mask.media] == one.mask.value for one in drawn if one.mask and one.mask.media in arrays
        }

    @property
    def unshown(self) -> str | None:
        """Why its media cannot be shown as pictures; None where they can, or where it is a text."""
        if any(one.withheld for one in self.sample.media):
            return "its pixels may not leave: rebuild the corpus first"
        if any(one.kind == "volume" for one in self.sample.media):
            return "is a volume: the format shows pictures"
        if not self.pictures and self.sample.document is None:
            return "has no picture and no text"
        return None


def size(media: Media) -> tuple[int, int]:
    """(width, height) of a picture."""
    return media.width or 1, media.height or 1


def _sum(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


@dataclass
class Job:
    """`coordinates`: how places are told in text; `style`: how reasoning is; `made_by`: whose regions are truth;
    `left_out`: reason -> how many; `counted`: keys of the samples among them."""

    corpus: Path
    out: Path
    coordinates: str = "pixels"
    style: Style = "answer"
    split: str | None = None
    made_by: tuple[str, ...] = ("human",)
    left_out: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    counted: set[str] = field(default_factory=set)

    @cached_property
    def manifest(self) -> Manifest:
        return load(self.corpus)

    @property
    def splits(self) -> tuple[str, ...]:
        """Those that are exported, in the order of training."""
        there = [one.split for one in self.manifest.shards]
        return tuple(one for one in ("train", "validation", "test") if one in there and self.split in (None, one))

    def items(self, split: str) -> Iterator[Item]:
        """The samples of a split, in the order of the shards. Raises CorpusError where one is not as it was published:
        what is broken would be passed on as whole."""
        for shard, sample, members in samples(self.corpus, split):
            for media in sample.media:
                if not media.withheld and media.sha256 != _sum(members.get(media.name)):
                    what = f"{sample.key}: {media.name}: is missing, or its SHA-256 is not that of its json"
                    raise not_whole(self.corpus, shard.name, what)
            yield Item(sample, members)

    def shown(self, split: str) -> Iterator[Item]:
        """Those whose media are pictures or a text; the others are counted, once for all files of a format."""
        for item in self.items(split):
            if not (reason := item.unshown):
                yield item
            elif item.sample.key not in self.counted:
                self.counted.add(item.sample.key)
                self.left_out[f"sample: {reason}"] += 1

    def pictured(self, split: str) -> Iterator[Item]:
        """Those with pictures, for a format that tells nothing else; texts are counted."""
        for item in self.shown(split):
            if item.pictures:
                yield item
            else:
                self.left_out["sample: is a text: the format shows pictures"] += 1

    def dialogues(self, split: str) -> Iterator[tuple[Item, Dialogue]]:
        """Each dialogue of what is shown, with its sample."""
        yield from ((item, one) for item in self.shown(split) for one in item.sample.dialogues)

    def picture(self, item: Item, name: str) -> str:
        """Puts a picture among the images as it lies in the shard, once; its path relative to `out`."""
        return self.image(f"{item.sample.key}.{name}", item.members[name])

    def pictures(self, item: Item) -> list[str]:
        """Puts all pictures of a sample there; their paths."""
        return [self.picture(item, media.name) for media in item.pictures]

    def image(self, name: str, data: bytes) -> str:
        path = self.out / IMAGES / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            self.written["images"] += 1
        return f"{IMAGES}/{name}"

    def lines(self, name: str, rows: Iterator[dict[str, Any]]) -> None:
        """A file of JSON Lines; none where there are no rows."""
        path = self.out / name
        with path.open("w", encoding="utf-8") as file:
            n = sum(bool(file.write(json.dumps(row, ensure_ascii=False) + "\n")) for row in rows)
        self._counted(path, n)

    def by_split(self, rows: Callable[["Job", str], Iterator[dict[str, Any]]]) -> None:
        """A file of JSON Lines a split."""
        for split in self.splits:
            self.lines(f"{split}.jsonl", rows(self, split))

    def array(self, name: str, rows: Iterator[dict[str, Any]]) -> None:
        """A file that is one JSON array, a row a line; none where there are no rows."""
        path = self.out / name
        with path.open("w", encoding="utf-8") as file:
            n = 0
            for n, row in enumerate(rows, 1):
                file.write(("[\n" if n == 1 else ",\n") + json.dumps(row, ensure_ascii=False))
            file.write("\n]\n" if n else "")
        self._counted(path, n)

    def _counted(self, path: Path, rows: int) -> None:
        if rows:
            self.written["rows"] += rows
        else:
            path.unlink()
