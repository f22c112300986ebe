"""What of a corpus says or looks nearly the same, where a recipe asks for it: by runs of words, by a text's vector, by
a picture's. Each kind is looked for in what the kinds before it left."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import polars as pl

from pipelines.publish.retold import Nearness, retold
from pipelines.store import Store
from schemas.recipe import Deduplicate
from transforms.identity.texts import RUN, Runs
from transforms.identity.vectors import Cosine

NAME = "alike.json"  # of the workspace: pictures of which the source says something else though they look alike
MEANT = "the same concepts, denials, sides and numbers"
LEFT = {"key": pl.String, "retold": pl.String, "why": pl.String}
Columns = Callable[..., Iterable[pl.DataFrame]]


class Kind(NamedTuple):
    """`column`: of the samples' table, which holds signatures. `reason`: why one does not leave, for the ledger."""

    column: str
    how: Nearness
    reason: str


def kinds(asked: Deduplicate) -> Iterator[Kind]:
    """Those that a recipe asks for, in the order in which they are looked for."""
    if asked.texts is not None:
        said = "its source says the same as that of {}: " + MEANT + ", and about {:.0%} of the runs of "
        yield Kind("tells", Runs(asked.texts), said + f"{RUN} words")
    if asked.meaning is not None:
        said = "its source means the same as that of {}: " + MEANT + ", and vectors of cosine {:.3f}"
        yield Kind("means", Cosine(asked.meaning, apart=True), said)
    if asked.looks is not None:
        said = "its picture looks the same as that of {}, of which its source says the same: vectors of cosine {:.3f}"
        yield Kind("looks", Cosine(asked.looks, apart=False), said)


def left_out(asked: Deduplicate, columns: Columns, gone: pl.DataFrame, store: Store) -> pl.DataFrame:
    """key, retold, why: samples that do not leave, the one that does instead, and the reason. `columns`: as those of
    Offers, with `new`; `gone`: key of what does not leave in any case. Pictures that look alike and of which the source
    says something else are told, and put down in NAME."""
    found, conflicts = pl.DataFrame(schema=LEFT), pl.DataFrame(schema={"key": pl.String})
    for kind in kinds(asked):
        out = pl.concat([gone.select("key"), found.select("key")])

        def rows(kind: Kind = kind, out: pl.DataFrame = out) -> Iterator[pl.DataFrame]:
            for frame in columns("key", "subject", "drawn", kind.column):
                own = frame.rename({kind.column: "tells"}).filter(pl.col("tells").is_not_null())
                yield own.join(out, on="key", how="anti")

        twins, others = retold(rows, kind.how)
        why = [kind.reason.format(other, alike) for other, alike in twins.select("retold", "alike").iter_rows()]
        found = pl.concat([found, twins.select("key", "retold", why=pl.Series(why, dtype=pl.String))])
        conflicts = others if kind.column == "looks" else conflicts
    store.files.delete(NAME)
    if conflicts.height:
        _tell(conflicts, columns, store)
    return found


def _tell(pairs: pl.DataFrame, columns: Columns, store: Store) -> None:
    """Of pictures that look alike those to which their sources give classes that contradict one another. A label more
    than the other has is no contradiction."""
    wanted = pl.col("key").is_in(pl.concat([pairs["key"], pairs["retold"]]).unique().implode())
    rows = pl.concat([frame.filter(wanted).select("key", "said") for frame in columns("key", "said")])
    said = {key: set(json.loads(own)) for key, own in rows.iter_rows()}
    torn = [{"samples": [key, other], "cosine": round(alike, 4), "said": [sorted(said[key]), sorted(said[other])]}
            for key, other, alike in pairs.sort("key").iter_rows()
            if said[key] - said[other] and said[other] - said[key]]  # fmt: skip
    if torn:
        store.write_json(NAME, torn)
        logging.getLogger("triptych").warning(
            "%d pairs of pictures look alike, and their sources call them by other classes: both leave; %s/%s has each",
            len(torn), store.workspace, NAME,
        )  # fmt: skip
