"""Groups of a shard as rows of one fixed form, for stores whose rows all have the same columns."""

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import triptych
from transforms.shards.exports._job import Job

SHARD_BYTES = 1 << 26  # of a file of the store, as both stores have it by default

Row = dict[str, str | bytes]


def members(job: Job) -> tuple[str, ...]:
    """The members that a group of the corpus may have beside its JSON, in order: what the columns are."""
    return tuple(sorted(job.manifest.members))


def rows(job: Job, split: str) -> Iterator[Row]:
    """A row a sample: `key`, `json` as text, and each member as it lies in the shard, empty where a group has none."""
    names = members(job)
    for item in job.items(split):
        job.written["rows"] += 1
        held = {name: item.members.get(name, b"") for name in names}
        yield {"key": item.sample.key, "json": item.members["json"].decode(), **held}


def library(module: str, package: str, to: str) -> ModuleType:
    """A library that only this format needs. Raises ValueError, in one line, where it is not installed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ValueError(f"--to {to}: {error.name} is not installed: pip install {package}") from error


def reader(job: Job) -> None:
    """The package `triptych` beside the data: what makes an example of a row or a group."""
    (job.out / "triptych").mkdir()
    for path in sorted(Path(triptych.__file__).parent.glob("*.py")):
        shutil.copyfile(path, job.out / "triptych" / path.name)
