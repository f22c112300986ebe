"""A bucket for the whole session, and a raw folder with its recipe and the corpus that a local build makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine import stores
from tests.pipelines import workshop

SETS = ("radlabels_reports", "stardist_nuclei")


@dataclass(frozen=True)
class Work:
    """`folder`: where commands run, so that what they leave there is seen."""

    folder: Path
    raw: Path
    recipe: Path
    corpus: dict[str, str]

    def build(self, workspace: str, *more: str, raw: str | None = None) -> list[str]:
        command = ["build", str(self.recipe), "--raw", raw or str(self.raw), "--workspace", workspace]
        return [*command, *(more or ("--engine", "inline"))]


@pytest.fixture(scope="session")
def bucket() -> Iterator[stores.Bucket]:
    with stores.served() as found:
        yield found


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """Built once in a folder: what every other way to build must make, byte by byte."""
    root = tmp_path_factory.mktemp("engine")
    raw, recipe = workshop.raw(root / "raw", *SETS), workshop.recipe(root / "r.yaml", *SETS)
    (root / "here").mkdir()
    empty = Work(root / "here", raw, recipe, {})
    stores.done(root, {}, *empty.build(str(root / "local")))
    return Work(root / "here", raw, recipe, workshop.hashes(root / "local/shards"))


@pytest.fixture
def inside(bucket: stores.Bucket, monkeypatch: pytest.MonkeyPatch) -> stores.Bucket:
    """The bucket, seen from this process too."""
    for name, value in bucket.env.items():
        monkeypatch.setenv(name, value)
    return bucket
