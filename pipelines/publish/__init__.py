"""Publish: checked candidates to shards, with the manifest, the data card, Croissant, licences and statistics.

    python -m pipelines.publish recipes/starter.yaml --raw data/raw --workspace build/starter

Which sample goes where is decided on key tables; each shard is then written from its parts by whoever is free.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipelines.context import Context
from pipelines.drawn import give_up
from pipelines.engines import tasks
from pipelines.publish import corpus
from pipelines.publish.offers import Offers
from pipelines.publish.plan import NAME, NEXT, Plan, ShardTask, make_plan, publish_key
from pipelines.publish.shard import WrittenShard, write
from pipelines.report import StageCounts, Stopwatch
from pipelines.store import Store
from pipelines.store.files import Files

Progress = Callable[[int, int, Counter[str]], None]  # shards done, shards in all, units since the last call
Task = tuple[ShardTask, list[str]]
__all__ = ["NAME", "publish"]


def publish(
    ctx: Context, engine: str = "ray", workers: int = 2, progress: Progress = lambda done, total, units: None
) -> list[StageCounts]:
    """Write the corpus into the workspace's `shards` (replaced in one step when anything changed, left alone when
    nothing did).

    A source's own split stands. Raises ValueError when no sample may be published.
    """
    store, watch = Store(ctx.workspace), Stopwatch()
    corpus.finish_replacing(store.files)
    key = publish_key(ctx, Offers(ctx, store))
    if corpus.stands(store.files, key):
        give_up(store.files, always=True)
        counts = (store.files.read_json(corpus.STAMP) or {}).get("counts", [])
        return [StageCounts.model_validate(row) for row in counts]
    run = tasks(engine)(workers)
    plan = run.one(_plan, ctx, key)
    if not plan.shards:
        raise ValueError(f"recipe {ctx.recipe.name}: no sample may be published; see: triptych plan")
    written = []
    for one in run.many(_write, ctx, list(_tasks(store.files, plan))):
        written.append(one)
        progress(len(written), len(plan.shards), Counter({f"{NAME} emitted": one.info.samples}))
    written.sort(key=lambda one: one.info.name)
    corpus.replace(store.files, plan, corpus.beside(ctx, store.files, plan, written), written)
    give_up(store.files, always=True)
    return [row.model_copy(update={"seconds": watch.seconds()}) for row in plan.counts]


def _plan(ctx: Context, key: str) -> Plan:
    """The plan that an interrupted run made under the same key, else a new one."""
    offers = Offers(ctx, Store(ctx.workspace))
    files = offers.store.files
    about = files.read_json(f"{NEXT}/plan.json")
    if about and about.get("key") == key:
        return Plan.model_validate(about)
    files.delete_folder(NEXT)
    plan = make_plan(ctx, offers)
    files.write_json(f"{NEXT}/plan.json", plan.model_dump(mode="json"))
    return plan


def _tasks(files: Files, plan: Plan) -> Iterator[Task]:
    """Each shard with the files that say which groups of the last corpus may be its own: those of the same parts."""
    stamp: dict[str, Any] = files.read_json(corpus.STAMP) or {}
    whole = corpus.identity(files) == stamp.get("manifest")
    spans: Sequence[Any] = stamp.get("spans", []) if whole else []
    for task in plan.shards:
        near = [f"{stamp['groups']}/{name}.parquet" for name, first, last in spans
                if first <= task.last and last >= task.first]  # fmt: skip
        yield task, near


def _write(ctx: Context, task: Task) -> WrittenShard:
    return write(ctx, *task)
