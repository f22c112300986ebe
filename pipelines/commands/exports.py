"""`triptych export`: a published corpus in the formats of other trainers and tools."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipelines.commands.shared import AsJson, console, refuse_address, say
from pipelines.recipes import RecipeError

if TYPE_CHECKING:
    from transforms.shards.exports._job import Job

STYLES = ("answer", "prose", "steps")


def export(
    corpus: Annotated[str | None, typer.Argument(help="the published folder, or an object-store prefix")] = None,
    out: Annotated[Path | None, typer.Argument(help="a new folder")] = None,
    to: Annotated[str | None, typer.Option(help="the format; without it the formats are listed")] = None,
    coordinates: Annotated[
        str | None, typer.Option(help="how texts tell places: pixels, fractions, thousandths or absolute")
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(help="before an answer: nothing (answer, if not given), or its steps as prose or steps"),
    ] = None,
    split: Annotated[str | None, typer.Option(help="only this split")] = None,
    made_by: Annotated[
        list[str] | None, typer.Option(help="whose regions are truth: human (alone if not given), model, rule")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A published corpus in another trainer's format; without --to the formats are listed."""
    from pipelines.exporting import export as make
    from pipelines.exporting import formats
    from pipelines.store.fetched import fetched
    from schemas.faults import like

    if to is None and corpus is not None:
        raise RecipeError(f"export {corpus}: into which format? --to {', '.join(formats())}")
    if to is None:
        found = formats()
        say(found) if as_json else console.print(_table(found))
        return
    if corpus is None or out is None:
        raise RecipeError("export: name the published folder and a new folder: triptych export SHARDS OUT --to FORMAT")
    refuse_address("OUT", out)
    if style is not None and style not in STYLES:
        raise RecipeError(f"--style {style}{like(style, STYLES)}: use one of {', '.join(STYLES)}")
    with fetched(corpus) as folder:
        job = make(folder, to, out, coordinates, style, split, made_by)  # type: ignore[arg-type]
    if as_json:
        say({"out": str(out), "written": dict(job.written), "left_out": dict(job.left_out)})
        return
    _tell(job, out)


def _tell(job: "Job", out: Path) -> None:
    written = ", ".join(f"{n:,} {what}" for what, n in sorted(job.written.items()))
    console.print(f"{out}: {written}", highlight=False, markup=False, soft_wrap=True)
    for reason, n in job.left_out.most_common():
        console.print(f"left out {n:,} {reason}", highlight=False, markup=False, soft_wrap=True)


def _table(found: dict[str, str]) -> Table:
    table = Table("format", "what it is", box=None, pad_edge=False)
    for name, note in found.items():
        table.add_row(name, note)
    return table
