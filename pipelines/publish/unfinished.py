"""Groups that a killed run of the same plan had already written into a shard, which the next run takes over."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipelines.publish.before import members_in
from pipelines.stages.regions import NAME as REGIONS
from schemas import Candidate, Sample, content_key
from transforms.shards import stats
from transforms.shards.tar import PART, index_shard


def drawing_of(sample: Candidate) -> str:
    """What decides a sample's pixels and masks: the key under which its record passed the stage that draws views; of a
    group, those of its records."""
    keys = [step.key for step in sample.provenance.steps if step.stage == REGIONS]
    return keys[0] if sample.group is None else content_key("drawings", keys)


class Unfinished:
    """The whole groups of a shard that a killed run of the same plan did not finish, in all of its tars."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._left = [_Left(path) for path in paths]

    def group(self, key: str) -> tuple[list[bytes], str, str] | None:
        """A group as it lies in the files, its drawing and its statistics."""
        found = [data for left in self._left if (data := left.group(key)) is not None]
        if len(found) < len(self._left):
            return None
        sample = Sample.model_validate_json(members_in(found[0])["json"])
        return found, drawing_of(sample), stats.count([sample]).to_json()

    def remove(self) -> None:
        for left in self._left:
            left.path.unlink(missing_ok=True)


class _Left:
    """What a killed run left of one tar, or had finished of it."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f".{path.name}.left")
        found = [path, self.path, *path.parent.glob(f".{path.name}{PART}*")]
        *others, longest = sorted((one for one in found if one.exists()), key=_size) or [self.path]
        for other in others:
            other.unlink(missing_ok=True)
        if longest != self.path:
            with suppress(FileNotFoundError):
                longest.replace(self.path)  # whoever still writes there has lost its name, and cannot finish
        self.spans = {}
        if self.path.exists():
            self.spans = {key: (at, size) for key, at, size in index_shard(self.path, partial=True)}

    def group(self, key: str) -> bytes | None:
        if key not in self.spans:
            return None
        offset, size = self.spans[key]
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(size)


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return -1
