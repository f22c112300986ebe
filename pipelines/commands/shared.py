"""What the commands share: options, output, and how a run is put together."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from pipelines.commands import INTERRUPTED
from pipelines.faults import PlaceError
from pipelines.recipes import load

if TYPE_CHECKING:  # what a run needs is imported when one begins: the catalogue answers in a second
    from pipelines.context import Context

console, errors = Console(), Console(stderr=True)

RecipeFile = Annotated[Path, typer.Argument(help="a file of recipes/, or its name")]
Raw = Annotated[
    str, typer.Option(help="a folder or object-store prefix that holds one folder a data set, as published")
]
RawFolder = Annotated[Path, typer.Option(help="the folder that holds one folder a data set, as published")]
Workspace = Annotated[str | None, typer.Option(help="a folder or an object-store prefix [default: build/<recipe>]")]
Engine = Annotated[str, typer.Option(help="ray or inline")]
Workers = Annotated[int, typer.Option(help="cores of a local Ray", min=1)]


def _positive(limit: int | None) -> int | None:
    """One line, where typer would print a box."""
    from pipelines.recipes import RecipeError

    if limit is not None and limit < 1:
        raise RecipeError(f"--limit {limit}: give 1 or more items, or leave it out")
    return limit


Limit = Annotated[int | None, typer.Option(help="items a data set", callback=_positive)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
RUNNERS = (
    "engine", "FnApiRunner", "DirectRunner", "BundleBasedDirectRunner", "SwitchingDirectRunner", "PrismRunner",
    "PortableRunner", "FlinkRunner", "SparkRunner", "DataflowRunner", "InteractiveRunner", "RenderRunner",
)  # fmt: skip
"""Those that Beam knows by name, and that of the run's own engine."""
RAW, RAW_FOLDER = "data/raw", Path("data/raw")
UPLOADED = "working_dir_files"  # Ray unpacks what `ray job submit --working-dir` uploads below a folder of this name


def refuse_address(option: str, path: Path | None) -> None:
    """Raises RecipeError for an object-store address where a local file or folder is written."""
    from pipelines.recipes import RecipeError

    if path is not None and re.match(r"[A-Za-z][\w+.-]*:/", str(path)):
        raise RecipeError(f"{option} {path}: is an address; name a local file or folder, and copy it from there")


def published_folder(root: Path, dataset: str) -> None:
    """Raises RecipeError where a data set's folder is not there, or is a file."""
    from pipelines.recipes import RecipeError

    if not root.is_dir():
        what = f"is a file; give its folder, {root.parent}," if root.exists() else "no such folder; give the folder"
        raise RecipeError(f"{root}: {what} that holds {dataset} as published")


def writable(option: str, path: Path | None, *read: Path) -> None:
    """Raises RecipeError where a file that is asked for cannot be written, before hours go by, or is one of those that
    are `read`. Leaves nothing behind."""
    from pipelines.recipes import RecipeError

    refuse_address(option, path)
    if path is None:
        return
    if path.exists() and any(path.samefile(one) for one in read if one.exists()):
        raise RecipeError(f"{option} {path}: is what is read; name another file")
    there = path.exists()
    try:
        path.open("a").close()
    except OSError as error:
        raise RecipeError(
            f"{option} {path}: cannot be written: {error.strerror}; name a file in another folder"
        ) from error
    if not there:
        path.unlink()


def context(recipe: Path, raw: str, workspace: str | None) -> "Context":
    """A run's context from what the command line says."""
    from pipelines.context import Context

    found = load(recipe)
    return Context(found, place(raw, "--raw"), place(workspace or f"build/{found.name}", "--workspace"))


def place(given: str, option: str) -> str:
    """A folder or an object-store prefix as it is meant from anywhere. Raises PlaceError."""
    from pipelines.store.files import Files

    found = Files(given)
    if not found.remote and Path(found.root).exists() and not Path(found.root).is_dir():
        raise PlaceError(f"{option} {given}: is a file; give a folder, or an object-store prefix")
    if UPLOADED in Path.cwd().parts and not found.remote and not given.startswith(("/", "file:")):
        folder = f"{option} {given}: this is a Ray job, whose own folder is gone after it"
        raise PlaceError(f"{folder}; give a folder that all nodes share, from /, or an object-store prefix")
    return found.root


def say(value: Any) -> None:
    """Print JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def complain(text: str) -> None:
    """One line on stderr, as it is."""
    errors.print(" ".join(text.split()), style="red", highlight=False, markup=False, soft_wrap=True)


def refuse_runner(name: str | None) -> None:
    """Raises RecipeError for a runner that Beam does not know by its name; a dotted class is for Beam to find."""
    from pipelines.recipes import RecipeError
    from schemas.faults import like

    if name is not None and "." not in name and name.casefold() not in {one.casefold() for one in RUNNERS}:
        near = like(name, list(RUNNERS))
        raise RecipeError(f"--runner {name}: no such runner{near}; there are {', '.join(RUNNERS)}")


def run(ctx: "Context", stages: tuple[str, ...], as_json: bool, **more: Any) -> None:
    """Runs stages; `more` are the fields of `pipelines.build.Job`."""
    from pipelines import build as runs
    from pipelines.recipes import RecipeError, refuse_missing
    from schemas.faults import like

    job = runs.Job(stages, **more)
    if job.engine not in (known := ("ray", "inline")):
        raise RecipeError(f"--engine {job.engine}{like(job.engine, known)}: there are ray and inline")
    refuse_runner(job.runner)
    if "curate" in stages:
        refuse_missing(ctx.recipe)
    if job.sign is not None:  # a key that cannot be used is told before any work
        from transforms.shards.signature import private

        private(job.sign)
    try:
        counts = runs.run(ctx, job, errors)
    except KeyboardInterrupt as error:
        complain("interrupted: what is done is kept; run the same command again to go on")
        raise typer.Exit(INTERRUPTED) from error
    from pipelines.store import Store

    report = Store(ctx.workspace).read_json(runs.REPORT) or {}
    for line in report.get("unmet", ()) if "publish" in stages else ():
        complain(f"not met: {line}")
    if "publish" in stages and report.get("growth"):
        from pipelines.publish.growing import Growth

        errors.print(Growth.model_validate(report["growth"]).line(), highlight=False, markup=False, soft_wrap=True)
    if as_json:
        say([row.model_dump() for row in counts])
    else:
        console.print(runs.table(counts))
        from pipelines.noticed import lines

        for line in lines(report.get("notices", [])):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
