"""One shard. A group that an earlier corpus, or an interrupted run, holds already is copied as it lies; else the pixels
are as curate drew and encoded them, or rendered from their source again."""

import logging
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from pipelines import garbage
from pipelines.context import Context
from pipelines.drawn import give_up
from pipelines.ingest.snapshots import read_frame
from pipelines.publish.before import Before, members_in
from pipelines.publish.history import LIES, PIXELS_LIE, ROW
from pipelines.publish.plan import NEXT, ShardTask
from pipelines.publish.source import Source
from pipelines.publish.unfinished import Unfinished, drawing_of
from pipelines.store import Row, Store
from pipelines.store.files import Files
from schemas import Model, Sample
from transforms.shards import stats
from transforms.shards.energon import INDEX, energon_index
from transforms.shards.example import example
from transforms.shards.layers import ShardFiles, is_layered, tar_names
from transforms.shards.stats import Stats
from transforms.shards.tar import GroupSpan, ShardInfo

EXAMPLES = 8  # groups of a shard that are looked at for one that a data card can show
log = logging.getLogger(__name__)
TAKEN = {"key": pl.String, "identity": pl.String, **LIES}  # what is asked of a group that may be taken over


class WrittenShard(Model):
    """A finished shard: its file, in layers that of the words, and what is in it. `pixels`: in layers, the file of the
    pixels. `example`: a sample of it as the data card may show it."""

    info: ShardInfo
    pixels: ShardInfo | None = None
    split: str
    members: str
    stats: Stats
    example: str | None = None

    @property
    def tars(self) -> tuple[ShardInfo, ...]:
        return (self.info,) if self.pixels is None else (self.info, self.pixels)


def write(ctx: Context, task: ShardTask, groups: str | None) -> WrittenShard:
    """Write a shard, unless it is there. `groups`: the folder that says which groups of the last corpus lie where; None
    where that corpus is not to be had."""
    garbage.rarely()
    files = Store(ctx.workspace).files
    if files.exists(f"{NEXT}/groups/{task.name}.json"):
        return WrittenShard.model_validate(files.read_json(f"{NEXT}/groups/{task.name}.json"))
    if task.whole and groups and (found := taken_over(files, task, groups)) is not None:
        return found
    give_up(files)
    rows = read_frame(files, task.file).select(list(ROW))
    old = _before(files, [(name, f"{groups}/{name}.parquet") for name in task.near if groups], rows)
    if files.remote:
        with tempfile.TemporaryDirectory() as folder:
            written = _fill(ctx, task, rows, old, Path(folder))
            for tar in written.tars:
                files.upload(Path(folder) / tar.name, f"{NEXT}/shards/{tar.name}")
    else:
        written = _fill(ctx, task, rows, old, Path(files.path(f"{NEXT}/shards")))
    files.write_json(f"{NEXT}/groups/{task.name}.json", written.model_dump(mode="json"))
    return written


def taken_over(files: Files, task: ShardTask, groups: str) -> WrittenShard | None:
    """A shard of the corpus that stands as it lies: its files get a second name, none of its bytes are read. On an
    object store it stays where it is. None where it is not there, or not as long as it was."""
    (old,) = task.near
    about = files.read_json(f"{groups}/{old}.json")
    if about is None:
        return None
    found = WrittenShard.model_validate(about)
    for tar in found.tars:
        if files.size(f"shards/{tar.name}") != tar.bytes or not files.size(f"shards/{tar.name}{INDEX}"):
            return None
    names = tar_names(task.name, task.members, is_layered(found.info.name))
    for tar, name in zip(found.tars, names, strict=True):
        for ending in ("", INDEX) if not files.remote or tar.name != name else ():
            files.link(f"shards/{tar.name}{ending}", f"{NEXT}/shards/{name}{ending}")
    files.link(f"{groups}/{old}.parquet", f"{NEXT}/groups/{task.name}.parquet")
    named = [tar.model_copy(update={"name": name}) for tar, name in zip(found.tars, names, strict=True)]
    written = found.model_copy(update=dict(zip(("info", "pixels"), named, strict=False)))
    files.write_json(f"{NEXT}/groups/{task.name}.json", written.model_dump(mode="json"))
    return written


def _before(files: Files, near: Iterable[tuple[str, str]], rows: pl.DataFrame) -> Before:
    """What may be taken over of these samples. `near`: shards of the last corpus, and the files that index them."""
    found: dict[str, Row] = {}
    for shard, name in near:
        about = files.read_json(name.removesuffix(".parquet") + ".json")
        tars = [tar.name for tar in WrittenShard.model_validate(about).tars] if about else [shard]
        known = read_frame(files, name)
        known = known.with_columns(pl.lit(None, kind).alias(one) for one, kind in PIXELS_LIE.items()
                                   if one not in known.columns)  # fmt: skip
        known = known.select(list(TAKEN)).filter(pl.col("key").is_in(rows["key"]))
        found |= {row["key"]: {**row, "tars": tars} for row in known.iter_rows(named=True)}
    return Before(files, found)


def _fill(ctx: Context, task: ShardTask, rows: pl.DataFrame, old: Before, folder: Path) -> WrittenShard:
    names = tar_names(task.name, task.members, ctx.recipe.shards.layers)
    left = Unfinished([folder / name for name in names])
    source = Source(ctx, rows)
    source.load(old.others(rows))
    groups: list[tuple[str | int | None, ...]] = []
    shown: str | None = None
    with ShardFiles([folder / name for name in names]) as shard:
        for key, identity in rows.select("key", "identity").iter_rows():
            if (kept := old.group(key, identity, len(names)) or left.group(key)) is not None:
                data, drawing, said = kept
                spans = shard.copy(key, data)
                text = members_in(data[0])["json"] if _looked_at(shown, groups) else b""
            else:
                sample, members = source.pack(key, old)
                spans, drawing, said = shard.add(key, members), drawing_of(sample), stats.count([sample]).to_json()
                text = members["json"]
            if _looked_at(shown, groups):
                shown = example(Sample.model_validate_json(text))
            groups.append((*spans[0], drawing, said, *(spans[1] if spans[1:] else (None, None, None))))
    left.remove()
    lies = pl.DataFrame(groups, LIES, orient="row")
    _note(Store(ctx.workspace).files, task, rows.hstack(lies), names)
    total = stats.merge(Stats.model_validate_json(said) for said in lies["stats"])
    info, *pixels = shard.infos
    return WrittenShard(info=info, pixels=pixels[0] if pixels else None, split=task.split, members=task.members,
                        stats=total, example=shown)  # fmt: skip


def _note(files: Files, task: ShardTask, rows: pl.DataFrame, names: Sequence[str]) -> None:
    """Where the groups of a shard lie, for the next publish and for Energon."""
    files.write_table(f"{NEXT}/groups/{task.name}.parquet", rows.to_arrow())
    for name, (offset, size, *_) in zip(names, (GroupSpan._fields, PIXELS_LIE), strict=False):
        places = [*rows[offset], int(rows[offset][-1] + rows[size][-1])]
        files.write(f"{NEXT}/shards/{name}{INDEX}", energon_index(places))


def _looked_at(shown: str | None, groups: Sequence[object]) -> bool:
    """Whether the next group may be the example: of a shard of which none is short enough, not all are read."""
    return shown is None and len(groups) < EXAMPLES
