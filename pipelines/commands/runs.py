"""`triptych plan`, `ingest`, `curate`, `publish`, `build` and `replay`: what works on a corpus."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import (
    RAW,
    AsJson,
    Engine,
    Limit,
    Raw,
    RecipeFile,
    Workers,
    Workspace,
    complain,
    console,
    context,
    place,
    run,
    say,
)
from pipelines.recipes import refuse_forbidden

A_RUNNER = "a Beam runner to ingest on, with Beam's own options after --; or engine: that of the run"
Runner = Annotated[str, typer.Option(help=A_RUNNER)]
AnyRunner = Annotated[
    str | None, typer.Option(help=f"{A_RUNNER}  [default: the engine on Ray, else FnApiRunner]", show_default=False)
]

Sign = Annotated[
    Path | None,
    typer.Option(help="an Ed25519 private key (PEM or OpenSSH) to sign the manifest with", envvar="TRIPTYCH_SIGN"),
]
Options = Annotated[list[str] | None, typer.Argument(help="Beam's own options, after --", show_default=False)]


def plan(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, as_json: AsJson = False,
    pilot: Annotated[int, typer.Option(help="items a data set to try, 0 for none", min=0)] = 1,
    save: Annotated[bool, typer.Option("--save", help="keep it in the workspace, for the run's report")] = False,
) -> None:  # fmt: skip
    """What a build would do: counts, what the licences forbid, yield and cost from a pilot. Writes nothing else."""
    from pipelines.plan import keep
    from pipelines.plan import plan as make
    from pipelines.plan_table import notes, table, unasked

    ctx = context(recipe, raw, workspace)
    found = make(ctx, pilot)
    if save:
        keep(ctx, found)
    if as_json:
        say([source.model_dump() for source in found])
    else:
        console.print(table(found))
        for line in (*(line for source in found for line in notes(source)), *unasked(found, ctx.recipe.tasks)):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    blocked = [source for source in found if source.blocked or source.missing]
    for source in blocked if not as_json else ():
        why = source.blocked or "; ".join(f"{name} cannot run here" for name in source.missing)
        complain(f"{source.dataset}: blocked: {why}")
    if blocked:
        raise typer.Exit(2)


def ingest(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    limit: Limit = None, as_json: AsJson = False, runner: Runner = "FnApiRunner", options: Options = None,
) -> None:  # fmt: skip
    """Published folders to records and source regions (Apache Beam)."""
    ctx = context(recipe, raw, workspace)
    run(ctx, ("ingest",), as_json, engine=engine, workers=workers, limit=limit, runner=runner,
        options=tuple(options or ()))  # fmt: skip


def curate(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Records to regions, facts, texts, dialogues and checked samples (Ray)."""
    run(context(recipe, raw, workspace), ("curate",), as_json, engine=engine, workers=workers)


def publish(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    as_json: AsJson = False, sign: Sign = None,
) -> None:  # fmt: skip
    """Checked samples to shards, manifest, data card, Croissant, licences and statistics."""
    run(context(recipe, raw, workspace), ("publish",), as_json, engine=engine, workers=workers, sign=sign)


def build(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, engine: Engine = "ray", workers: Workers = 2,
    limit: Limit = None, as_json: AsJson = False, runner: AnyRunner = None, sign: Sign = None, options: Options = None,
) -> None:  # fmt: skip
    """Ingest, curate and publish; only what is not done yet. Nothing is begun that a licence forbids to publish."""
    ctx = context(recipe, raw, workspace)
    refuse_forbidden(ctx.recipe, recipe)
    run(ctx, ("ingest", "curate", "publish"), as_json, engine=engine, workers=workers, limit=limit, runner=runner,
        sign=sign, options=tuple(options or ()))  # fmt: skip
    if not as_json:
        here = ctx.workspace
        for line in (f"\nshards  {here}/shards", f"report  {here}/report.html", f"portal  triptych portal {here}"):
            console.print(line, highlight=False, markup=False, soft_wrap=True)


def replay(
    workspace: Annotated[str, typer.Option()] = "build/starter",
    stage: Annotated[str | None, typer.Option(help="only what this stage set aside")] = None,
    engine: Engine = "ray", workers: Workers = 2, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Try again what was quarantined, with the recipe and the folders of the last run."""
    from pipelines.replay import last_run, stages_of

    ctx = last_run(place(workspace, "--workspace"))
    run(ctx, stages_of(ctx, stage), as_json, engine=engine, workers=workers, again=stage or "all")
