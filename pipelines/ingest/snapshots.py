"""What an ingest knows of the ones before it.

ingest/ID.json                  the last listing of a data set: its counts, and the folder that it was taken of
ingest/ID/snapshot-*.parquet    every unit that was there: its key, what it was booked under, its parts, its fate
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

import polars as pl

from pipelines.store.files import Files
from schemas import Notice

SNAPSHOT = {"key": pl.String, "booked": pl.String, "parts": pl.String, "fate": pl.String, "out": pl.Int64}
NEXT = "ingest/{}/next"


class Listed(Protocol):
    """A listing, as far as snapshots need to know."""

    @property
    def dataset(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def tree(self) -> str | None: ...
    @property
    def under(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def items(self) -> int: ...
    @property
    def again(self) -> bool: ...
    @property
    def notices(self) -> tuple[Notice, ...]: ...


def snapshot(files: Files, dataset: str) -> pl.DataFrame:
    """What the last ingest knew of a data set; no rows before the first."""
    state = files.read_json(f"ingest/{dataset}.json")
    if not state or not files.exists(state["snapshot"]):
        return pl.DataFrame(schema=SNAPSHOT)
    return read_frame(files, state["snapshot"])


def gone(files: Files, listing: Listed) -> pl.DataFrame:
    """Rows of the last snapshot that do not stand any more: units that are gone, that were booked as not tried, or that
    are tried again, and may then lie in other parts."""
    keys = read_frame(files, f"{NEXT.format(listing.dataset)}/keys.parquet")
    stands = keys.select(booked="key")
    before = snapshot(files, listing.dataset)
    if listing.again:
        stands = stands.join(before.filter(pl.col("fate") == "quarantined"), on="booked", how="anti")
    return before.join(stands, on="booked", how="anti")


def finish(files: Files, listing: Listed, outcomes: Iterable[pl.DataFrame]) -> None:
    """Put the new snapshot in place of the old one: from now on its units are known."""
    name = listing.dataset
    stays = snapshot(files, name).join(gone(files, listing).select("booked"), on="booked", how="anti")
    whole = pl.concat([stays, *outcomes]).select(list(SNAPSHOT))
    whole = whole.unique("key", keep="last", maintain_order=True).sort("key")  # what was tried again has a new fate
    path = f"ingest/{name}/snapshot-{listing.token}.parquet"
    files.write_table(path, whole.to_arrow())
    fates = Counter(dict(whole.group_by("fate").len().iter_rows()))
    files.write_json(f"ingest/{name}.json", {
        "snapshot": path, "token": listing.token, "seq": listing.seq, "items": listing.items, "tree": listing.tree,
        "under": listing.under, "fates": fates, "out": int(whole["out"].sum()),
        "notices": [notice.model_dump(mode="json") for notice in listing.notices],
    })  # fmt: skip
    for other in files.names(f"ingest/{name}"):
        if f"ingest/{name}/{other}" != path:
            files.delete(f"ingest/{name}/{other}")
    files.delete_folder(NEXT.format(name))


def read_frame(files: Files, name: str) -> pl.DataFrame:
    """A small Parquet file of the workspace."""
    with files.open(name) as file:
        return pl.read_parquet(file.read())
