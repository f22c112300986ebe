"""What reading and decoding met and did not understand, and what the checks refused of texts, for the report of a run:
counted by data set and kind."""

from typing import Any

from pipelines.context import Context
from pipelines.curate.notices import CHECKS, Counts, merged, of_part, set_aside, tally
from pipelines.curate.pending import Pending
from pipelines.curate.settle import inputs, settled, standing
from pipelines.store import Part, Row, Store
from schemas import Notice


def noticed(ctx: Context) -> Counts:
    """dataset, kind, count and one example, of what stands now; by data set, the most frequent kind first."""
    store = Store(ctx.workspace)
    if store.parts is None:
        return []
    wanted = {source.dataset for source in ctx.recipe.sources}
    found = tally((name, notice) for name in sorted(wanted) for notice in of_folder(store, name))
    under = inputs(ctx)
    found += [row for part in store.every_part() for row in _of_part(ctx, part, under(part))]
    return merged(row for row in found if row["dataset"] in wanted)


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
    found += [one for row in rows if (one := set_aside(row["payload"])) and one.record in (None, key)]
    return list(dict.fromkeys(found))


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """The counts as lines to print."""
    return [f"notices  {row['dataset']}: {row['count']:,} {row['kind']}, such as {row['example']}" for row in rows]


def _of_part(ctx: Context, part: Part, under: str) -> Counts:
    """What curate counted; of a part that it has not settled since, what is there."""
    if settled(part, under) is None:
        return of_part(part, standing(Pending(ctx, part), whole=False))
    counts: Counts = part.state["notices"]
    return counts
