"""Recipes from YAML, checked against what exists before anything is done."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import catalog

if TYPE_CHECKING:  # what reads a recipe is imported when one is read: every command's help goes through here
    from schemas import Recipe

FOLDER = Path(__file__).parents[1] / "recipes"
EXPERTS, TASKS, BACKENDS = "transforms.regions.experts", "transforms.tasks", "transforms.text.backends"


class RecipeError(ValueError):
    """One line: the file, the key, the next action."""


def load(path: Path) -> "Recipe":
    """The recipe of a file, or of the name of one in recipes/. Raises RecipeError when the file, a key, a data set, an
    expert or a task is not there."""
    import yaml
    from pydantic import ValidationError

    from schemas import Recipe
    from schemas.faults import like, said

    named = FOLDER / f"{path}.yaml"
    path = named if not path.suffix and not path.exists() and named.exists() else path
    try:
        recipe = Recipe.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (IsADirectoryError, UnicodeDecodeError, PermissionError) as error:
        raise RecipeError(f"{path}: no YAML file that can be read; give a file of recipes/") from error
    except FileNotFoundError as error:
        folder = FOLDER if not path.suffix and path.parent == Path() else path.parent
        near = like(path.stem, [one.stem for one in folder.glob("*.yaml")])
        raise RecipeError(f"{path}: no such recipe{near}; there are {_names(folder)}") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: not YAML: {str(error).splitlines()[0]}; correct it") from error
    except ValidationError as error:
        key, what = said(Recipe, error)
        raise RecipeError(f"{path}: {key}: {what}; correct it") from error
    _check(path, recipe)
    return recipe if recipe.on_shared_subjects != "drop" else _without_shared(path, recipe)


def _without_shared(path: Path, recipe: "Recipe") -> "Recipe":
    """The recipe without the later of each two sources that hold the same people under different names."""
    from catalog.subjects import droppable

    cards = {source.dataset: catalog.card(source.dataset) for source in recipe.sources}
    left_out = droppable(cards, cards)
    for dataset, earlier in left_out.items():
        warning = f"{path}: sources: {dataset} is left out: it holds some of the people of {earlier} under other names"
        logging.getLogger("triptych").warning(warning)
    kept = tuple(source for source in recipe.sources if source.dataset not in left_out)
    return recipe.model_copy(update={"sources": kept})


def _check(path: Path, recipe: "Recipe") -> None:
    from catalog.subjects import clashes
    from schemas.faults import like
    from transforms.plugins import modules, names

    known, experts = catalog.ids(), names(EXPERTS)
    tasks = [name for name, module in modules(TASKS).items() if hasattr(module, "ask")]
    space = catalog.labelspace()
    seen: set[str] = set()
    for number, source in enumerate(recipe.sources):
        where = f"{path}: sources.{number}"
        if source.dataset not in known:
            near = like(source.dataset, known)
            raise RecipeError(f"{where}.dataset: no card {source.dataset!r}{near}; see: triptych catalog ls")
        if source.dataset in seen:
            raise RecipeError(f"{where}.dataset: {source.dataset!r} is there twice; merge the two entries")
        seen.add(source.dataset)
        for name in source.experts:
            if name not in experts:
                raise RecipeError(f"{where}.experts: no expert {name!r}{like(name, experts)}; see: triptych experts")
        for slug in source.views.at_regions:
            if slug not in space:
                raise RecipeError(f"{where}.views.at_regions: no concept {slug!r} in catalog/concepts/")
    cards = {source.dataset: catalog.card(source.dataset) for source in recipe.sources}
    for one, other in clashes(cards, cards) if recipe.on_shared_subjects == "refuse" else ():
        raise RecipeError(
            f"{path}: sources: {one} and {other} hold some of the same people under different names, so no split could "
            "keep a person on one side; keep one of the two, or say on_shared_subjects: drop | same-split"
        )
    for name in recipe.tasks:
        if name not in tasks:
            raise RecipeError(f"{path}: tasks: no task {name!r}; there are {', '.join(tasks)}")
    for name in recipe.covers.families if recipe.covers else ():
        if name not in recipe.tasks:
            raise RecipeError(f"{path}: covers.families: {name!r} is none of the recipe's tasks; add it there")
    refuse_unsaid(recipe.text.required, f"{path}: text.required")
    if recipe.text.backend not in names(BACKENDS):
        raise RecipeError(f"{path}: text.backend: no {recipe.text.backend!r}; there are {', '.join(names(BACKENDS))}")


def refuse_unsaid(required: Iterable[str], where: str) -> None:
    """Raises RecipeError for a predicate that no sentence can say, or a concept that there is not ("volume:liver")."""
    from schemas.faults import like
    from transforms.checks.claims.omission import PREDICATES

    for one in required:
        name, _, of = one.partition(":")
        if name not in PREDICATES:
            raise RecipeError(f"{where}: no fact {name!r}{like(name, sorted(PREDICATES))}; take a predicate of a fact")
        space = catalog.labelspace() if of else None
        if space is not None and of not in space and of not in space.slugs:
            raise RecipeError(f"{where}: no concept {of!r}{like(of, list(space.slugs))}; see catalog/concepts/")


def refuse_forbidden(recipe: "Recipe", path: Path) -> None:
    """Raises RecipeError when the terms of a source do not allow the use that the recipe declares."""
    from transforms.shards.licence import outlet

    for number, source in enumerate(recipe.sources):
        found = outlet(catalog.card(source.dataset).terms, recipe.use)
        if found.leaves == "nothing":
            raise RecipeError(f"{path}: sources.{number}: {source.dataset}: {found.reason}; drop it or change `use`")


def _names(folder: Path) -> str:
    return ", ".join(sorted(str(p) for p in folder.glob("*.yaml"))) or f"none in {folder}"
