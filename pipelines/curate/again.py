"""What was quarantined, to be tried once more: from the stage that set it aside, with what came before it."""

import polars as pl

from pipelines.curate.pending import KEY, Pending, Slice, restore
from pipelines.packet import Packet
from pipelines.stages import NAMES


def again(pending: Pending, share: Slice, stage: str) -> list[Packet]:
    """Packets of the records of which `stage`, or any stage for "all", quarantined something. Their rows count as a
    later attempt, and stand in place of the earlier ones."""
    part, on = pending.part, [*KEY, "digest", "twin"]
    wanted = pending.wanted(share).join(pending.passes.select(on), on=on, how="semi").filter(pl.col("twin") == "")
    packets = list(pending.packets(wanted.sort("dataset", "uri", "key"), afresh=True))
    keys = [step.key for packet in packets for step in packet.steps]
    booked = part.rows("ledger", ["made", "stage", "unit", "fate", "attempt"], made=keys)
    failed = {row["made"]: row["stage"] for row in booked if row["fate"] == "quarantined"}
    attempts = {row["made"]: row["attempt"] or 1 for row in booked}
    dead = {(row["made"], row["unit"]) for row in booked if row["fate"] != "emitted"}
    wanted_stages = (stage,) if stage != "all" else NAMES
    chosen = []
    for packet in packets:
        stages = [step.stage for step in packet.steps if failed.get(step.key) in wanted_stages]
        if stages:
            packet.done = frozenset(NAMES[: NAMES.index(stages[0])]) & packet.keys.keys()
            packet.attempt = 1 + max(attempts.get(step.key, 1) for step in packet.steps)
            chosen.append(packet)
    restore(part, [packet for packet in chosen if packet.done], dead)
    return chosen
