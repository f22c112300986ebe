"""The work on a slice of a part: each record through the stages, its rows into the journal."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from pipelines import garbage
from pipelines.booking import ledger_row, quarantine_row
from pipelines.context import Context
from pipelines.curate.again import again
from pipelines.curate.pending import FIRST, NOT_TRIED, Pending, Slice, passed
from pipelines.drawn import Keeper
from pipelines.faults import MAX_FAILURES
from pipelines.packet import Packet
from pipelines.stages import NAMES, advance_all, at_once, language, stages_of
from pipelines.store import Row, Store
from pipelines.store.part import Journal
from schemas import Model, Outcome, Quarantined, content_key
from transforms.shards.licence import outlet

Tick = Callable[[Counter[str]], None]  # what happened since the last tick: "records", "scenes", "quarantined", ...


class Share(Model):
    """A slice of a part, as it travels to a worker. `again`: the stage whose quarantined units are tried once more, or
    "all"."""

    part: int
    number: int = 0
    of: int = 1
    again: str | None = None

    @property
    def writer(self) -> str:
        """What the names of its journals begin with."""
        return f"{self.number:04d}-"


def run_share(ctx: Context, share: Share, tick: Tick) -> int:
    """Bring the records of a slice as far as they go; how many there were to do."""
    garbage.rarely()
    part = Store(ctx.workspace).part(share.part)
    part.absorb("" if share.of == 1 else share.writer)  # what who was killed here left; others write there as well
    pending = Pending(ctx, part)
    packets, copies = waiting(pending, share)
    journal, done = Journal(part, share.writer), 0
    for rows in copies:
        journal.add(rows)
    watch, leaving, stages = Failures(), whole(ctx), stages_of(ctx.recipe)
    log = language.calls(ctx, part, share.writer) if language in stages else None
    with Keeper(part.files, part.name, share.writer) as keeper:
        while some := list(islice(packets, at_once(stages, ctx))):
            off = [watch.stopped(packet.record.dataset) for packet in some]
            going = [packet for packet, stopped in zip(some, off, strict=True) if not stopped]
            for packet in going:
                packet.drawn = [] if keeper.keeps and packet.record.dataset in leaving else None
            advance_all(ctx, stages, going, log)
            for packet, stopped in zip(some, off, strict=True):
                if stopped:
                    put_off(packet)
                else:
                    packet.emit("passes", passed(packet, pending.chains[packet.record.dataset].digest))
                watch.see(packet)
                journal.add(packet.rows)
                keeper.keep(packet.drawn or ())
                tick(tally(packet))
                done += 1
    journal.flush()
    return done


def whole(ctx: Context) -> frozenset[str]:
    """The data sets whose samples may leave with their pixels."""
    names = [source.dataset for source in ctx.recipe.sources]
    return frozenset(name for name in names if outlet(ctx.card(name).terms, ctx.recipe.use).leaves == "all")


def waiting(pending: Pending, share: Share) -> tuple[Iterator[Packet], Iterator[dict[str, list[Row]]]]:
    """The packets of a share that have something left to do, and what is only to be booked."""
    piece = Slice(share.number, share.of)
    left = pending.todo(piece)
    once_more = again(pending, piece, share.again) if share.again else []
    return chain(pending.packets(left), once_more), pending.copies(left)


class Failures:
    """Counts each source's failures in a row: a hundred stop that source, and the others go on. A record failed that
    did not come through the stage `last`, and of which something was quarantined."""

    def __init__(self, last: str = NAMES[-1]) -> None:
        self._last = last
        self._row: Counter[str] = Counter()

    def see(self, packet: Packet) -> None:
        fates = {(row["stage"], row["fate"]) for row in packet.rows.get("ledger", ())}
        if (self._last, "emitted") in fates:
            self._row[packet.record.dataset] = 0
        elif any(fate == "quarantined" for _, fate in fates):
            self._row[packet.record.dataset] += 1

    def stopped(self, dataset: str) -> bool:
        return self._row[dataset] >= MAX_FAILURES


def put_off(packet: Packet) -> None:
    """Book a record as not tried, under a key of its own, so that the next run tries it."""
    reason = f"not tried: {MAX_FAILURES} records in a row before it failed"
    outcome = Outcome(
        stage=FIRST, dataset=packet.record.dataset, unit=packet.record.key,
        key=content_key(NOT_TRIED, packet.keys[FIRST]), fate="quarantined", reason=reason,
    )  # fmt: skip
    packet.emit("ledger", ledger_row(outcome, packet.record.key, packet.attempt))
    row = Quarantined(
        key=content_key("quarantine", outcome.key), dataset=outcome.dataset, stage=FIRST, unit=outcome.unit,
        uri=packet.record.sources[0].uri, reason=reason, payload={"record": packet.record.key},
    )  # fmt: skip
    packet.emit("quarantine", quarantine_row(row, outcome.key, packet.attempt))
    packet.emit("passes", passed(packet, NOT_TRIED))


def tally(packet: Packet) -> Counter[str]:
    """What one packet adds to the progress: records, and units by stage and fate."""
    rows: Sequence[Row] = packet.rows.get("ledger", ())
    return Counter({"records": 1}) + Counter(f"{row['stage']} {row['fate']}" for row in rows)
