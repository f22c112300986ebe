"""Recipes from YAML, checked against what exists before anything is done."""

import logging
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import catalog

if TYPE_CHECKING:  # what reads a recipe is imported when one is read: every command's help goes through here
    from pydantic import ValidationError

    from schemas import Recipe

FOLDER = Path(__file__).parents[1] / "recipes"
TASKS, BACKENDS = "transforms.tasks", "transforms.text.backends"
MODELS, JOBS = "pipelines.models", "transforms.text.jobs"

STAND_INS: dict[str, Any] = {"missing": "-", "int": 0, "float": 0.0, "bool": False, "string": "-"}
"""First word of what pydantic calls a fault -> what may stand there while the rest of a recipe is looked at."""
MENDINGS = 3
"""How often: what stands in for a missing number is no number at first, and a key that was taken out may be missing."""


MOST = 8
"""Recipes that are named where one is not there."""


class RecipeError(ValueError):
    """One line: the file, the key, the next action."""


def load(path: Path) -> "Recipe":
    """The recipe of a file, or of the name of one in recipes/. Raises RecipeError when the file, a key, a data set, an
    expert or a task is not there."""
    import yaml
    from pydantic import ValidationError

    from catalog.load import UniqueKeyLoader
    from schemas import Recipe
    from schemas.faults import every, like

    named = FOLDER / f"{path}.yaml"
    path = named if not path.suffix and not path.exists() and named.exists() else path
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
        recipe = Recipe.model_validate(written)
    except (IsADirectoryError, UnicodeDecodeError, PermissionError) as error:
        raise RecipeError(f"{path}: no YAML file that can be read; give a file of recipes/") from error
    except FileNotFoundError as error:
        beside = [one for one in sorted(path.parent.glob("*.yaml")) if _is_recipe(one)]
        own = f"; beside it there are {', '.join(one.name for one in beside[:MOST])}" if beside else ""
        near = like(path.stem, [one.stem for one in (*beside, *FOLDER.glob("*.yaml"))])
        raise RecipeError(f"{path}: no such recipe{near}{own}; see: triptych recipes") from error
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise RecipeError(f"{path}: {where}not YAML ({problem or str(error).splitlines()[0]}); correct it") from error
    except ValidationError as error:
        found = [f"{key}: {what}" for key, what in every(Recipe, error)]
        found += _beside(written, error)
        raise RecipeError(f"{path}: {'; '.join(found)}; correct {'them' if len(found) > 1 else 'it'}") from error
    if wrong := list(_wrong(recipe)):
        raise RecipeError(f"{path}: {'; '.join(wrong)}")
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


def _beside(written: Any, error: "ValidationError") -> list[str]:
    """What is wrong beside the faults of a schema, such as a missing summary: else it would come up only once they are
    mended."""
    from pydantic import ValidationError

    from schemas import Recipe

    mended = deepcopy(written)
    if not isinstance(mended, dict):
        return []
    try:
        for _ in range(MENDINGS):
            for fault in error.errors():
                *above, key = fault["loc"]
                inner = mended
                for step in above:
                    inner = inner[step]
                if (kind := fault["type"].partition("_")[0]) in STAND_INS:
                    inner[key] = STAND_INS[kind]
                else:
                    del inner[key]
            try:
                return list(_wrong(Recipe.model_validate(mended)))
            except ValidationError as left:
                error = left
    except (KeyError, IndexError, TypeError):
        pass  # it is no recipe of which more could be told
    return []


def _wrong(recipe: "Recipe") -> Iterator[str]:
    """What a recipe names that is not there, each with its key and what to do."""
    from schemas.faults import like
    from transforms.plugins import modules, names

    tasks = [name for name, module in modules(TASKS).items() if hasattr(module, "ask")]
    yield from _wrong_sources(recipe)
    for name in recipe.tasks:
        if name not in tasks:
            yield _unknown("tasks: no task", name, tasks)
    if not recipe.tasks and recipe.covers is None and recipe.text == type(recipe.text)():
        yield (
            "tasks: there are none, and nothing else is asked for; say under covers.forms or text what samples are to "
            f"hold, or name families of dialogues: {', '.join(tasks)}"
        )
    for name in recipe.covers.families if recipe.covers else ():
        if name not in recipe.tasks:
            yield f"covers.families: {name!r} is none of the recipe's tasks; add it there"
    yield from (f"text.required: {what}" for what in _unsaid(recipe.text.required))
    if (model := recipe.text.model) is not None and model.backend not in names(MODELS):
        yield _unknown("text.model.backend: no", model.backend, names(MODELS))
    for name in recipe.text.jobs:
        if name not in names(JOBS):
            yield _unknown("text.jobs: no job", name, names(JOBS))
    sets = [source.dataset for source in recipe.sources]
    for name in recipe.mix.weights:
        if name not in sets:
            near, there = like(name, sets), ", ".join(sets)
            yield f"mix.weights: {name!r} is none of the recipe's sources{near}; there are {there}"
    for number, entry in enumerate(recipe.splits.held_out):
        for name in entry.dataset:
            if name not in sets:
                near, there = like(name, sets), ", ".join(sets)
                yield f"splits.held_out.{number}.dataset: {name!r} is none of the sources{near}; there are {there}"
    if recipe.text.backend not in names(BACKENDS):
        yield _unknown("text.backend: no", recipe.text.backend, names(BACKENDS))


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    from schemas.faults import like

    return f"{what} {name!r}{like(name, known)}; there are {', '.join(known)}"


