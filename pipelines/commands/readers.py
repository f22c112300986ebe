"""`triptych readers`: what a card's layout can say."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.manual import Page


def readers(
    name: Annotated[str | None, typer.Argument(help="one reader or annotation format; all of them without it")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """The readers and annotation formats that cards are written in, with their options."""
    from connectors.manual import common, pages
    from schemas.faults import like

    found = [page for page in (common(), *pages()) if name in (None, page.name)]
    if not found:
        known = [page.name for page in pages()]
        near = like(name or "", known)
        typer.echo(f"readers: {name}: no such reader or format{near}; there are {', '.join(known)}", err=True)
        raise typer.Exit(2)
    if as_json:
        typer.echo(json.dumps([page.model_dump() for page in found], ensure_ascii=False))
    else:
        typer.echo("\n\n".join(_shown(page, whole=name is not None) for page in found))


def _shown(page: "Page", *, whole: bool) -> str:
    title = f"{page.name} ({page.part}): {page.what.splitlines()[0]}"
    if not whole:
        return title
    lines = [f"  {o.name}: {o.type}" + ("  (needed)" if o.default is None else f" = {o.default}") for o in page.options]
    return "\n".join([title, "", page.about, "", *lines])
