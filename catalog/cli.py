"""`triptych catalog`: the catalogue on the command line. Exit code 2 with one line on bad input."""

import gc
import json
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer

import catalog
from catalog.errors import CatalogError

if TYPE_CHECKING:  # what a command needs is imported when it runs: its help needs none of it
    from rich.table import Table

app = typer.Typer(help="What data exists: data sets, terms, label space.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Modality = Annotated[str | None, typer.Option(help="Slug or name, such as ct or MRI; what lies below it counts.")]
Anatomy = Annotated[str | None, typer.Option(help="Slug or name, such as liver; what lies below it counts.")]
Task = Annotated[str | None, typer.Option(help="A task that the card names, such as segmentation.")]
P = ParamSpec("P")
R = TypeVar("R")
CUT_AT = {"modalities": 28, "anatomy": 28, "tasks": 40, "licence": 36, "concepts": 60, "reason": 260}
WIDE = 360  # columns of a table that goes into a file or a pipe: a line a data set


def one_line_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turns a CatalogError into one line on stderr and exit code 2.

    No command here runs for long enough to have cycles collected: looking for them costs a sixth of its time.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        collects = gc.isenabled()
        gc.disable()
        try:
            return command(*args, **kwargs)
        except CatalogError as error:
            typer.echo(" ".join(str(error).split()), err=True)
            raise typer.Exit(2) from error
        finally:
            if collects:
                gc.enable()

    return run


def _dump(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _print(table: "Table") -> None:
    from rich.console import Console

    console = Console()
    Console(width=None if console.is_terminal else WIDE).print(table)


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """One line a row: long cells are cut, but ids, access and support are whole."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    for number, column in enumerate(columns):
        width = max((len(line[number]) for line in cells), default=0)
        if column in CUT_AT:
            table.add_column(column, no_wrap=True, overflow="ellipsis", max_width=CUT_AT[column])
        else:
            table.add_column(column, no_wrap=True, min_width=max(width, len(column)))
    for line in cells:
        table.add_row(*line)
    _print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else "-" if value is None else str(value)


COLUMNS = ("id", "modalities", "anatomy", "tasks", "licence", "redistribution", "commercial", "access", "support")


LEAVES = ("id", "licence", "leaves", "share_alike", "reason")
ORDER = {"all": 0, "annotations": 1, "nothing": 2}


@app.command("ls")
@one_line_errors
def ls(
    modality: Modality = None,
    anatomy: Anatomy = None,
    task: Task = None,
    licence: Annotated[
        str | None, typer.Option(help="Licence id or its start, such as CC-BY; or a class, such as cc-nc.")
    ] = None,
    access: Annotated[str | None, typer.Option(help="open, registration, application, credentialed, ...")] = None,
    support: Annotated[str | None, typer.Option(help="real, replica or spec.")] = None,
    use: Annotated[
        str | None,
        typer.Option("--for", help="What drops out, and why: internal, redistribute, commercial, commercial-internal."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the data sets; with --for what of each may go into a corpus for that use, and why not all."""
    from catalog import commands

    rows = commands.ls(modality, task, licence, anatomy, access, support)
    rows = rows if use is None else commands.may(rows, use)
    if as_json:
        _dump(rows)
        return
    if use is None:
        _table(rows, COLUMNS)
        typer.echo(f"{len(rows)} data sets", err=True)
        return
    short = ({**row, "reason": _why(row)} for row in sorted(rows, key=lambda row: ORDER[row["leaves"]]))
    _table(list(short), LEAVES)
    for line in _dropped(rows):
        typer.echo(line, err=True)


def _why(row: dict[str, Any]) -> str:
    """The reason without the licence, which stands beside it."""
    return str(row["reason"] or "").partition(": ")[2]


def _dropped(rows: list[dict[str, Any]]) -> list[str]:
    """How many sets leave whole, in part or not at all; and the reasons of those that do not, the commonest first."""
    leaves = Counter(row["leaves"] for row in rows)
    why = Counter(_why(row) for row in rows if row["leaves"] == "nothing")
    whole, part, none = (leaves[name] for name in ORDER)
    head = f"{len(rows)} data sets: {whole} may leave, {part} as annotations alone, {none} drop out:"
    return [head, *(f"  {number}: {reason}" for reason, number in why.most_common())]


@app.command("show")
@one_line_errors
def show(dataset: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Show one card."""
    from rich.table import Table

    from catalog import commands

    card = commands.show(dataset)
    if as_json:
        _dump(card)
        return
    table = Table(box=None, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in _flat(card):
        table.add_row(key, value)
    _print(table)


def _flat(value: Any, key: str = "") -> list[tuple[str, str]]:
    """Nested keys joined by dots; lists and empty values on one line; long label maps are counted, not printed."""
    if isinstance(value, dict) and key == "layout.labels" and len(value) > 12:
        return [(key, f"{len(value)} labels (see --json)")]
    if isinstance(value, dict) and value:
        return [pair for name, inner in value.items() for pair in _flat(inner, f"{key}.{name}" if key else name)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [pair for index, inner in enumerate(value) for pair in _flat(inner, f"{key}.{index}")]
    if isinstance(value, list):
        return [(key, f"{len(value)} concepts (see --json)" if len(value) > 12 else ", ".join(map(str, value)) or "-")]
    return [(key, "-" if value in (None, {}) else str(value))]


@app.command("search")
@one_line_errors
def search(text: Annotated[str, typer.Argument(metavar="TEXT")], as_json: Json = False) -> None:
    """Find data sets by what they show, ask and allow: "chest x-ray", "liver tumor segmentation commercial"."""
    from catalog import commands

    found = commands.search(text)
    lacks = [{**row, "lacks": found.partly[row["id"]]} for row in commands.rows(found.partly)]
    rows = [*({**row, "lacks": ""} for row in commands.rows(found.ids)), *lacks]
    if as_json:
        _dump(rows)
    elif rows:
        _table(rows, (*COLUMNS, "lacks") if lacks else COLUMNS)
    else:
        like = [f"{word}: did you mean {' or '.join(near)}?" for word, near in found.near.items() if near]
        typer.echo("; ".join([f"nothing found for {text!r}", *like]), err=True)
    if found.refused and not as_json:
        asked = " or ".join(sorted(set(found.refused.values())))
        typer.echo(f"{len(found.refused)} more have all but {asked!r}: their terms say no, or nobody knows", err=True)


@app.command("validate")
@one_line_errors
def validate(as_json: Json = False) -> None:
    """Check every card and the label space; exit code 2 and a line for each fault."""
    from catalog import commands
    from connectors import open_dataset

    found = commands.validate(opens=open_dataset)
    if as_json:
        _dump([problem.model_dump() for problem in found])
    else:
        for problem in found:
            typer.echo(str(problem), err=True)
    if found:
        raise typer.Exit(2)
    if not as_json:
        count = sum(1 for _ in (catalog.ROOT / "datasets").glob("*.yaml"))
        typer.echo(f"{count} cards: no problem found")


@app.command("croissant")
@one_line_errors
def croissant(dataset: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Print a card as Croissant 1.1 JSON-LD (it is JSON with or without --json)."""
    from catalog import commands

    _dump(commands.croissant(dataset))


@app.command("fuse")
@one_line_errors
def fuse(
    modality: Modality = None,
    anatomy: Anatomy = None,
    task: Task = None,
    use: Annotated[
        str, typer.Option(help="What the corpus is for: internal, redistribute, commercial, or commercial-internal.")
    ] = "redistribute",
    out: Annotated[Path | None, typer.Option(help="Write a recipe of the proposed sets to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Propose data sets that can be merged: labels in common, terms that allow the use, people kept apart."""
    from catalog import fuse as fusing

    found = fusing.propose(modality, anatomy, task, use)
    if out is not None:
        fusing.write_recipe(found, out)
    if as_json:
        _dump(found.model_dump(mode="json"))
        return
    rows = [one.model_dump(mode="json") for one in found.members]
    _table(rows, ("id", "concepts", "modalities", "licence", "support"))
    for one in found.left_out:
        typer.echo(f"left out  {one.id}: {one.reason}", err=True)
    if alike := [one.id for one in found.members if one.share_alike]:
        typer.echo(f"share-alike (what is made from them carries their licence): {', '.join(alike)}", err=True)
    shared = sum(concept.sets > 1 for concept in found.concepts)
    typer.echo(
        f"{len(rows)} of {found.looked_at} data sets, {shared} concepts that two or more of them annotate", err=True
    )
    if out is not None:
        typer.echo(f"recipe  {out}")


@one_line_errors
def new_dataset(dataset: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Scaffold a card and a replica; `triptych catalog validate` then says what is still to fill in."""
    from catalog import scaffold

    for path in scaffold.new_dataset(dataset, catalog.ROOT):
        typer.echo(f"wrote {path.relative_to(catalog.ROOT.parent)}")
    typer.echo("next: fill them in; triptych catalog validate says what is missing")
