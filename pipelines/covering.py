"""What recipes cover: which published systems, with which task families and forms, and what came of it in shards."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines.recipes import FOLDER, load
from schemas import Model, Recipe
from transforms.shards.forms import forms
from transforms.shards.manifest import samples as published


class Came(Model):
    """Samples of a published corpus; task family -> questions of it; form -> samples that have it."""

    samples: int
    families: dict[str, int]
    forms: dict[str, int]


def recipes(folder: Path = FOLDER) -> Iterator[tuple[Path, Recipe]]:
    """Every recipe of a folder, by name. Raises RecipeError."""
    for path in sorted(folder.glob("*.yaml")):
        yield path, load(path)


def came(shards: Path) -> Came:
    """What a published folder holds. Raises ValueError where there is no manifest."""
    families: Counter[str] = Counter()
    found: Counter[str] = Counter()
    samples = 0
    for _, sample, _ in published(shards):
        samples += 1
        found.update(forms(sample))
        families.update(one.task for one in sample.dialogues if not one.published)
    return Came(samples=samples, families=dict(sorted(families.items())), forms=dict(sorted(found.items())))


def missing(recipe: Recipe, found: Came) -> list[str]:
    """The families and forms that a recipe says it covers and of which nothing came."""
    if recipe.covers is None:
        return []
    return [one for one in recipe.covers.families if one not in found.families] + [
        one for one in recipe.covers.forms if one not in found.forms
    ]