def _wrong_sources(recipe: "Recipe") -> Iterator[str]:
    from catalog.subjects import clashes
    from schemas.faults import like
    from transforms.regions import experts

    known, space = catalog.ids(), catalog.labelspace()
    if not recipe.sources:
        yield "sources: there are none; name one data set or more, such as [{dataset: ID}]; see: triptych catalog ls"
    seen: set[str] = set()
    for number, source in enumerate(recipe.sources):
        where = f"sources.{number}"
        if source.dataset not in known:
            near = like(source.dataset, known)
            yield f"{where}.dataset: no card {source.dataset!r}{near}; see: triptych catalog ls"
        if source.dataset in seen:
            yield f"{where}.dataset: {source.dataset!r} is there twice; merge the two entries"
        seen.add(source.dataset)
        for name in source.experts:
            if name not in (there := experts.names()):
                yield f"{where}.experts: no expert {name!r}{like(name, there)}; see: triptych experts"
            else:
                yield from (f"{where}.experts: {what}" for what in wrong_expert(name))
        for slug in source.views.at_regions:
            if slug not in space:
                yield f"{where}.views.at_regions: no concept {slug!r} in catalog/concepts/"
    cards = {name: catalog.card(name) for name in (one.dataset for one in recipe.sources) if name in known}
    for one, other in clashes(cards, cards) if recipe.on_shared_subjects == "refuse" else ():
        yield (
            f"sources: {one} and {other} hold some of the same people under different names, so no split could "
            "keep a person on one side; keep one of the two, or say on_shared_subjects: drop | same-split"
        )


def wrong_expert(name: str) -> Iterator[str]:
    """What a model's card says that is not so, or names that is not there."""
    from schemas.faults import like
    from transforms.regions import experts

    space = catalog.labelspace()
    try:
        found = experts.expert(name)
    except ValueError as error:
        yield str(error)
        return
    for slug in (*found.produces, *found.anatomy):
        if slug not in space:
            yield f"{name}: no concept {slug!r}{like(slug, space.slugs.values())} in catalog/concepts/"
    codes = {entry.concept.code for entry in space if entry.facet == "modality"}
    for code in found.modalities:
        if code not in codes:
            yield f"{name}: modality: no code {code!r}{like(code, codes)}; there are {', '.join(sorted(codes))}"


def refuse_missing(recipe: "Recipe") -> None:
    """Raises RecipeError where what the recipe asks cannot run here: weights, a package or an index are missing."""
    from pipelines import knowledge, neighbours, vectors
    from transforms.regions import experts

    if recipe.text.passages and (lacking := knowledge.unavailable()) is not None:
        raise RecipeError(f"text.passages: {lacking}")
    if recipe.text.neighbours and (lacking := neighbours.unavailable()) is not None:
        raise RecipeError(f"text.neighbours: {lacking}")
    for what in ("meaning", "looks"):
        if getattr(recipe.deduplicate, what) is not None and (lacking := vectors.unavailable(what)) is not None:
            raise RecipeError(f"deduplicate.{what}: {lacking}")
    for number, source in enumerate(recipe.sources):
        for name in source.experts:
            if (reason := experts.expert(name).unavailable()) is not None:
                raise RecipeError(f"sources.{number}.experts: {name} cannot run here: {reason}")


def refuse_unsaid(required: Iterable[str], where: str) -> None:
    """Raises RecipeError for a predicate that no sentence can say, or a concept that there is not ("volume:liver")."""
    for what in _unsaid(required):
        raise RecipeError(f"{where}: {what}")


def _unsaid(required: Iterable[str]) -> Iterator[str]:
    from schemas.faults import like
    from transforms.checks.claims.omission import PREDICATES

    for one in required:
        name, _, of = one.partition(":")
        if name not in PREDICATES:
            yield f"no fact {name!r}{like(name, sorted(PREDICATES))}; take a predicate of a fact"
            continue
        space = catalog.labelspace() if of else None
        if space is not None and of not in space and of not in space.slugs:
            yield f"no concept {of!r}{like(of, list(space.slugs))}; see catalog/concepts/"


def refuse_forbidden(recipe: "Recipe", path: Path) -> None:
    """Raises RecipeError when the terms of a source do not allow the use that the recipe declares."""
    from transforms.shards.licence import outlet

    for number, source in enumerate(recipe.sources):
        found = outlet(catalog.card(source.dataset).terms, recipe.use)
        if found.leaves == "nothing":
            raise RecipeError(f"{path}: sources.{number}: {source.dataset}: {found.reason}; drop it or change `use`")


def _is_recipe(path: Path) -> bool:
    """Whether a YAML file names sources and tasks, as a recipe does and a card, a lock or another tool's settings do
    not."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return {"sources", "tasks"} <= {line.partition(":")[0] for line in lines if ":" in line}
