"""What a part still needs: the records that are there now, less those that passed every stage as it is today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.booking import ledger_row
from pipelines.context import Context
from pipelines.packet import Packet
from pipelines.stages import NAMES, STAGES, TABLES, Chain
from pipelines.store import Part, Row
from schemas import Outcome, Record, Region, canonical_json, content_key

FIRST = NAMES[0]
NOT_TRIED = "not tried"  # the digest of a record whose source was stopped before it
KEY = ["key", "item"]


@dataclass
class Slice:
    """The people of a part that one worker takes: one of `of` about equal shares."""

    number: int = 0
    of: int = 1


class Pending:
    """The records of a part and what became of them, as key tables; bodies are read only for what is to be done."""

    def __init__(self, ctx: Context, part: Part) -> None:
        self.ctx, self.part = ctx, part
        self.chains = {source.dataset: Chain.of(ctx, source.dataset) for source in ctx.recipe.sources}
        self.passes = _frame(part, "passes", ["item", "dataset", "digest", "content", "twin", "keys"])
        self._loaded: dict[tuple[str, str], tuple[Record, tuple[Region, ...]]] = {}

    def records(self, share: Slice | None = None) -> pl.DataFrame:
        """key, item, dataset, subject, uri of the records that the last ingest found, of the recipe's data sets."""
        found = _frame(self.part, "records", ["dataset", "subject", "uri"]).rename({"made": "item"})
        found = found.filter(pl.col("dataset").is_in(list(self.chains)))
        if share and share.of > 1:
            found = found.filter(pl.col("subject").hash(0) % share.of == share.number)
        return found.join(self.part.present().to_frame("item"), on="item", how="semi").unique(KEY)

    def wanted(self, share: Slice | None = None) -> pl.DataFrame:
        """The records with the digest under which they are to pass, their content, and whose copy (`twin`) they are:
        of two records of one person that hold the same bytes and labels the first by path goes on."""
        found = self.records(share)
        known = self.passes.select(*KEY, "content").unique(KEY)
        found = found.join(known, on=KEY, how="left")
        unknown = found.filter(pl.col("content").is_null())
        if unknown.height:
            fresh = [
                (key, item, content_of(*self.load(key, item, unknown))) for key, item in unknown.select(KEY).rows()
            ]
            frame = pl.DataFrame(fresh, {"key": pl.String, "item": pl.String, "fresh": pl.String}, orient="row")
            found = found.join(frame, on=KEY, how="left").with_columns(pl.coalesce("content", "fresh").alias("content"))
        digests = pl.DataFrame({"dataset": list(self.chains), "digest": [c.digest for c in self.chains.values()]})
        same = ("dataset", "subject", "content")
        found = (
            found.join(digests, on="dataset")
            .sort("uri", "key")
            .with_columns(first=pl.col("key").first().over(same), like=pl.col("uri").first().over(same))
        )
        return found.with_columns(
            twin=pl.when(pl.col("first") == pl.col("key")).then(pl.lit("")).otherwise(pl.col("first"))
        ).select(*KEY, "dataset", "subject", "uri", "content", "digest", "twin", "like")

    def todo(self, share: Slice | None = None) -> tuple[list[Packet], list[dict[str, list[Row]]]]:
        """Packets with something left to do, in the state in which the last run left them, and the rows of copies."""
        on = [*KEY, "digest", "twin"]
        left = self.wanted(share).join(self.passes.select(on), on=on, how="anti").sort("dataset", "uri", "key")
        copies = [self._copy(row) for row in left.filter(pl.col("twin") != "").iter_rows(named=True)]
        packets = [self.packet(row, left) for row in left.filter(pl.col("twin") == "").iter_rows(named=True)]
        for dataset in self.chains:
            resume(self.part, [packet for packet in packets if packet.record.dataset == dataset])
        return packets, copies

    def load(self, key: str, item: str, among: pl.DataFrame) -> tuple[Record, tuple[Region, ...]]:
        """A record and its source regions. `among`: the records read together with it."""
        if (key, item) not in self._loaded:
            items = sorted(set(among["item"]))
            regions: dict[tuple[str, str], list[Region]] = {}
            for row in self.part.rows("regions", ["record", "made", "body"], made=items):
                region = Region.model_validate_json(row["body"])
                regions.setdefault((row["record"], row["made"]), []).append(region)
            for row in self.part.rows("records", ["body"], key=among["key"], made=items):
                at = row["key"], row["made"]
                self._loaded[at] = Record.model_validate_json(row["body"]), tuple(regions.get(at, ()))
        return self._loaded[key, item]

    def packet(self, row: Row, among: pl.DataFrame) -> Packet:
        """A row of `wanted` as a packet that has not passed any stage."""
        record, regions = self.load(row["key"], row["item"], among)
        steps = self.chains[row["dataset"]].steps(record, regions)
        return Packet(record, regions, steps, item=row["item"], content=row["content"])

    def _copy(self, row: Row) -> dict[str, list[Row]]:
        """The rows of a record that goes no further because its bytes are there twice."""
        made = content_key("copy", row["key"], row["item"], row["twin"])
        outcome = Outcome(stage=FIRST, dataset=row["dataset"], unit=row["key"], key=made, fate="deduplicated",
                          reason=f"the same bytes as {row['like']}, of the same person")  # fmt: skip
        return {"ledger": [ledger_row(outcome, row["key"])], "passes": [pass_row(row, {FIRST: made})]}


