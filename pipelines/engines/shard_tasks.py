"""Writing shards: one task a shard. A sample's pixels are rendered from its source again and encoded here, once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.context import Context
from pipelines.stages.regions import NAME as REGIONS
from pipelines.store import Store
from schemas import Record, Region, RleShape, Sample, rle
from transforms.media.render import render
from transforms.shards import stats
from transforms.shards.builder import Members, pack
from transforms.shards.encode import Mask, pixels_sha256
from transforms.shards.plan import ShardPlan
from transforms.shards.tar import ShardInfo, write_shard

Written = tuple[ShardInfo, stats.Stats]


def run(
    ctx: Context, folder: Path, plans: Sequence[ShardPlan], samples: Mapping[str, Sample], engine: str, workers: int
) -> Iterator[Written]:
    """Write every planned shard into `folder`, in any order; what is written does not depend on the engine."""
    jobs = [(plan, tuple(samples[key].to_json() for key in plan.keys)) for plan in plans]
    if engine == "inline":
        for job in jobs:
            yield write(ctx, folder, *job)
        return
    import ray  # takes seconds to import and is not needed inline

    from pipelines.engines.ray_data import connect

    connect(workers)
    task = ray.remote(write)
    waiting = [task.remote(ctx, folder, *job) for job in jobs]
    while waiting:
        ready, waiting = ray.wait(waiting)
        yield from ray.get(ready)


def write(ctx: Context, folder: Path, plan: ShardPlan, texts: Sequence[str]) -> Written:
    """One shard."""
    samples = [Sample.model_validate_json(text) for text in texts]
    records, masks = _rows(ctx, samples)
    packed: list[Sample] = []

    def groups() -> Iterable[tuple[str, Members]]:
        for sample in samples:
            done, members = _pack(ctx, sample, records[sample.record], masks)
            packed.append(done)
            yield sample.key, members

    info = write_shard(folder / plan.name, groups())
    return info, stats.count(packed)


def _rows(ctx: Context, samples: Sequence[Sample]) -> tuple[dict[str, Record], dict[tuple[str, str], RleShape]]:
    """The records of some samples, and the masks in their views: (region key, frame) -> runs."""
    store = Store(ctx.workspace)
    records: dict[str, Record] = {}
    masks: dict[tuple[str, str], RleShape] = {}
    for dataset in sorted({sample.dataset for sample in samples}):
        own = [sample for sample in samples if sample.dataset == dataset]
        wanted = {sample.record for sample in own}
        made = {step.key for sample in own for step in sample.provenance.steps if step.stage == REGIONS}
        for row in store.read("records", ["body"], dataset, key=wanted):
            records[row["key"]] = Record.model_validate_json(row["body"])
        frames = {sample.view.frame for sample in own}
        for row in store.read("regions", ["frame", "body"], dataset, made=made, frame=frames):
            region = Region.model_validate_json(row["body"])
            if isinstance(region.shape, RleShape) and region.parent:
                masks[region.parent, region.frame] = region.shape
    return records, masks


def _pack(
    ctx: Context, sample: Sample, record: Record, shapes: Mapping[tuple[str, str], RleShape]
) -> tuple[Sample, Members]:
    masks: dict[str, Mask] = {
        region.id: rle.decode(shapes[region.region or "", sample.view.frame])
        for region in sample.regions
        if region.mask
    }
    if record.kind == "document":
        return pack(sample, None, masks)
    pixels, window = ctx.pixels(record, sample.media[0].blanked)
    picture = render(record, pixels, sample.view.frame, window)
    if pixels_sha256(picture.image) != sample.media[0].pixels_sha256:
        uri = record.sources[0].uri
        raise RuntimeError(f"{uri}: its pixels changed since {sample.key} was curated; run: triptych ingest and curate")
    return pack(sample, picture.image, masks, pixels.array if record.kind == "signal" else None)  # type: ignore[arg-type]
