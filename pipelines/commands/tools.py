"""`triptych experts`, `doctor`, `portal` and `mcp`."""

import re
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import RAW_FOLDER, AsJson, RawFolder, console, say
from pipelines.recipes import RecipeError


def experts(as_json: AsJson = False) -> None:
    """Segmenters: what can run here and what is missing."""
    from pipelines.doctor import expert_rows, expert_table

    rows = expert_rows()
    say(rows) if as_json else console.print(expert_table(rows))


def doctor(raw: RawFolder = RAW_FOLDER, as_json: AsJson = False) -> None:
    """What can run on this machine, what is missing, and how to get it."""
    from pipelines.doctor import examine, findings_table

    rows = examine(raw)
    say(rows) if as_json else console.print(findings_table(rows))


def portal(
    workspace: Annotated[list[Path] | None, typer.Argument(help="workspaces with shards/ in them")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8600,
    static: Annotated[Path | None, typer.Option(help="write the pages here instead of serving them")] = None,
) -> None:
    """The web pages over the catalogue and the corpora."""
    try:
        from catalog.portal import freeze, serve
    except ModuleNotFoundError as error:
        raise RecipeError(f"portal: {error.name} is not installed; run: uv sync --extra portal") from error
    for place in workspace or ():
        if re.match(r"\w+:/", str(place)):  # an address, as pathlib spoils it
            raise RecipeError(f"portal {place}: reads folders; copy the workspace's shards/ into one first")
    places = workspace or [path.parent for path in sorted(Path("build").glob("*/shards"))]
    if static:
        freeze(places, static)
        console.print(f"wrote {static / 'index.html'}")
    else:
        serve(places, port)


def mcp(
    use: Annotated[str, typer.Option(help="what for: internal, redistribute, commercial or commercial-internal")] = (
        "redistribute"
    ),
    raw: RawFolder = RAW_FOLDER,
) -> None:
    """The catalogue for agents over standard input and output: search, card, terms, plan."""
    from catalog.fuse import USES

    if use not in USES:
        raise RecipeError(f"--use {use}: nothing is called that; there are {', '.join(USES)}")
    try:
        from pipelines.mcp import server
    except ModuleNotFoundError as error:
        raise RecipeError(f"mcp: {error.name} is not installed; run: uv sync --extra mcp") from error
    server(USES[use], str(raw)).run()
