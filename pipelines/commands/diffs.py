"""`triptych diff`: what changed from one version of a corpus to another, and why."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipelines.commands.shared import AsJson, console, errors, say

if TYPE_CHECKING:
    from transforms.shards.diff import Change

KINDS = ("added", "removed", "changed")


def diff(
    before: Annotated[str, typer.Argument(help="a published folder, or an object-store prefix")],
    after: Annotated[str, typer.Argument(help="the other one")],
    as_json: AsJson = False,
) -> None:
    """Samples added, removed and changed between two published folders, and why; with --json a line each."""
    from pipelines.store.fetched import fetched
    from transforms.shards.diff import altered, decisions
    from transforms.shards.diff import diff as compare

    counts: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    with fetched(before) as one, fetched(after) as other:
        touched = altered(one, other)
        decided = [*touched.lines(), *decisions(one, other).lines()]
        for change in compare(one, other, touched):
            if as_json:
                say(change.model_dump())
                continue
            counts[change.dataset, change.kind] += 1
            reasons.update((change.kind, reason) for reason in _reasons(change))
    if not as_json:
        _tell(counts, reasons)
    for line in decided:  # whether or not a sample shows it: how shards are cut is in none, nor what was done to pixels
        (errors if as_json else console).print(line, highlight=False, markup=False, soft_wrap=True)


def _tell(counts: Counter[tuple[str, str]], reasons: Counter[tuple[str, str]]) -> None:
    if not counts:
        console.print("the same samples, each the same")
        return
    console.print(_table(counts))
    for (kind, reason), n in sorted(reasons.items(), key=lambda pair: (KINDS.index(pair[0][0]), -pair[1], pair[0][1])):
        console.print(f"{kind} {n:,}: {reason}", highlight=False, markup=False, soft_wrap=True)


def _reasons(change: "Change") -> list[str]:
    """What differs without its counts, and why."""
    from transforms.shards.diff import UNSEEN

    unlike = (f"differs in {line if line == UNSEEN else line.partition(':')[0]}" for line in change.differs)
    return [*unlike, *(f"because of {one}" for one in change.why)]


def _table(counts: Counter[tuple[str, str]]) -> Table:
    table = Table("dataset", box=None, pad_edge=False)
    for kind in KINDS:
        table.add_column(kind, justify="right")
    for dataset in sorted({name for name, _ in counts}):
        table.add_row(dataset, *(f"{counts[dataset, kind]:,}" for kind in KINDS))
    return table
