"""Listing a data set: which units of reading there are now, which of them are new, and which are gone.

ingest/ID/next/keys.parquet         the keys of all units that are there now
ingest/ID/next/block-*.parquet      new units, named by their keys, so that what was read of them is found again
"""

import hashlib
import heapq
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from connectors import PackingError, open_dataset
from connectors.base import Item, pseudonym_mark
from pipelines.context import Context
from pipelines.ingest.snapshots import NEXT, read_frame, snapshot
from pipelines.store import Store
from pipelines.store.files import Files
from schemas import Model, Notice, content_key
from transforms.text import scrub

VERSION = f"2 {scrub.VERSION}"  # records are stored scrubbed
BLOCKS = 200  # a kill costs the block that was being read, so no more than one in so many
SMALLEST, LARGEST = 8, 2048  # units in a block
CHUNK = 4096  # units held while listing
AGAIN = f"{NEXT}/again.json"  # that a listing is one of all that could not be read


class Listing(Model):
    """What listing one data set found. `token` names the listing by its units; `unchanged`: nothing is to be done;
    `again`: what could not be read is tried once more. `blocks`: files of new units, each with
    the number of units before it; `notices`: what is to be said of the folder as a whole; `nothing`: why none
    of the set is there."""

    dataset: str
    token: str
    tree: str | None
    under: str
    seq: int
    items: int
    unchanged: bool = False
    again: bool = False
    blocks: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    nothing: str | None = None


def look(ctx: Context, dataset: str, limit: int | None, again: bool = False) -> Listing:
    """What is known of a data set before it is listed: that nothing is to be done, or what to `scan` it under. `again`:
    what could not be read counts as new."""
    root, files = ctx.root(dataset), Store(ctx.workspace).files
    before = files.read_json(f"ingest/{dataset}.json") or {}
    under, tree = _under(ctx, dataset, limit), tree_digest(root)
    again |= files.exists(AGAIN.format(dataset))  # one that was interrupted is gone on with
    base = {"dataset": dataset, "tree": tree, "under": under, "seq": int(before.get("seq", 0)) + 1, "again": again}
    if (
        not again
        and tree
        and before.get("tree") == tree
        and before.get("under") == under
        and files.exists(before["snapshot"])
        and not files.folder_exists(NEXT.format(dataset))  # which an interrupted one left
    ):
        return Listing(token=before["token"], items=before["items"], unchanged=True, **base)
    return Listing(token="", items=0, **base)


def scan(ctx: Context, head: Listing, limit: int | None) -> Listing:
    """List a data set's folder and put down what is new. `head`: what `look` found."""
    dataset, files = head.dataset, Store(ctx.workspace).files
    nothing = nothing_of(ctx, dataset)
    if nothing is not None:
        return head.model_copy(update={"nothing": nothing})
    known = snapshot(files, dataset).filter(pl.col("key") == pl.col("booked"))
    known = (known.filter(pl.col("fate") != "quarantined") if head.again else known).select("key")
    if head.again:
        files.write_json(AGAIN.format(dataset), {})
    blocks = _Blocks(files, NEXT.format(dataset))
    chunks, digest = [pl.Series("key", [], pl.String)], hashlib.sha256()
    for keys in blocks.fill(_units(ctx, dataset, limit), known):
        digest.update("".join(keys).encode())
        chunks.append(keys)
    keys = pl.concat(chunks)
    token = content_key(head.under, digest.hexdigest(), head.seq)
    files.write_table(f"{NEXT.format(dataset)}/keys.parquet", keys.to_frame().to_arrow())
    notices = tuple(open_dataset(ctx.card(dataset), ctx.space).notices(ctx.root(dataset)))
    found = {"token": token, "items": len(keys), "blocks": tuple(blocks.names), "notices": notices}
    return head.model_copy(update=found)


def nothing_of(ctx: Context, dataset: str) -> str | None:
    """Why nothing of a data set is found in its folder; None where something is. One on an object store is called by
    its address there, and not by this node's copy."""
    root = ctx.root(dataset)
    try:
        open_dataset(ctx.card(dataset), ctx.space).check(root)
    except PackingError as error:
        return str(error).replace(str(root), f"{ctx.raw.rstrip('/')}/{dataset}") if ctx.remote else str(error)
    return None


