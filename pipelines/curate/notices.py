"""What reading and decoding met in a part and did not understand, and what checks refused of texts. It is counted when
the part is settled: a run with nothing to do need not read its tables again."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import polars as pl

from pipelines.store import Part
from schemas import Notice

CHECKS = ("reading", "wording")  # the verdicts that are notices
Counts = list[dict[str, Any]]  # dataset, kind, count and one example


def tally(found: Iterable[tuple[str, Notice]]) -> Counts:
    """The notices of data sets, counted by kind."""
    return merged({"dataset": dataset, "kind": one.kind, "count": 1, "example": one.text()} for dataset, one in found)


def merged(counts: Iterable[dict[str, Any]]) -> Counts:
    """By data set, the most frequent kind first. The example is the first of all by its text."""
    sums, first = Counter[tuple[str, str]](), dict[tuple[str, str], str]()
    for row in counts:
        at = row["dataset"], row["kind"]
        sums[at] += row["count"]
        first[at] = min(first.get(at, row["example"]), row["example"])
    rows = sorted(sums.items(), key=lambda row: (row[0][0], -row[1], row[0][1]))
    return [{"dataset": at[0], "kind": at[1], "count": number, "example": first[at]} for at, number in rows]


def of_part(part: Part, keys: pl.DataFrame) -> Counts:
    """Those that stand in a part. `keys`: under which its present records are booked."""
    made = [*part.present(), *keys["made"].unique()]
    verdicts = pl.DataFrame(pl.from_arrow(part.table("verdicts", ["dataset", "check", "reason"], made=made)))
    rows = verdicts.filter(pl.col("check").is_in(CHECKS)).select("dataset", "reason").iter_rows()
    found = [(dataset, Notice.model_validate_json(reason)) for dataset, reason in rows]
    aside = part.table("quarantine", ["dataset", "payload"], made=made).to_pylist()
    return tally([*found, *((row["dataset"], one) for row in aside if (one := set_aside(row["payload"])))])


def set_aside(payload: str | None) -> Notice | None:
    """The notice that a quarantined row of an annotation is; None of any other unit."""
    said = json.loads(payload or "{}").get("notice")
    return Notice.model_validate(said) if said else None
