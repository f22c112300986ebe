"""`triptych experts`, `doctor`, `portal` and `mcp`."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import RAW_FOLDER, AsJson, RawFolder, console, refuse_address, say
from pipelines.recipes import RecipeError

SHOWN = ("shards/", "quarantine/", "report.json")  # what the pages show of a workspace
A_CORPUS = "give a workspace with shards/ in it, or the published folder itself"


def experts(as_json: AsJson = False) -> None:
    """Segmenters, and backends for language models: what can run here and what is missing."""
    from pipelines.doctor import adapter_lines, backend_table, expert_rows, expert_table, missing_lines

    rows = expert_rows()
    if as_json:
        say(rows)
        return
    console.print(expert_table(rows))
    console.print(backend_table())
    for line in (*missing_lines(rows), *adapter_lines()):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def doctor(raw: RawFolder = RAW_FOLDER, as_json: AsJson = False) -> None:
    """What can run on this machine, what is missing, and how to get it."""
    from pipelines.doctor import examine, findings_table

    rows = examine(raw)
    say(rows) if as_json else console.print(findings_table(rows))


def portal(
    workspace: Annotated[
        list[str] | None, typer.Argument(help="workspaces with shards/ in them, or object-store prefixes of such")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8600,
    static: Annotated[Path | None, typer.Option(help="write the pages here instead of serving them")] = None,
) -> None:
    """The web pages over the catalogue and the corpora."""
    try:
        from catalog.portal import freeze, serve
    except ModuleNotFoundError as error:
        raise RecipeError(f"portal: {error.name} is not installed; run: uv sync --extra portal") from error
    from pipelines.store.fetched import fetched
    from pipelines.store.files import Files
    from pipelines.store.whole import taken, whole

    refuse_address("--static", static)
    if static is not None and (why := taken(static)):
        raise RecipeError(f"--static {why}")
    given = workspace or [str(path.parent) for path in sorted(Path("build").glob("*/shards"))]
    with ExitStack() as copies:
        places = [copies.enter_context(fetched(Files(place).place, SHOWN)) for place in given]
        for name, found in zip(given, places, strict=True):
            _refuse_nothing(name, found)
        if static:
            with whole(static) as draft:
                freeze(places, draft)
            console.print(f"wrote {static / 'index.html'}")
        else:
            serve(places, port)


def _refuse_nothing(name: str, found: Path) -> None:
    """Raises RecipeError of what is no folder, or one of which there is nothing to show."""
    if not found.is_dir():
        raise RecipeError(f"{name}: {'is a file' if found.exists() else 'no such folder'}; {A_CORPUS}")
    if not any((found / one).exists() for one in ("shards", "manifest.json", "report.json")):
        raise RecipeError(f"{name}: nothing was built or published there; {A_CORPUS}")


def mcp(
    use: Annotated[str, typer.Option(help="what for: internal, redistribute, commercial or commercial-internal")] = (
        "redistribute"
    ),
    raw: RawFolder = RAW_FOLDER,
) -> None:
    """The catalogue for agents over the Model Context Protocol, read-only: search, card, terms, plan."""
    from catalog.fuse import USES
    from schemas.faults import like

    if use not in USES:
        raise RecipeError(f"--use {use}: nothing is called that{like(use, USES)}; there are {', '.join(USES)}")
    try:
        from pipelines.mcp import server
    except ModuleNotFoundError as error:
        raise RecipeError(f"mcp: {error.name} is not installed; run: uv sync --extra mcp") from error
    server(USES[use], str(raw)).run()
