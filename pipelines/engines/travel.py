"""Packets between operators that need different resources: as Arrow, with the rows that let the next one take over."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from pipelines.context import Context
from pipelines.curate.pending import Pending, passed
from pipelines.curate.work import Failures, Share, put_off, tally, waiting
from pipelines.engines.pixels import unpacked
from pipelines.packet import Packet
from pipelines.stages import EVERY, TABLES, Chain, advance_all, language
from pipelines.store import Row, Store
from pipelines.store.part import Journal
from pipelines.store.tables import JOURNAL, journal_batch, split_journal
from schemas import Record, Region

PACKED = pa.schema([
    ("part", pa.int64()), ("share", pa.int64()), ("record", pa.string()), ("sources", pa.list_(pa.string())),
    ("item", pa.string()), ("content", pa.string()), ("attempt", pa.int64()), ("done", pa.list_(pa.string())),
    ("off", pa.bool_()), ("alive", pa.list_(pa.string())), ("rows", pa.binary()), ("stored", pa.binary()),
])  # fmt: skip
"""A packed packet: a block of packets that have come to nothing yet would have lists of no type."""


class Carrier:
    """Packets to and from rows of Arrow. Each process finds out once what a data set's stages are."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._chains: dict[str, Chain] = {}

    def chain(self, dataset: str) -> Chain:
        if dataset not in self._chains:
            self._chains[dataset] = Chain.of(self.ctx, dataset)
        return self._chains[dataset]

    def packed(self, packet: Packet, share: Share, off: bool = False) -> dict[str, Any]:
        """A packet as a row: JSON of the record and its source regions, new and stored rows as Arrow IPC. `off`: its
        source was stopped before it."""
        return {
            "part": share.part, "share": share.number, "record": packet.record.to_row(),
            "sources": [region.to_row() for region in packet.sources], "item": packet.item, "content": packet.content,
            "attempt": packet.attempt, "done": sorted(packet.done), "off": off,
            "alive": [state.scene.key for state in packet.scenes if state.alive],
            "rows": _ipc(packet.rows), "stored": _ipc(packet.stored),
        }  # fmt: skip

    def unpacked(self, row: dict[str, Any]) -> Packet:
        """The packet again, in the state in which its done stages left it."""
        record = Record.model_validate_json(row["record"])
        sources = tuple(Region.model_validate_json(text) for text in row["sources"])
        steps = self.chain(record.dataset).steps(record, sources)
        packet = Packet(record, sources, steps, frozenset(row["done"]), _rows(row["rows"]), item=row["item"],
                        content=row["content"], attempt=row["attempt"], stored=_rows(row["stored"]))  # fmt: skip
        for stage in EVERY:
            if stage.NAME in packet.done:
                made = packet.keys[stage.NAME]
                both = {table: (*packet.rows.get(table, ()), *packet.stored.get(table, ())) for table in TABLES}
                stage.restore(packet, {t: [row for row in both[t] if row["made"] == made] for t in TABLES})
        alive = set(row["alive"])
        for state in packet.scenes:
            state.alive = state.scene.key in alive
        return packet


class Load(Carrier):
    """The packets of a share that have something left to do; what only has to be booked is booked here. Ray may ask
    again when a node is lost, so the answer depends on the part's tables alone, which do not change meanwhile."""

    def __call__(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        share = Share.model_validate(row)
        part = Store(self.ctx.workspace).part(share.part)
        packets, copies = waiting(Pending(self.ctx, part), share)
        journal = Journal(part, share.writer)
        for rows in copies:
            journal.add(rows)
        journal.flush()
        yield from (self.packed(packet, share) for packet in packets)


class Advance(Carrier):
    """Takes packets through some stages. As a class, so that a stage that loads a model keeps it."""

    def __init__(self, ctx: Context, names: Sequence[str]) -> None:
        super().__init__(ctx)
        self.stages = [stage for stage in EVERY if stage.NAME in names]
        self._logs: dict[tuple[int, int], Any] = {}
        self.watch = Failures(self.stages[-1].NAME)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """One packet."""
        return self._advanced([row])[0]

    def _advanced(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        shares = [Share(part=row["part"], number=row["share"]) for row in rows]
        packets = [self.unpacked(row) for row in rows]
        off = [row["off"] or self.watch.stopped(packet.record.dataset)
               for row, packet in zip(rows, packets, strict=True)]  # fmt: skip
        by_share: dict[tuple[int, int], list[Packet]] = {}
        for packet, share, stopped in zip(packets, shares, off, strict=True):
            if not stopped:
                by_share.setdefault((share.part, share.number), []).append(packet)
        for at, own in by_share.items():
            advance_all(self.ctx, self.stages, own, self._log(at))
        for packet, stopped in zip(packets, off, strict=True):
            if not stopped:
                self.watch.see(packet)
            packet.done |= frozenset(stage.NAME for stage in self.stages)
        return [self.packed(*one) for one in zip(packets, shares, off, strict=True)]

    def _log(self, at: tuple[int, int]) -> Any:
        """Of the calls of a share, where one of the stages makes any."""
        if language not in self.stages:
            return None
        if at not in self._logs:
            share = Share(part=at[0], number=at[1])
            self._logs[at] = language.calls(self.ctx, Store(self.ctx.workspace).part(share.part), share.writer)
        return self._logs[at]


class Together(Advance):
    """The same for a block of packets: for stages that load a model, and may do something for many at once. Pixels that
    come with them are not decoded again."""

    def __call__(self, block: pa.Table) -> pa.Table:
        if "pixels" in block.column_names:
            for text, tensor, about in zip(
                *(block.column(name) for name in ("record", "pixels", "about")), strict=True
            ):
                if tensor.is_valid:
                    record = Record.model_validate_json(text.as_py())
                    self.ctx.hand(record, unpacked(tensor.as_buffer(), about.as_py()))
            block = block.drop_columns(["pixels", "about"])
        return pa.Table.from_pylist(self._advanced(block.to_pylist()), PACKED)


class Finish(Carrier):
    """The end of the chain: the rows of packets into the journal."""

    def __init__(self, ctx: Context, reporter: Any, board: Any) -> None:
        super().__init__(ctx)
        self.reporter, self.board = reporter, board

    def __call__(self, block: pa.Table) -> pa.Table:
        report, journals = self.reporter(self.board), dict[tuple[int, int], Journal]()
        for row in block.to_pylist():
            packet, share = self.unpacked(row), Share(part=row["part"], number=row["share"])
            if row["off"]:
                packet.rows = {}
                put_off(packet)
            else:
                packet.emit("passes", passed(packet, self.chain(packet.record.dataset).digest))
            at = share.part, share.number
            if at not in journals:
                journals[at] = Journal(Store(self.ctx.workspace).part(share.part), share.writer)
            journals[at].add(packet.rows)
            report(tally(packet))
        for journal in journals.values():
            journal.flush()
        report.flush()
        return pa.table({"packets": [block.num_rows]})


def _ipc(rows: dict[str, list[Row]]) -> bytes:
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, JOURNAL) as writer:
        writer.write_batch(journal_batch(rows))
    return bytes(out.getvalue())


def _rows(data: bytes) -> dict[str, list[Row]]:
    batches = list(pa.ipc.open_stream(data))
    return {table: found.to_pylist() for table, found in split_journal(batches).items()}
