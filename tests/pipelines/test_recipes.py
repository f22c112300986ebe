"""Recipes and what they cover: the files of recipes/, one of them built, the page about them, and `triptych recipes`.

`make test-recipes` builds all of them.
"""

from pathlib import Path

import pytest
import yaml

from benchmarks import systems
from pipelines.covering import FOLDER, Came, missing, recipes
from pipelines.recipes import RecipeError, load
from schemas import Recipe
from tests.pipelines import workshop
from tests.pipelines.command import Run
from transforms.tasks import families

COVERING = {path: recipe for path, recipe in recipes() if recipe.covers is not None}
QUICK = "ms_cxr_nli"  # of replicas alone


def test_recipes_are_named_after_their_files_and_say_what_they_cover() -> None:
    assert len(COVERING) >= 60
    for path, recipe in COVERING.items():
        assert recipe.covers is not None
        assert recipe.name == path.stem
        assert set(recipe.covers.families) <= set(recipe.tasks) <= set(families())
        assert all(why.strip() for why in recipe.covers.lacking.values()), path
    systems_named = [recipe.covers.system for recipe in COVERING.values() if recipe.covers]
    assert len(set(systems_named)) == len(systems_named)


def test_every_family_is_in_some_recipe() -> None:
    covered = {name for recipe in COVERING.values() if recipe.covers for name in recipe.covers.families}
    assert set(families()) - covered == {"outlier"}  # no set at hand has four things of a kind, one unlike the others


def test_the_page_is_current() -> None:
    assert systems.current(), f"run: {systems.COMMAND}; with --only NAME where one recipe changed"


def test_another_page_is_not_current(tmp_path: Path) -> None:
    path, text = tmp_path / "systems.md", systems.PAGE.read_text(encoding="utf-8")
    assert not systems.current(path)
    path.write_text(text, encoding="utf-8")
    assert systems.current(path)
    first = next(iter(COVERING.values()))
    for changed in (text.replace(first.title, "Another"), text.replace(f"[{first.name}]", "[other]"), text + "\n"):
        path.write_text(changed, encoding="utf-8")
        assert systems.current(path) == (changed == text)


def test_a_page_tells_what_came() -> None:
    found = list(COVERING.values())
    outcomes = {recipe.name: systems.Outcome(n, "ok") for n, recipe in enumerate(found)}
    assert systems.told(systems.page(found, outcomes)) == outcomes


def test_a_recipe_is_built_and_held_against_what_it_says(tmp_path: Path) -> None:
    recipe = next(recipe for recipe in COVERING.values() if recipe.name == QUICK)
    outcome, wrong = systems.made(recipe, tmp_path, tmp_path / "none")
    assert (outcome.verify, wrong) == ("ok", [])
    assert outcome.samples == len(workshop.samples(tmp_path / "space" / QUICK / "shards")) > 0
    assert recipe.covers is not None
    covers = recipe.covers.model_copy(update={"families": ("signal",), "forms": ("image", "clip")})
    _, wrong = systems.made(recipe.model_copy(update={"covers": covers}), tmp_path, tmp_path / "none")
    assert wrong == ["nothing came of signal", "nothing came of clip"]


def test_what_a_recipe_names_and_what_came() -> None:
    recipe = next(recipe for recipe in COVERING.values() if recipe.covers and recipe.covers.families)
    assert recipe.covers is not None
    everything = Came(
        samples=1, families=dict.fromkeys(recipe.covers.families, 1), forms=dict.fromkeys(recipe.covers.forms, 1)
    )
    assert missing(recipe, everything) == []
    nothing = Came(samples=1, families={}, forms={})
    assert missing(recipe, nothing) == [*recipe.covers.families, *recipe.covers.forms]
    assert missing(load(FOLDER / "starter.yaml"), nothing) == []


@pytest.mark.parametrize(
    ("covers", "words"),
    [
        ({"system": "Toy", "families": ["signal"], "forms": ["image"]}, "covers.families: 'signal' is none of the"),
        ({"system": "Toy", "forms": ["smell"]}, "covers.forms"),
        ({"system": "Toy", "forms": []}, "covers.forms"),
        ({"forms": ["image"]}, "covers.system"),
    ],
)
def test_what_is_covered_is_checked(tmp_path: Path, covers: dict[str, object], words: str) -> None:
    file = workshop.recipe(tmp_path / "toy.yaml", "stardist_nuclei", covers=covers)
    with pytest.raises(RecipeError, match=words):
        load(file)


def test_the_command_lists_them(triptych: Run) -> None:
    rows = {row["name"]: row for row in triptych("recipes", "--json").json()}
    assert set(rows) == {path.stem for path in FOLDER.glob("*.yaml")}
    assert rows["starter"]["covers"] is None
    recipe = Recipe.model_validate(yaml.safe_load((FOLDER / "medtrinity.yaml").read_text(encoding="utf-8")))
    assert recipe.covers is not None
    assert rows["medtrinity"]["covers"] == recipe.covers.model_dump(mode="json")
    table = triptych("recipes")
    assert table.code == 0
    assert all(name in table.out for name in rows)
    page = triptych("recipes", "medtrinity").out
    assert "python -m benchmarks.systems --only medtrinity" in page  # on replicas
    assert "build/systems/raw" in page
    assert "docs/systems.md" in page
    assert load(Path("medtrinity")) == load(FOLDER / "medtrinity.yaml")
    for words in (recipe.covers.system, *recipe.covers.families, *recipe.covers.forms, *recipe.covers.lacking):
        assert words in page


def test_a_recipe_that_is_not_there(triptych: Run, tmp_path: Path) -> None:
    said = triptych("recipes", "medtrinty")
    assert said.code == 2
    assert "no such recipe" in said.err
    assert "medtrinity" in said.err
    assert "there are none" in triptych("recipes", "--folder", tmp_path).err
