"""The end of the curate chain: a packet's rows into the store."""

from pipelines.packet import Packet
from pipelines.store import Store


def write(store: Store, packet: Packet) -> None:
    """Commit a packet's rows. The ledger comes last: a stage that is in it has all its rows in the other tables."""
    for table in sorted(packet.rows, key=lambda name: (name == "ledger", name)):
        store.append(table, packet.rows[table])