def pass_row(row: Mapping[str, str], keys: Mapping[str, str]) -> Row:
    """That a record passed the stages, with the keys under which it is booked."""
    made = content_key("pass", row["item"], row["digest"], row["twin"])
    names = ("key", "dataset", "item", "subject", "uri", "digest", "content", "twin")
    return {**{name: row[name] for name in names}, "made": made, "keys": canonical_json(dict(keys))}


def passed(packet: Packet, digest: str) -> Row:
    """The same of a packet that went through them, or, under NOT_TRIED, that has to wait."""
    record = packet.record
    row = {"key": record.key, "dataset": record.dataset, "item": packet.item, "subject": record.subject,
           "uri": record.sources[0].uri, "digest": digest, "content": packet.content, "twin": ""}  # fmt: skip
    keys = {FIRST: content_key(NOT_TRIED, packet.keys[FIRST])} if digest == NOT_TRIED else packet.keys
    return pass_row(row, keys)


def content_of(record: Record, regions: Sequence[Region]) -> str:
    """What makes a record the same as another: its bytes, which part of them it is, and what the source says of it."""
    drawn = sorted([r.concept.label, r.source_label, r.shape.kind] for r in regions)
    stated = [presence.model_dump(mode="json") for presence in record.presence]
    return content_key([[source.sha256, source.select] for source in record.sources], stated, drawn)


def resume(part: Part, packets: Sequence[Packet]) -> None:
    """Mark the stages whose rows are in the part already, and restore what they left."""
    if not packets:
        return
    keys = [step.key for packet in packets for step in packet.steps]
    booked = part.rows("ledger", ["made", "stage", "unit", "fate"], made=keys)
    stages = {(row["made"], row["stage"]) for row in booked}
    dead = {(row["made"], row["unit"]) for row in booked if row["fate"] != "emitted"}
    for packet in packets:
        packet.done = frozenset(step.stage for step in packet.steps if (step.key, step.stage) in stages)
    restore(part, [packet for packet in packets if packet.done], dead)


def restore(part: Part, packets: Sequence[Packet], dead: set[tuple[str, str]]) -> None:
    """Put packets into the state that their done stages left, from the rows of those."""
    made = [packet.keys[stage] for packet in packets for stage in packet.done]
    rows: dict[str, dict[str, list[Row]]] = {}
    for table in TABLES:
        for row in part.rows(table, None, made=made):
            rows.setdefault(row["made"], {}).setdefault(table, []).append(row)
    for packet in packets:
        for stage in STAGES:
            if stage.NAME in packet.done:
                own: Mapping[str, Sequence[Row]] = rows.get(packet.keys[stage.NAME], {})
                for table, found in own.items():
                    packet.stored.setdefault(table, []).extend(found)
                stage.restore(packet, {table: own.get(table, []) for table in TABLES})
                for state in packet.scenes:
                    state.alive &= (packet.keys[stage.NAME], state.scene.key) not in dead


def _frame(part: Part, table: str, columns: Sequence[str]) -> pl.DataFrame:
    found = pl.from_arrow(part.table(table, columns))
    assert isinstance(found, pl.DataFrame)
    return found
