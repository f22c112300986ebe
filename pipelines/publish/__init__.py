"""Publish: checked candidates to shards, with the manifest, the data card, Croissant, licences and statistics.

    python -m pipelines.publish recipes/starter.yaml --raw data/raw --workspace build/starter

Which sample goes where is decided on key tables; each shard is then written from its parts by whoever is free.
"""

from collections import Counter
from collections.abc import Callable

from pipelines.context import Context
from pipelines.drawn import give_up
from pipelines.engines import tasks
from pipelines.publish import corpus
from pipelines.publish.addresses import refuse_guessable
from pipelines.publish.history import STAMP, History
from pipelines.publish.offers import Offers
from pipelines.publish.plan import NAME, NEXT, Plan, ShardTask, again, make_plan, publish_key
from pipelines.publish.shard import WrittenShard, write
from pipelines.publish.written import Written
from pipelines.report import StageCounts, Stopwatch
from pipelines.store import Store

Progress = Callable[[int, int, Counter[str]], None]  # shards done, shards in all, units since the last call
Task = tuple[ShardTask, str | None]  # and the folder that says where the groups of the last corpus lie
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
        counts = (store.files.read_json(STAMP) or {}).get("counts", [])
        return [StageCounts.model_validate(row) for row in counts]
    refuse_guessable(ctx, engine, workers)
    run = tasks(engine)(workers)
    plan = run.one(_plan, ctx, key)
    if not plan.shards:
        from pipelines.ledger import commonest  # which reads what this package wrote

        where = f"triptych ledger RECIPE --workspace {ctx.workspace} --reasons"
        raise ValueError(f"recipe {ctx.recipe.name}: no sample may be published: {commonest(ctx, key)}; all: {where}")
    written = Written()
    groups = corpus.groups(store.files)
    for one in run.many(_write, ctx, [(task, groups) for task in plan.shards]):
        written.take(one)
        progress(len(written.entries), len(plan.shards), Counter({f"{NAME} emitted": one.info.samples}))
    corpus.replace(store.files, ctx.recipe, plan, corpus.beside(ctx, store.files, plan, written))
    give_up(store.files, always=True)
    return [row.model_copy(update={"seconds": watch.seconds()}) for row in plan.counts]


def _plan(ctx: Context, key: str) -> Plan:
    """The plan that an interrupted run made under the same key, else a new one."""
    files = Store(ctx.workspace).files
    history = History(files, ctx.recipe)
    about = files.read_json(f"{NEXT}/plan.json")
    if about and (about.get("key"), about.get("base")) == (key, history.stamp.get("manifest")):
        return Plan.model_validate(about)
    files.delete_folder(NEXT)
    plan = again(ctx, history, key) or make_plan(ctx, history)
    files.write_json(f"{NEXT}/plan.json", plan.model_dump(mode="json"))
    return plan


def _write(ctx: Context, task: Task) -> WrittenShard:
    return write(ctx, *task)
