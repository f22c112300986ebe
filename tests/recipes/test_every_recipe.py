"""Every recipe that covers a published system: built from real files where a registry package carries them, else from
replicas; it verifies, its units add up, and each family and form that it names comes out. `make test-recipes` runs it;
tests/pipelines/test_recipes.py holds what can be told without building them all.
"""

from pathlib import Path

import pytest

from benchmarks import systems
from pipelines.context import Context
from pipelines.covering import recipes
from pipelines.ledger import recount

RAW = Path(__file__).parents[2] / "data" / "raw"
RECIPES = {recipe.name: recipe for _, recipe in recipes() if recipe.covers is not None}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw folders, each made once, and the workspaces."""
    return tmp_path_factory.mktemp("systems")


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_builds_and_gives_what_it_says(name: str, folder: Path) -> None:
    outcome, wrong = systems.made(RECIPES[name], folder, RAW)
    assert wrong == []
    assert outcome.samples > 0
    assert outcome.verify == "ok"
    _, faults = recount(Context(RECIPES[name], str(folder / "raw"), str(folder / "space" / name)))
    assert faults == []
