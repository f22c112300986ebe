"""What a part still needs: the records that are there now, less those that passed every stage as it is today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.booking import ledger_row
from pipelines.context import Context
from pipelines.packet import Packet
from pipelines.stages import EVERY, NAMES, TABLES, Chain
from pipelines.store import Part, Row
from schemas import Outcome, Record, Region, canonical_json, content_key

FIRST = NAMES[0]
NOT_TRIED = "not tried"  # the digest of a record whose source was stopped before it
KEY = ["key", "item"]
AT_ONCE = 128  # records of which bodies are in memory


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

    def records(self, share: Slice | None = None) -> pl.DataFrame:
        """key, item, dataset, subject, uri, content of the records that the last ingest found, of the recipe's data
        sets."""
        found = _frame(self.part, "records", ["dataset", "subject", "uri", "content"]).rename({"made": "item"})
        found = found.filter(pl.col("dataset").is_in(list(self.chains)))
        if share and share.of > 1:
            found = found.filter(pl.col("subject").hash(0) % share.of == share.number)
        return found.join(self.part.present().to_frame("item"), on="item", how="semi").unique(KEY)

    def wanted(self, share: Slice | None = None) -> pl.DataFrame:
        """The records with the digest under which they are to pass, and whose copy (`twin`) they are: of two records of
        one person that hold the same bytes and labels the first by path goes on."""
        digests = pl.DataFrame({"dataset": list(self.chains), "digest": [c.digest for c in self.chains.values()]})
        same = ("dataset", "subject", "content")
        found = self.records(share).join(digests, on="dataset").sort("uri", "key")
        found = found.with_columns(first=pl.col("key").first().over(same), like=pl.col("uri").first().over(same))
        twin = pl.when(pl.col("first") == pl.col("key")).then(pl.lit("")).otherwise(pl.col("first"))
        return found.with_columns(twin=twin).drop("first")

    def todo(self, share: Slice | None = None) -> pl.DataFrame:
        """The rows of `wanted` that did not pass."""
        on = [*KEY, "digest", "twin"]
        left = self.wanted(share).join(self.passes.select(on), on=on, how="anti")
        return left.sort("dataset", "uri", "key")

    def copies(self, rows: pl.DataFrame) -> Iterator[dict[str, list[Row]]]:
        """What is to be booked of the records that go no further because their bytes are there twice."""
        return (self._copy(row) for row in rows.filter(pl.col("twin") != "").iter_rows(named=True))

    def packets(self, rows: pl.DataFrame, afresh: bool = False) -> Iterator[Packet]:
        """The other records as packets, in the state in which the last run left them, or `afresh` before any stage. No
        more than AT_ONCE are in memory."""
        for some in rows.filter(pl.col("twin") == "").iter_slices(AT_ONCE):
            packets = self._loaded(some)
            if not afresh:
                resume(self.part, packets)
            packets.reverse()
            while packets:
                yield packets.pop()

    def _loaded(self, rows: pl.DataFrame) -> list[Packet]:
        regions: dict[tuple[str, str], list[Region]] = {}
        for row in self.part.rows("regions", ["record", "made", "body"], made=rows["item"], record=rows["key"]):
            found = Region.model_validate_json(row["body"])
            regions.setdefault((row["record"], row["made"]), []).append(found)
        bodies = self.part.rows("records", ["body"], key=rows["key"], made=rows["item"])
        records = {(row["key"], row["made"]): Record.model_validate_json(row["body"]) for row in bodies}
        packets = []
        for key, item, dataset in rows.select(*KEY, "dataset").iter_rows():
            record, own = records[key, item], tuple(regions.get((key, item), ()))
            packets.append(Packet(record, own, self.chains[dataset].steps(record, own), item=item))
        for packet, content in zip(packets, rows["content"], strict=True):
            packet.content = content
        return packets

    def _copy(self, row: Row) -> dict[str, list[Row]]:
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
        for stage in EVERY:
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
