"""`triptych explain`, `ledger`, `check-text`, `verify`, `rebuild` and `score`: what was made, and whether it holds."""

from pathlib import Path
from typing import Annotated

import typer

import catalog
from pipelines.commands.shared import (
    RAW,
    RAW_FOLDER,
    AsJson,
    Raw,
    RawFolder,
    RecipeFile,
    Workspace,
    complain,
    console,
    context,
    errors,
    place,
    refuse_address,
    say,
    writable,
)  # fmt: skip
from pipelines.recipes import RecipeError

KEYS = "of a sample, record or region; a file's path; SHARD.tar or SHARD.tar@OFFSET"
Format = Annotated[str, typer.Option("--format", help="text, json or prov (PROV-O as JSON-LD)")]


def explain(
    key: Annotated[str, typer.Argument(help=KEYS)],
    workspace: Annotated[str, typer.Option()] = "build/starter",
    as_json: AsJson = False, form: Format = "text",
) -> None:  # fmt: skip
    """All that led to a sample, a record, a region or a file, emitted or not."""
    from pipelines.explain import explain as find
    from pipelines.explain_prov import prov
    from pipelines.explain_text import render
    from pipelines.store import Store
    from schemas.faults import like

    if form not in (known := ("text", "json", "prov")):
        raise RecipeError(f"--format {form}{like(form, known)}: there are text, json and prov")
    store = Store(place(workspace, "--workspace"))
    if store.parts is None:
        raise RecipeError(f"{workspace}: {_no_workspace(Path(store.workspace))}")
    found = find(store, key)
    if found is None:
        raise RecipeError(
            f"{workspace}: nothing has the key {key!r}; take one from a sample, a ledger row or a file's path"
        )
    if form == "prov":
        say(prov(found))
    elif as_json or form == "json":
        say(found)
    else:
        console.print(render(found), highlight=False)


def _no_workspace(folder: Path) -> str:
    """What is there instead, and which folder may have been meant."""
    about = "workspace.json"  # what every ingest writes
    if (folder.parent / about).is_file():
        return f"lies in a workspace and is none itself; give --workspace {folder.parent}"
    built = [str(one.parent) for one in sorted(Path("build").glob(f"*/{about}"))]
    there = f"; there are {', '.join(built)}" if built else ""
    what = "is no workspace: nothing was ingested there" if folder.is_dir() else "no such folder"
    return f"{what}; give the --workspace of `triptych build`{there}"


def ledger(
    recipe: RecipeFile, raw: Raw = RAW, workspace: Workspace = None, as_json: AsJson = False,
    reasons: Annotated[bool, typer.Option("--reasons", help="why units were set aside, the commonest last")] = False,
) -> None:  # fmt: skip
    """What became of every unit, per stage and data set, counted again; fails where it does not add up."""
    from pipelines import build as runs
    from pipelines.ledger import asides, recount
    from pipelines.store import Store

    ctx = context(recipe, raw, workspace)
    if Store(ctx.workspace).parts is None:
        where = f" --workspace {workspace}" if workspace else ""
        raise RecipeError(f"{ctx.workspace}: nothing was ingested here; run: triptych build {recipe}{where}")
    last = (Store(ctx.workspace).read_json(runs.LAST) or {}).get("recipe", {}).get("name", ctx.recipe.name)
    if last != ctx.recipe.name:
        complain(f"{ctx.workspace}: was last built by recipe {last}: this is what {ctx.recipe.name} finds there")
    counts, faults = recount(ctx)
    found = asides(ctx) if reasons else []
    if as_json:
        told = {"counts": [row.model_dump(exclude={"seconds"}) for row in counts], "faults": faults}
        say({**told, "reasons": found} if reasons else told)
    else:
        console.print(runs.by_dataset(counts))
        for row in sorted(found, key=lambda one: int(one["units"])):
            line = "{units:,} {fate} at {stage} of {dataset}: {reason} (such as {example})".format_map(row)
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    for fault in faults:
        errors.print(fault, style="red", highlight=False, markup=False, soft_wrap=True)
    if faults:
        raise typer.Exit(1)


