"""manifest.json: which shards make up the corpus, what is in them, and which recipe they were made by."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError

from schemas import Model, Recipe, Sample
from schemas.recipe import Use
from transforms.shards.decided import recorded
from transforms.shards.layers import read_layers
from transforms.shards.stats import Stats, Table
from transforms.shards.tar import ShardError, ShardInfo

NAME = "manifest.json"
COUNTED = ("dataset", "modality", "task", "licence")


Group = tuple[str, dict[str, bytes]]  # a key and its members


class CorpusError(ValueError):
    """A published folder that is not whole, in one line: the file, what is wrong, the next action."""


class ShardEntry(ShardInfo):
    """A shard file, the one split that all its samples are of, and the one set of members that all its groups have, as
    their endings joined by commas ("json,mask.png,png"). `pixels`: of a shard in layers, the tar of its pixels."""

    split: Literal["train", "validation", "test"]
    members: str
    pixels: ShardInfo | None = None

    @classmethod
    def of(cls, infos: Sequence[ShardInfo], split: str, members: str) -> Self:
        """The entry of a shard that was written into these tars."""
        words, *pixels = infos
        made = {**words.model_dump(), "split": split, "members": members, "pixels": pixels[0] if pixels else None}
        return cls.model_validate(made)

    @property
    def tars(self) -> tuple[ShardInfo, ...]:
        """Its files, that of the words first."""
        return (self,) if self.pixels is None else (self, self.pixels)

    def read(self, folder: Path) -> Iterator[Group]:
        """Its groups as `read_layers` has them."""
        yield from read_layers(folder / self.name, None if self.pixels is None else folder / self.pixels.name)


class Manifest(Model):
    """`counts`: axis -> label -> split -> samples (questions for "task"). `subjects`: split -> subjects.
    `members`: member name -> samples that have it. `use`: what the corpus was declared for. `grown_from`: the SHA-256
    of the manifest of the corpus that this one was appended to; null where all was packed anew. `beside`: the SHA-256
    of each file that stands beside the shards, by its path; the index of a shard (.idx) follows from the shard.
    `dates`: what became of whole dates in the sources' texts: taken out, or moved by a number of days a subject.
    `recipe`: what decided it, as `transforms.shards.decided.recorded` has it; empty in manifests from before that."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal["triptych/manifest/1"] = Field(default="triptych/manifest/1", alias="schema")
    name: str
    version: str
    title: str
    recipe_sha256: str
    use: Use = Use()
    grown_from: str | None = None
    dates: Literal["removed", "moved"] = "removed"
    samples: int
    bytes: int
    splits: dict[str, int]
    subjects: dict[str, int]
    totals: dict[str, int]
    counts: dict[str, Table]
    members: dict[str, int]
    shards: tuple[ShardEntry, ...]
    beside: dict[str, str] = {}
    recipe: dict[str, Any] = {}

    def pretty(self) -> str:
        """The file's text: indented, for people and for diffs. Shards of one tar have no `pixels`."""
        said = self.model_dump(mode="json", by_alias=True)
        for shard in said["shards"]:
            if shard["pixels"] is None:
                del shard["pixels"]
        return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def manifest(
    recipe: Recipe, shards: Iterable[ShardEntry], stats: Stats, grown_from: str | None = None,
    dates_moved: bool = False,
) -> Manifest:  # fmt: skip
    """The manifest of written shards. Raises ValueError when they do not hold the samples that `stats` counted."""
    entries = tuple(sorted(shards, key=lambda entry: entry.name))
    samples = sum(entry.samples for entry in entries)
    if samples != stats.totals.get("samples", 0):
        raise ValueError(f"the shards hold {samples} samples, the statistics count {stats.totals.get('samples', 0)}")
    return Manifest(
        name=recipe.name,
        version=recipe.version,
        title=recipe.title,
        recipe_sha256=hashlib.sha256(recipe.to_json().encode()).hexdigest(),
        use=recipe.use,
        grown_from=grown_from,
        dates="moved" if dates_moved else "removed",
        samples=samples,
        bytes=sum(tar.bytes for entry in entries for tar in entry.tars),
        shards=entries,
        recipe=recorded(recipe),
        **counted(stats),
    )


def counted(stats: Stats) -> dict[str, object]:
    """The fields of a manifest that are counts of its samples; `verify` compares them with what it reads."""
    return {
        "splits": stats.splits(),
        "subjects": stats.subjects,
        "totals": stats.totals,
        "counts": {axis: stats.tables.get(axis, {}) for axis in COUNTED},
        "members": dict(sorted(stats.sums("member").items())),
    }


def load(folder: Path) -> Manifest:
    """The manifest of a folder of shards. Raises ValueError, in one line, when it is missing or not one."""
    path = folder / NAME
    if not path.is_file():
        raise ValueError(f"{path}: not found: {_instead(folder)}")
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(f"{path}: {place}: {first['msg']}: publish the corpus again") from error


def _instead(folder: Path) -> str:
    """Which folder may have been meant."""
    near = [one for one in (folder / "shards", folder.parent) if (one / NAME).is_file()]
    return f"give {near[0]}" if near else "give the folder that `triptych publish` wrote"


def not_whole(folder: Path, name: str, what: str) -> CorpusError:
    """What is told of a published folder in which a file is missing or damaged."""
    return CorpusError(
        f"{folder / name}: {what}; fetch it again (dvc pull) or build the corpus again: `triptych verify {folder}` "
        "tells all that is wrong"
    )


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Over whatever reads shards of a published folder. What is wrong with one is a CorpusError."""
    try:
        yield
    except ShardError as error:
        raise not_whole(folder, error.shard, f"{error.key}: {error.message}" if error.key else error.message) from error
    except FileNotFoundError as error:
        raise not_whole(folder, Path(error.filename).name, f"is in {NAME} and not in the folder") from error
    except (IsADirectoryError, PermissionError) as error:
        raise not_whole(folder, Path(error.filename).name, f"cannot be read: {error.strerror}") from error


def held(folder: Path, shard: ShardEntry) -> Iterator[Group]:
    """The groups of one shard of a published folder. Raises CorpusError."""
    with reading(folder):
        yield from shard.read(folder)


def groups(folder: Path, split: str | None = None) -> Iterator[tuple[ShardEntry, str, dict[str, bytes]]]:
    """Shard, key and members of each group of a folder of shards, or of one split, in the order of the shards. Raises
    as `load` does, and CorpusError."""
    for shard in load(folder).shards:
        if split in (None, shard.split):
            yield from ((shard, key, members) for key, members in held(folder, shard))


def sample_of(folder: Path, shard: ShardEntry, key: str, members: Mapping[str, bytes]) -> Sample:
    """The sample of a group. Raises CorpusError where its JSON is none that this version reads."""
    try:
        return Sample.model_validate_json(members["json"])
    except KeyError as error:
        raise not_whole(folder, shard.name, f"{key}: has no json") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "json"
        what = f"{key}: {place}: {first['msg']}: damaged, or written by another version of Triptych"
        raise not_whole(folder, shard.name, what) from error


def samples(folder: Path, split: str | None = None) -> Iterator[tuple[ShardEntry, Sample, dict[str, bytes]]]:
    """Shard, sample and members of each group, as `groups`. Raises CorpusError."""
    for shard, key, members in groups(folder, split):
        yield shard, sample_of(folder, shard, key, members), members
