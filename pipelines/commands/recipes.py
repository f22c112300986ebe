"""`triptych recipes`: what can be built, and which published systems it is a stand-in for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipelines.commands.shared import AsJson, console, say
from pipelines.recipes import RecipeError

if TYPE_CHECKING:
    from schemas import Recipe

Name = Annotated[str | None, typer.Argument(help="one recipe, with all that it lacks; all of them without it")]


def recipes(
    name: Name = None,
    folder: Annotated[Path | None, typer.Option(help="of recipe files [default: recipes/]")] = None,
    as_json: AsJson = False,
) -> None:
    """The recipes by name: which published systems each covers, with which task families, and what it lacks."""
    from pipelines.covering import recipes
    from pipelines.recipes import FOLDER
    from schemas.faults import like

    found = [(path, recipe) for path, recipe in recipes(folder or FOLDER) if name in (None, recipe.name)]
    if not found:
        known = sorted(path.stem for path in (folder or FOLDER).glob("*.yaml"))
        near, there = like(name or "", known), ", ".join(known) or "none"
        raise RecipeError(f"recipes {name or ''}: no such recipe in {folder or FOLDER}{near}; there are {there}")
    if as_json:
        say([_row(path, recipe) for path, recipe in found])
    elif name is None:
        console.print(_table([recipe for _, recipe in found]))
    else:
        console.print(_page(*found[0]), highlight=False, markup=False, soft_wrap=True)


def _row(path: Path, recipe: "Recipe") -> dict[str, object]:
    return {
        "name": recipe.name, "file": str(path), "title": recipe.title,
        "datasets": [source.dataset for source in recipe.sources], "tasks": list(recipe.tasks),
        "covers": None if recipe.covers is None else recipe.covers.model_dump(mode="json"),
    }  # fmt: skip


def _table(found: list["Recipe"]) -> Table:
    table = Table("recipe", "covers", "families", "lacks", box=None, pad_edge=False)
    for recipe in found:
        covers = recipe.covers
        families = recipe.tasks if covers is None else covers.families
        system, lacks = (recipe.title, 0) if covers is None else (covers.system, len(covers.lacking))
        table.add_row(recipe.name, system, ", ".join(families), str(lacks or ""))
    return table


def _page(path: Path, recipe: "Recipe") -> str:
    here = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    lines = [f"{recipe.name}: {recipe.title}", recipe.summary, f"build it: triptych build {here}"]
    lines += [
        f"without the data sets, on small stand-ins of them: python -m benchmarks.systems --only {recipe.name}",
        "  (leaves those at build/systems/raw, as published folders, and writes its line of docs/systems.md anew)",
        "",
    ]
    lines += [f"  data sets: {', '.join(source.dataset for source in recipe.sources)}"]
    if recipe.covers is not None:
        lines += [f"  covers:    {recipe.covers.system}", f"  families:  {', '.join(recipe.covers.families) or 'none'}"]
        lines += [f"  forms:     {', '.join(recipe.covers.forms)}"]
        lines += [f"  lacking:   {what}: {why}" for what, why in recipe.covers.lacking.items()]
    return "\n".join(lines)
