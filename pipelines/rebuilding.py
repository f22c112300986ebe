"""Filling the pixels in again where a corpus left without them: each from your own copy of its source, and compared
with the sums that the shards carry."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import catalog
from pipelines.complaints import heard
from pipelines.context import decoded, opened
from pipelines.publish.corpus import described
from pipelines.stages.wholes import pictures
from pipelines.store.whole import taken, whole
from schemas import Recipe, Sample
from transforms.media.render import render
from transforms.regions.whole import CLIP, VOLUME
from transforms.shards import stats
from transforms.shards.beside import summed
from transforms.shards.builder import IMAGE, SIGNAL, Members
from transforms.shards.croissant import NAME as CROISSANT
from transforms.shards.encode import npy, png
from transforms.shards.energon import INDEX, energon_files, index_of
from transforms.shards.layers import ShardFiles, is_layered, shard_of, tar_names
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import Manifest, ShardEntry, counted, held, load, sample_of
from transforms.shards.nifti import ENDING, encode, narrow
from transforms.shards.withheld import whole as made_whole


def rebuild(folder: Path, raw: Path, out: Path) -> Manifest:
    """Writes the corpus of `folder` with all its pixels into `out`, made of the data sets under `raw`: a corpus for
    yourself, whatever the old one was for. Shards keep their names.

    Raises ValueError where `out` holds something already, or where a source gives other pixels than were published,
    and FileNotFoundError for a data set that is not there; nothing is left of `out` then.
    """
    made = load(folder)
    if why := taken(out):
        raise ValueError(why)
    with whole(out) as draft:
        return _filled(folder, raw, made, draft)


def _filled(folder: Path, raw: Path, made: Manifest, out: Path) -> Manifest:
    entries: list[ShardEntry] = []
    parts: list[stats.Stats] = []
    people: set[tuple[str, str, str]] = set()
    for entry in made.shards:
        groups = _made(folder, entry, raw)
        key, sample, members = first = next(groups)
        own = ",".join(sorted(members))
        tars = [out / name for name in tar_names(shard_of(entry.name), own, is_layered(entry.name))]
        with ShardFiles(tars) as files:
            for key, sample, members in chain([first], groups):
                files.add(key, members)
                parts.append(stats.count([sample]))
                people.add((sample.dataset, sample.split, sample.subject))
        for tar in tars:
            tar.with_name(f"{tar.name}{INDEX}").write_bytes(index_of(tar))
        entries.append(ShardEntry.of(files.infos, entry.split, own))
    decoded.clear()
    total = stats.merge(parts)
    total = total.model_copy(update={"tables": {**total.tables, "subjects": stats.table_of(people)}})
    return _written(folder, out, made, entries, total)


def _made(folder: Path, entry: ShardEntry, raw: Path) -> Iterator[tuple[str, Sample, Members]]:
    """Each group of a shard, whole."""
    for key, members in held(folder, entry):
        sample = sample_of(folder, entry, key, members)
        missing = drawn(sample, raw / sample.dataset) if sample.rebuild is not None else {}
        yield key, *made_whole(sample, members, missing)


def drawn(sample: Sample, root: Path) -> Members:
    """The members that a sample left without, made of its source. Raises DecodeError, and what the source raises."""
    assert sample.rebuild is not None
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: not there; run: triptych get {root.name} --raw {root.parent}")
    record, first = sample.rebuild.record, sample.media[0]
    chosen = sample.rebuild.window or record.window
    key = (root, record.key, record.decoder, chosen, record.window, first.blanked)
    with heard(root, record.sources[0].uri):
        pixels, window, _ = decoded.get(key, lambda: opened(root, record, chosen, first.blanked))
    frame = sample.view.frame
    if frame == VOLUME:
        assert first.geometry is not None
        scanner = record.decoder.startswith("dicom")
        return {ENDING: encode(narrow(pixels.array), first.geometry, first.window, scanner=scanner)}
    if frame == CLIP:
        images = [media for media in sample.media if media.kind == "image"]
        shown = [media.geometry.slice_index for media in images if media.geometry is not None]
        views = pictures(record, pixels, [n for n in shown if n is not None], window)
        return {media.name: png(view.image) for media, view in zip(images, views, strict=True)}
    picture = {IMAGE: png(render(record, pixels, frame, window).image)}
    return picture | ({SIGNAL: npy(pixels.array)} if record.kind == "signal" else {})  # type: ignore[arg-type]


def _written(
    folder: Path,
    out: Path,
    made: Manifest,
    entries: list[ShardEntry],
    total: stats.Stats,
) -> Manifest:
    """What stands beside the shards, of the corpus as it is now."""
    total = total.model_copy(update={"subjects": made.subjects})
    use = made.use.model_copy(update={"redistribute": False})
    update = {
        **counted(total),
        "shards": tuple(entries),
        "bytes": sum(tar.bytes for one in entries for tar in one.tars),
        "use": use,
        "recipe": made.recipe and made.recipe | {"use": use.model_dump()},
    }
    done = made.model_copy(update=update)
    summary = json.loads((folder / CROISSANT).read_bytes())["description"]
    same = {"name": made.name, "version": made.version, "title": made.title}
    about = Recipe.model_validate({**same, "summary": summary, "seed": 0, "sources": (), "tasks": ()})
    cards = [catalog.card(name) for name in sorted(done.counts["dataset"])]
    files = described(done, total, about, cards, {}, None) | energon_files(done)
    done = summed(done, files)
    for name, data in {**files, MANIFEST: done.pretty().encode()}.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return done
