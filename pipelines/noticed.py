"""What reading and decoding met and did not understand, and what the checks refused of texts, for the report of a run:
counted by data set and kind."""

import json
from collections import Counter
from typing import Any

import polars as pl

from pipelines.context import Context
from pipelines.curate.pending import Pending
from pipelines.curate.settle import standing
from pipelines.store import Part, Row, Store
from schemas import Notice

CHECKS = ("reading", "wording")  # the verdicts that are notices


def noticed(ctx: Context) -> list[dict[str, Any]]:
    """dataset, kind, count and one example, of what stands now; by data set, the most frequent kind first."""
    store, counts, first = Store(ctx.workspace), Counter[tuple[str, str]](), dict[tuple[str, str], str]()
    if store.parts is None:
        return []
    wanted = {source.dataset for source in ctx.recipe.sources}
    found = [(name, notice) for name in sorted(wanted) for notice in of_folder(store, name)]
    found += [one for part in store.every_part() for one in _of_part(ctx, part) if one[0] in wanted]
    for dataset, notice in found:
        at = dataset, notice.kind
        counts[at] += 1
        first[at] = min(first.get(at, notice.text()), notice.text())
    rows = sorted(counts.items(), key=lambda row: (row[0][0], -row[1], row[0][1]))
    return [{"dataset": at[0], "kind": at[1], "count": number, "example": first[at]} for at, number in rows]


def of_folder(store: Store, dataset: str) -> list[Notice]:
    """What the last listing said of a data set's folder as a whole."""
    state = store.read_json(f"ingest/{dataset}.json") or {}
    return [Notice.model_validate(one) for one in state.get("notices", [])]


def of_record(store: Store, record: Row) -> list[Notice]:
    """The notices of a record, and of the rows that were read with it."""
    dataset, key = record["dataset"], record["key"]
    said = store.read("verdicts", ["check", "reason"], dataset, record=[key])
    found = [Notice.model_validate_json(row["reason"]) for row in said if row["check"] in CHECKS]
    rows = store.read("quarantine", ["payload"], dataset, made=[record["made"]])
    found += [one for row in rows if (one := _noticed(row["payload"])) and one.record in (None, key)]
    return list(dict.fromkeys(found))


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """The counts as lines to print."""
    return [f"notices  {row['dataset']}: {row['count']:,} {row['kind']}, such as {row['example']}" for row in rows]


def _of_part(ctx: Context, part: Part) -> list[tuple[str, Notice]]:
    keys = standing(Pending(ctx, part), whole=False)["made"].unique()
    made = [*part.present(), *keys]
    verdicts = pl.DataFrame(pl.from_arrow(part.table("verdicts", ["dataset", "check", "reason"], made=made)))
    rows = verdicts.filter(pl.col("check").is_in(CHECKS)).select("dataset", "reason").iter_rows()
    found = [(dataset, Notice.model_validate_json(reason)) for dataset, reason in rows]
    aside = part.table("quarantine", ["dataset", "payload"], made=made).to_pylist()
    return found + [(row["dataset"], one) for row in aside if (one := _noticed(row["payload"]))]


def _noticed(payload: str | None) -> Notice | None:
    """The notice that a quarantined row of an annotation is; None of any other unit."""
    said = json.loads(payload or "{}").get("notice")
    return Notice.model_validate(said) if said else None
