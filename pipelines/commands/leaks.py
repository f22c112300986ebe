"""`triptych leak-check`: what two bodies of data share."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.shared import AsJson, console, errors, say, writable
from pipelines.recipes import RecipeError

if TYPE_CHECKING:
    from pipelines.leaks.check import Counts, Leaks

SIDE = "a folder of shards, any folder, or CARD=FOLDER or BENCHMARK=FOLDER; @SPLIT behind it takes one split"
SHOWN = 20  # pairs; --json has all


def leak_check(
    one: Annotated[str, typer.Argument(help=SIDE)],
    other: Annotated[
        str | None,
        typer.Argument(help="the other one, such as the benchmark that must stay out; without it every two splits"),
    ] = None,
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(help="also write a page with the pictures to this file")] = None,
    out: Annotated[Path | None, typer.Option(help="also write the JSON to this file")] = None,
) -> None:
    """People, volumes, pictures and questions on both sides, however rewritten; exit code 1 if there are any.

    Without a second side every two splits of a corpus are compared. What a corpus shares with a test set stands beside
    its folder (FOLDER.leaks.json), where the portal shows it."""
    from pipelines.leaks.check import compare, of_splits
    from pipelines.leaks.outcome import put_down

    for option, path in (("--html", html), ("--out", out)):
        writable(option, path)
    if other is None and html is not None:
        raise RecipeError("--html: is of two sides; name them, such as CORPUS@train CORPUS@test")
    every = []
    for mine, yours in [(one, other)] if other is not None else of_splits(one):
        leaks, library = compare(mine, yours)
        put_down(leaks)
        if html is not None:
            from pipelines.leaks.page import page

            html.write_text(page(leaks, library), encoding="utf-8")
        every.append(leaks)
        if not as_json:
            _tell(leaks)
    found = [leaks.model_dump(mode="json") for leaks in every]
    told = found if other is None else found[0]
    if out is not None:
        out.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_json:
        say(told)
    if any(leaks.any for leaks in every):
        raise typer.Exit(1)


def _tell(leaks: "Leaks") -> None:
    from pipelines.leaks.page import WORDS

    for side in (leaks.one, leaks.other):
        console.print(_counted(side), highlight=False, markup=False, soft_wrap=True)
        for line in side.refused[:SHOWN]:
            errors.print(line, highlight=False, markup=False, soft_wrap=True)
    for pair in leaks.pairs[:SHOWN]:
        found = pair.evidence
        why = f" ({found.inliers} marks, correlation {found.typical:.3f}, at least {found.least:.3f})" if found else ""
        console.print(
            f"{WORDS[pair.kind]}: {pair.one} = {pair.other}{why}", highlight=False, markup=False, soft_wrap=True
        )
    for asked in leaks.asked[:SHOWN]:
        question = " ".join(asked.question.split())  # choices stand on lines of their own
        console.print(
            f"asked of both: {question} ({asked.one} = {asked.other})", highlight=False, markup=False, soft_wrap=True
        )
    if (unshown := max(len(leaks.pairs) - SHOWN, 0) + max(len(leaks.asked) - SHOWN, 0)) > 0:
        console.print(f"and {unshown} more, all of them with --json, --out or --html", highlight=False)
    totals = (f"{len(leaks.people)} subjects of one name or uid, {len(leaks.scans)} scans of one uid, "
              f"{len(leaks.files)} source files, {len(leaks.pairs)} pairs, "
              f"{len(leaks.asked)} questions on both sides")  # fmt: skip
    unread = len(leaks.one.refused) + len(leaks.other.refused)
    nothing = f"nothing found on both sides{f', but for {unread} files that were not read' if unread else ''}"
    console.print(totals if leaks.any else nothing, highlight=False)


def _counted(side: "Counts") -> str:
    plain = f", {side.plain} too plain to compare" if side.plain else ""
    unread = f", {len(side.refused)} not read" if side.refused else ""
    unseen = f", {side.unseen} records without a picture: their subjects and files alone" if side.unseen else ""
    return (f"{side.name}: {side.pictures} pictures, {side.volumes} volumes, {side.questions} questions, "
            f"{side.subjects} subjects{unseen}{plain}{unread}")  # fmt: skip
