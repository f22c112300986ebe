"""`triptych audit`: labels against pixels of one published folder."""

from pathlib import Path
from typing import Annotated

import typer

import catalog
from pipelines.commands.shared import AsJson, Limit, console, published_folder, say, writable
from pipelines.recipes import RecipeError


def audit(
    dataset: str, root: Path, limit: Limit = None, as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(help="also write a page with pictures to this file")] = None,
) -> None:  # fmt: skip
    """Labels against pixels of one published folder, before any corpus is built of it."""
    from connectors import open_dataset
    from pipelines import auditing
    from pipelines.audit_page import page, picture

    published_folder(root, dataset)
    writable("--html", html)
    card = catalog.card(dataset)
    found = auditing.audit(open_dataset(card, catalog.labelspace()), root, limit, picture if html else None)
    if found.records + found.refused == 0:
        raise RecipeError(f"{root}: nothing here can be read as {dataset}; see: triptych get {dataset} --check")
    if html is not None:
        html.write_text(page(found, card), encoding="utf-8")
    if as_json:
        say(found.model_dump(mode="json", exclude={"pictures"}))
    else:
        for line in auditing.lines(found):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    if found.errors:
        raise typer.Exit(1)