def check_text(
    sample: Annotated[Path, typer.Argument(help="a KEY.json of a shard, or a folder of them")],
    text: Annotated[
        Path | None, typer.Option(help="a text to check instead of the sample's own, or a folder of KEY.txt")
    ] = None,
    required: Annotated[
        list[str] | None, typer.Option(help="a fact that must be said: volume, volume:liver, absent ...")
    ] = None,
    as_table: Annotated[bool, typer.Option("--table", help="a line for each text instead of JSON Lines")] = False,
) -> None:
    """Claims of a text against a sample's facts, a JSON line each: span, kind, verdict, the fact."""
    from pipelines.recipes import refuse_unsaid
    from pipelines.texting import lines, pairs, table

    refuse_unsaid(required or (), "--required")
    space, rows, bad = catalog.labelspace(), [], False
    for pair in pairs(sample, text):
        for line in lines(pair, space, required or ()):
            bad |= line["verdict"] in ("contradicted", "omitted")
            if as_table:
                rows.append(line)
            else:
                say(line)
    if as_table:
        console.print(table(rows))
    if bad:
        raise typer.Exit(1)


def verify(
    shards: Annotated[str, typer.Argument(help="a folder or an object-store prefix")],
    key: Annotated[Path | None, typer.Option(help="a public key, whose owner must have signed the manifest")] = None,
    privacy: Annotated[bool, typer.Option("--privacy", help="look for personal data as well")] = False,
    pictures: Annotated[
        int, typer.Option(min=0, help="with --privacy: pictures of so many samples of a shard are read; 0: of all")
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """Schema, checksums, geometry, claims and leaks of published shards, and what stands beside them."""
    from pipelines.store.fetched import fetched
    from transforms.shards.verify import verify as check

    with fetched(shards) as folder:
        report = check(folder, catalog.labelspace(), key, privacy, pictures)
    if as_json:
        say(report.model_dump(mode="json") | {"ok": report.ok})
    else:
        for problem in report.problems:
            line = f"{problem.shard} {problem.key or ''} {problem.check}: {problem.message}"
            errors.print(line, highlight=False, markup=False, soft_wrap=True)
        looked = ", ".join(f"{n:,} {name}" for name, n in report.looked.items())
        console.print(
            f"{report.samples} samples in {report.shards} shards: {'ok' if report.ok else 'NOT ok'} ({looked})"
        )
        signed = {"unchecked": "signed, give --key to check it", "none": "not signed"}.get(report.signature)
        console.print(
            f"manifest {report.manifest_sha256}: {signed or f'signature {report.signature}'}", highlight=False
        )
    if not report.ok:
        raise typer.Exit(1)


def rebuild(
    shards: Annotated[Path, typer.Argument(help="a published folder in which samples lack their pixels")],
    out: Annotated[Path, typer.Argument(help="a new folder for the corpus with all of them")],
    raw: RawFolder = RAW_FOLDER,
) -> None:
    """Pixels that a corpus was published without, made again of your own copy of their sources."""
    from pipelines.faults import line_of
    from pipelines.rebuilding import rebuild as make

    refuse_address("OUT", out)
    try:
        made = make(shards, raw, out)
    except (ValueError, OSError) as error:
        told = line_of(error)
        raise RecipeError(told if str(shards) in told or str(out) in told else f"{shards}: {told}") from error
    console.print(f"wrote {out}: {made.samples} samples in {len(made.shards)} shards; check: triptych verify {out}")


def score(
    answers: Annotated[Path, typer.Argument(help="JSON Lines of key, dialogue, answer, and a box if wanted")],
    corpus: Annotated[str, typer.Option(help="the published folder, or an object-store prefix")],
    split: Annotated[str | None, typer.Option(help="only the items of this split")] = None,
    items: Annotated[Path | None, typer.Option(help="write a JSON line for each item here")] = None,
    as_json: AsJson = False,
) -> None:
    """Answers against the items' own checks: exact, tolerance, iou, order, set."""
    from pipelines.scoring import score_corpus, table, tallied
    from pipelines.store.fetched import fetched

    writable("--items", items, answers)
    with fetched(corpus) as folder:
        scores = score_corpus(folder, answers, split)
    rows = scores.rows
    if not rows:
        raise RecipeError(f"{corpus}: no item{f' in split {split}' if split else ''} carries a check; build it anew")
    if items is not None:
        items.write_text("".join(f"{row.to_json()}\n" for row in rows), encoding="utf-8")
    if scores.elsewhere:
        errors.print(
            f"{answers}: {scores.elsewhere} answers are of other splits than {split} and were not judged",
            soft_wrap=True,
            highlight=False,
        )
    if scores.unchecked:
        errors.print(
            f"{answers}: {scores.unchecked} answers are to questions without a check and were not judged",
            soft_wrap=True,
            highlight=False,
        )
    found = tallied(rows)
    say({name: one.model_dump(exclude_none=True) for name, one in found.items()}) if as_json else console.print(
        table(found)
    )
