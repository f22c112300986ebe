"""One raw folder with planted faults and one workspace built from it, shared by the tests that only look."""

from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from tests.pipelines import command, planted, workshop


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workshop.raw(tmp_path_factory.mktemp("raw"))
    planted.plant(folder)
    return folder


@pytest.fixture(scope="session")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workshop.recipe(tmp_path_factory.mktemp("recipes") / "replicas.yaml")


@pytest.fixture(scope="session")
def built(raw: Path, recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    """Built inline, once. Tests that change something build a workspace of their own."""
    ctx = workshop.context(recipe, raw, tmp_path_factory.mktemp("built"))
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return ctx


@pytest.fixture
def triptych(capsys: pytest.CaptureFixture[str]) -> command.Run:
    """The entry point in this process."""
    return partial(command.run, capsys)
