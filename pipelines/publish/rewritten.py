"""Records of a build that are rewritten copies of one another, found by the marks that curate put down and confirmed on
their pixels: the people whose they are stay in one split."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial

import polars as pl

from pipelines.context import Context
from pipelines.faults import reason_of
from pipelines.marking import shown, thing_of
from pipelines.stages import samples
from pipelines.store import Part, Store
from schemas import Model, Record
from transforms.identity.edges import Edge, edges
from transforms.identity.fingerprint import Fingerprint
from transforms.identity.library import Library
from transforms.identity.things import Array

NAME = "copies.json"  # of the workspace: what the last publish found


class Copy(Model):
    """Two records of different people that show one thing. `records`: their keys; `samples`: one of each person.
    `evidence`: how they were compared; `one` and `other` in it are the numbers of this pair."""

    records: tuple[str, str]
    samples: tuple[str, str]
    datasets: tuple[str, str]
    subjects: tuple[str, str]
    evidence: Edge


def rewritten(ctx: Context, store: Store, leaving: pl.DataFrame) -> list[Copy]:
    """The confirmed pairs of records of different people, by the order of their keys in their parts. `leaving`: key,
    subject of the samples that do; nobody else's records are looked at. Pairs of one person, who is in one split
    anyway, are not looked for. Raises ValueError that names the record whose pixels cannot be had any more."""
    first = dict(leaving.sort("key", descending=True).select("subject", "key").iter_rows())
    library, own = Library(), []
    for part in store.every_part():
        for record, known in _marked(part, first.keys()):
            own.append(record)
            thing = thing_of(record, record.key, record.subject, partial(_values, ctx, record))
            assert thing is not None  # only such have marks
            library.shelve(thing, known)
    people = {name: n for n, name in enumerate(dict.fromkeys(record.subject for record in own))}
    found = edges(library, [people[record.subject] for record in own])
    return [_copy(own[edge.one], own[edge.other], first, edge) for edge in found]


def pairs(copies: list[Copy]) -> pl.DataFrame:
    """key, kept: samples whose people stay together."""
    return pl.DataFrame([one.samples for one in copies], {"key": pl.String, "kept": pl.String}, orient="row")


def _marked(part: Part, people: Collection[str]) -> Iterator[tuple[Record, Fingerprint]]:
    """The records of these people in a part that have marks, in the order of their keys, with these."""
    keys = part.state_table("keys")
    made = [] if keys is None else keys.filter(pl.col("stage") == samples.NAME)["made"].to_list()
    rows = part.rows("marks", ["record", "subject", "body"], made=made) if made else []
    found = {row["record"]: row["body"] for row in rows if row["subject"] in people}
    present = set(part.present()) if found else set()
    for row in part.rows("records", ["body"], key=list(found)) if found else ():
        if row["made"] in present:
            yield Record.model_validate_json(row["body"]), Fingerprint.model_validate_json(found[row["key"]])


def _values(ctx: Context, record: Record) -> Array:
    thing = shown(ctx, record)
    assert thing is not None
    try:
        return thing.load()
    except Exception as error:
        uri = record.sources[0].uri
        raise ValueError(
            f"{ctx.raw}/{record.dataset}: {uri} may be a copy and cannot be compared: {reason_of(error, uri)}; put it "
            "back, or publish without splits.copies"
        ) from error


def _copy(one: Record, other: Record, first: Mapping[str, str], edge: Edge) -> Copy:
    return Copy(
        records=(one.key, other.key), samples=(first[one.subject], first[other.subject]),
        datasets=(one.dataset, other.dataset), subjects=(one.subject, other.subject),
        evidence=edge.model_copy(update={"one": 0, "other": 1}),
    )  # fmt: skip
