"""Packets between operators that need different resources: as Arrow, with the rows that let the next one take over."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipelines.context import Context
from pipelines.curate.again import again
from pipelines.curate.pending import Pending, Slice, passed
from pipelines.curate.work import Share, tally
from pipelines.packet import Packet
from pipelines.stages import STAGES, TABLES, Chain, advance
from pipelines.store import Row, Store
from pipelines.store.part import Journal
from pipelines.store.tables import JOURNAL, journal_batch, split_journal
from schemas import Record, Region


def load_packets(ctx: Context, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The packets of a share that have something left to do; what only has to be booked is booked here."""
    share = Share.model_validate(row)
    part = Store(ctx.workspace).part(share.part)
    pending = Pending(ctx, part)
    packets, copies = pending.todo(Slice(share.number, share.of))
    if share.again:
        packets += again(pending, Slice(share.number, share.of), share.again)
    journal = Journal(part, f"{share.number:04d}")
    for rows in copies:
        journal.add(rows)
    journal.flush()
    yield from (to_row(packet, share.part) for packet in packets)


def to_row(packet: Packet, part: int) -> dict[str, Any]:
    """A packet as a row of Arrow types: JSON of the record and its source regions, new and stored rows as Arrow IPC."""
    return {
        "part": part, "record": packet.record.to_row(), "sources": [region.to_row() for region in packet.sources],
        "item": packet.item, "content": packet.content, "attempt": packet.attempt, "done": sorted(packet.done),
        "rows": _ipc(packet.rows), "stored": _ipc(packet.stored),
    }  # fmt: skip


def from_row(ctx: Context, row: dict[str, Any]) -> Packet:
    """The packet again, in the state in which its done stages left it."""
    record = Record.model_validate_json(row["record"])
    sources = tuple(Region.model_validate_json(text) for text in row["sources"])
    steps = Chain.of(ctx, record.dataset).steps(record, sources)
    packet = Packet(record, sources, steps, frozenset(row["done"]), _rows(row["rows"]), item=row["item"],
                    content=row["content"], attempt=row["attempt"], stored=_rows(row["stored"]))  # fmt: skip
    for stage in STAGES:
        if stage.NAME in packet.done:
            made = packet.keys[stage.NAME]
            both = {t: [*packet.rows.get(t, ()), *packet.stored.get(t, ())] for t in (*TABLES, "ledger")}
            stage.restore(packet, {t: [r for r in both[t] if r["made"] == made] for t in TABLES})
            dead = {r["unit"] for r in both["ledger"] if r["made"] == made and r["fate"] != "emitted"}
            for state in packet.scenes:
                state.alive &= state.scene.key not in dead
    return packet


class Advance:
    """Takes packets through some stages. As a class, so that a stage that loads a model keeps it."""

    def __init__(self, ctx: Context, names: list[str]) -> None:
        self.ctx, self.names = ctx, names

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        packet = from_row(self.ctx, row)
        for stage in STAGES:
            if stage.NAME in self.names:
                advance(self.ctx, stage, packet)
        packet.done |= frozenset(self.names)
        return to_row(packet, row["part"])


def finish_packet(ctx: Context, reporter: Any, board: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The end of the chain: the packet's rows into the journal."""
    packet, part = from_row(ctx, row), Store(ctx.workspace).part(row["part"])
    packet.emit("passes", passed(packet, Chain.of(ctx, packet.record.dataset).digest))
    journal = Journal(part, packet.record.key)
    journal.add(packet.rows)
    journal.flush()
    report = reporter(board)
    report(tally(packet))
    report.flush()
    return {"part": row["part"], "counts": []}


def _ipc(rows: dict[str, list[Row]]) -> bytes:
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, JOURNAL) as writer:
        writer.write_batch(journal_batch(rows))
    return bytes(out.getvalue())


def _rows(data: bytes) -> dict[str, list[Row]]:
    batches = list(pa.ipc.open_stream(data))
    return {table: found.to_pylist() for table, found in split_journal(batches).items()}