class _Blocks:
    """New units put down in files as they are found, so that no listing is held in memory. A block grows with what came
    before it: a small set is read in small steps, and the names of a large one stay few."""

    def __init__(self, files: Files, folder: str) -> None:
        self.files, self.folder, self.names = files, folder, list[str]()
        self.fresh: list[tuple[str, str]] = []
        self.total = 0

    def fill(self, units: Iterator[tuple[str, Item]], known: pl.DataFrame) -> Iterator[pl.Series]:
        """Takes all units; gives back their keys, a chunk at a time. A unit that comes twice counts once."""
        while chunk := [(key, item.to_json()) for key, item in islice(units, CHUNK)]:
            frame = pl.DataFrame(chunk, {"key": pl.String, "item": pl.String}, orient="row")
            frame = frame.unique("key", keep="first", maintain_order=True)
            new = frame.join(known, on="key", how="anti", maintain_order="left")
            for row in new.iter_rows():
                self.add(row)
            yield frame["key"]
        self.close()

    def add(self, row: tuple[str, str]) -> None:
        self.fresh.append(row)
        self.total += 1
        if len(self.fresh) >= min(LARGEST, max(SMALLEST, self.total // BLOCKS)):
            self.close()

    def close(self) -> None:
        if self.fresh:
            mark = hashlib.sha256("".join(key for key, _ in self.fresh).encode()).hexdigest()[:12]
            self.names.append(f"{self.folder}/block-{self.total:09d}-{mark}.parquet")
            block = pl.DataFrame(self.fresh, {"key": pl.String, "item": pl.String}, orient="row")
            self.files.write_table(self.names[-1], block.to_arrow())
            self.fresh = []


def _under(ctx: Context, dataset: str, limit: int | None) -> str:
    """All but the folder that decides what is listed and how it is read."""
    card = ctx.card(dataset)
    layout = content_key(card.layout.model_dump(mode="json"), card.exhaustive, card.subject_space)
    reader = open_dataset(card, ctx.space).reader.VERSION
    return content_key(VERSION, layout, reader, pseudonym_mark(), limit)


def _units(ctx: Context, dataset: str, limit: int | None) -> Iterator[tuple[str, Item]]:
    """The units of a folder with their keys. A limit takes those whose hash is lowest: a fair, stable choice."""
    card = ctx.card(dataset)
    connector = open_dataset(card, ctx.space)
    layout = content_key(card.layout.model_dump(mode="json"), card.exhaustive, card.subject_space)
    version = [VERSION, connector.reader.VERSION, pseudonym_mark()]
    items = connector.listing(ctx.root(dataset))
    if limit is not None:
        lowest = heapq.nsmallest(limit, items, key=lambda i: content_key("pick", i.uri, i.member))
        items = iter(sorted(lowest, key=lambda i: (i.uri, i.member or "")))
    for item in items:
        yield content_key("ingest", version, dataset, layout, item.uri, item.member, item.fingerprint), item


def tree_digest(root: Path) -> str | None:
    """A hash of every file's path, size and time of change: equal means that a listing would find the same. None where
    it cannot tell: a link to a folder may hide changes behind it."""
    digest = hashlib.sha256()
    stack, start = [str(root)], len(str(root))
    while stack:
        folder = stack.pop()
        try:
            found = _entries(folder)
        except OSError:  # a link to nothing, or to itself, too
            return None
        if found is None:
            return None
        said, inner = found
        stack += [f"{folder}/{name}" for name in sorted(inner)]
        digest.update("\n".join([folder[start:], *sorted(said), ""]).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _entries(folder: str) -> tuple[list[str], list[str]] | None:
    """What tells each file of a folder, and the names of the folders in it; None where one is a link to a folder. Asked
    for every file of a set at every run: relative to the folder, so that the system walks no path again."""
    files: list[str] = []
    folders: list[str] = []
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(at) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                    continue
                if entry.is_symlink() and entry.is_dir():
                    return None
                stat = entry.stat()
                files.append(f"{entry.name}\0{stat.st_size}\0{stat.st_mtime_ns}")
    finally:
        os.close(at)
    return files, folders


def read_items(files: Files, block: str) -> Iterator[tuple[str, Item]]:
    """The units of a block with their keys."""
    for key, text in read_frame(files, block).iter_rows():
        yield key, Item.model_validate_json(text)
