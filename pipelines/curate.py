"""Curate: records to checked candidate samples.

python -m pipelines.curate recipes/starter.yaml --raw data/raw --workspace build/starter --engine ray
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pipelines.booking import ledger_row
from pipelines.context import Context
from pipelines.engines import inline
from pipelines.packet import Packet
from pipelines.report import StageCounts, Stopwatch, count
from pipelines.stages import NAMES, STAGES, chain
from pipelines.store import Row, Store
from schemas import Outcome, Record, Region, content_key

FIRST = NAMES[0]
TABLES = ("regions", "scenes", "facts", "texts", "dialogues")
Progress = Callable[[int, int], None]


def curate(
    ctx: Context, engine: str = "ray", workers: int = 2, progress: Progress = lambda done, total: None
) -> list[StageCounts]:
    """Bring every current record as far as it goes, doing only what is not in the store.

    Raises ValueError when nothing was ingested, ImbalanceError when counts do not add up.
    """
    store, watch = Store(ctx.workspace), Stopwatch()
    todo: list[Packet] = []
    every: dict[str, list[Packet]] = {}
    twice: dict[str, int] = {}
    for source in ctx.recipe.sources:
        packets, duplicates = current(ctx, store, source.dataset)
        every[source.dataset], twice[source.dataset] = packets, len(duplicates)
        store.append("ledger", duplicates)
        todo += _pending(store, source.dataset, packets)
    run = inline.run if engine == "inline" else _ray_run
    for done, _ in enumerate(run(ctx, todo, workers), start=1):
        progress(done, len(todo))
    seconds = watch.seconds()
    return [
        counts
        for dataset, packets in every.items()
        for counts in _counts(store, dataset, packets, twice[dataset], seconds)
    ]


def current(ctx: Context, store: Store, dataset: str) -> tuple[list[Packet], list[Row]]:
    """A packet for each record that the last ingest found, and ledger rows for those whose bytes are there twice."""
    items = store.pointed(f"ingest/{dataset}")
    if items is None:
        raise ValueError(f"{ctx.workspace}: {dataset} was never ingested here; run: triptych ingest first")
    sources: dict[str, list[Region]] = {}
    for row in store.read("regions", ["record", "body"], dataset, made=items):
        sources.setdefault(row["record"], []).append(Region.model_validate_json(row["body"]))
    first: dict[str, Record] = {}
    packets, duplicates = [], []
    rows = store.read("records", ["uri", "body"], dataset, made=items)
    for row in sorted(rows, key=lambda row: (row["uri"], row["key"])):
        record = Record.model_validate_json(row["body"])
        regions = tuple(sources.get(record.key, ()))
        steps = chain(ctx, record, regions)
        same = _content(record, regions)
        if same in first:
            reason = f"the same bytes as {first[same].sources[0].uri}"
            outcome = Outcome(stage=FIRST, dataset=dataset, unit=record.key, key=steps[0].key, fate="deduplicated",
                              reason=reason)  # fmt: skip
            duplicates.append(ledger_row(outcome, record.key))
        else:
            first[same] = record
            packets.append(Packet(record, regions, steps))
    return packets, duplicates


def _content(record: Record, regions: Sequence[Region]) -> str:
    """What makes a record the same as another: its bytes and what the source says of them, under whatever subject."""
    drawn = sorted([r.concept.label, r.source_label, r.shape.kind] for r in regions)
    stated = [presence.model_dump(mode="json") for presence in record.presence]
    return content_key([source.sha256 for source in record.sources], stated, drawn)


def _pending(store: Store, dataset: str, packets: Sequence[Packet]) -> list[Packet]:
    """The packets with something left to do, put into the state in which the last run left them."""
    keys = [step.key for packet in packets for step in packet.steps]
    booked = store.read("ledger", ["stage", "unit", "fate"], dataset, made=keys)
    passed = {(row["made"], row["stage"]) for row in booked}
    dead = {(row["made"], row["unit"]) for row in booked if row["fate"] != "emitted"}
    todo, partial = [], []
    for packet in packets:
        if (packet.keys[FIRST], packet.record.key) in dead:
            continue
        done = [step.stage for step in packet.steps if (step.key, step.stage) in passed]
        if len(done) == len(STAGES) or (done and _all_dead(packet, done, booked)):
            continue
        packet.done = frozenset(done)
        todo.append(packet)
        if done:
            partial.append(packet)
    _restore(store, dataset, partial, dead)
    return todo


def _all_dead(packet: Packet, done: Sequence[str], booked: Sequence[Row]) -> bool:
    """Whether the last stage that a packet passed let none of its scenes through."""
    last = packet.keys[done[-1]]
    return not any(row["fate"] == "emitted" for row in booked if row["made"] == last)


def _restore(store: Store, dataset: str, packets: Sequence[Packet], dead: set[tuple[str, str]]) -> None:
    if not packets:
        return
    made = [packet.keys[stage] for packet in packets for stage in packet.done]
    rows: dict[str, dict[str, list[Row]]] = {}
    for table in TABLES:
        for row in store.read(table, None, dataset, made=made):
            rows.setdefault(row["made"], {}).setdefault(table, []).append(row)
    for packet in packets:
        for stage in STAGES:
            if stage.NAME in packet.done:
                own: Mapping[str, Sequence[Row]] = rows.get(packet.keys[stage.NAME], {})
                stage.restore(packet, {table: own.get(table, []) for table in TABLES})
                for state in packet.scenes:
                    state.alive &= (packet.keys[stage.NAME], state.scene.key) not in dead


def _counts(store: Store, dataset: str, packets: Sequence[Packet], twice: int, seconds: float) -> Iterator[StageCounts]:
    read = len(packets) + twice
    for stage in NAMES:
        keys: Iterable[str] = {packet.keys[stage] for packet in packets}
        if stage == FIRST:
            yield (counts := _first(store, dataset, packets, twice, seconds))
        else:
            yield (counts := count(store, stage, dataset, keys, read, seconds))
        read = counts.out


def _first(store: Store, dataset: str, packets: Sequence[Packet], twice: int, seconds: float) -> StageCounts:
    """The first stage also books the records that were not handed on because their bytes are there twice."""
    counts = count(store, FIRST, dataset, {packet.keys[FIRST] for packet in packets}, len(packets), seconds)
    return counts.model_copy(update={"read": len(packets) + twice, "deduplicated": twice})


def _ray_run(ctx: Context, packets: Sequence[Packet], workers: int) -> Iterator[str]:
    if not packets:
        return
    from pipelines.engines import ray_data  # Ray takes seconds to import and is not needed inline

    yield from ray_data.run(ctx, packets, workers)


if __name__ == "__main__":
    from pipelines.cli import main

    main("curate")
