"""Publish: checked candidates to shards, with the manifest, the data card, Croissant, licences and statistics.

python -m pipelines.publish recipes/starter.yaml --raw data/raw --workspace build/starter
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipelines.booking import ledger_row
from pipelines.context import Context
from pipelines.curate import Progress, current
from pipelines.engines.shard_tasks import run
from pipelines.report import StageCounts, Stopwatch, count
from pipelines.stages import NAMES
from pipelines.store import Store
from schemas import Candidate, DatasetCard, Outcome, Record, Sample, content_key
from transforms.shards import datacard, plots, stats
from transforms.shards.croissant import croissant
from transforms.shards.energon import energon_files
from transforms.shards.licence import gate, licence_of, licences_md
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import Manifest, ShardEntry, manifest
from transforms.shards.plan import plan_shards
from transforms.shards.splits import SubjectSize, assign

NAME = "publish"
VERSION = "1"
PIXEL_BYTES = 0.6  # of a lossless PNG per raw byte, to size shards before anything is encoded
STAMP = "published.json"  # publish.json is the summary that build writes


def publish(
    ctx: Context, out: Path, engine: str = "ray", workers: int = 2, progress: Progress = lambda done, total: None
) -> list[StageCounts]:
    """Write the corpus into `out` (replaced as a whole when anything changed, left alone when nothing did).

    A source's own split stands. Raises ValueError when no sample may be published.
    """
    store, watch = Store(ctx.workspace), Stopwatch()
    found = list(candidates(ctx, store))
    terms = [ctx.card(source.dataset).to_json() for source in ctx.recipe.sources]  # new terms are a new corpus
    made = [(candidate.key, content_key(candidate.to_json())) for candidate in found]
    key = content_key(NAME, VERSION, ctx.recipe.to_json(), terms, made)
    kept, outcomes = _select(ctx, found, key)
    if not kept:
        raise ValueError(f"recipe {ctx.recipe.name}: no sample may be published; see: triptych plan")
    if not _is_current(store, key, out):
        store.append("ledger", [ledger_row(outcome, None) for outcome in outcomes])
        _write(ctx, out, _with_splits(ctx, store, kept), engine, workers, progress)
        store.write_json(STAMP, {"key": key, "manifest": _identity(out)})
    seconds = watch.seconds()
    read = Counter(candidate.dataset for candidate in found)
    return [count(store, NAME, dataset, [key], number, seconds) for dataset, number in sorted(read.items())]


def _identity(out: Path) -> str:
    """What identifies the published folder: the hash of its manifest, which holds those of all shards."""
    return content_key((out / MANIFEST).read_text(encoding="utf-8"))


def candidates(ctx: Context, store: Store) -> Iterator[Candidate]:
    """The candidates of the current records under the present recipe, by key."""
    for source in sorted(ctx.recipe.sources, key=lambda source: source.dataset):
        packets, _ = current(ctx, store, source.dataset)
        made = [packet.keys[NAMES[-1]] for packet in packets]
        for row in store.read("samples", ["body"], source.dataset, made=made):
            yield Candidate.model_validate_json(row["body"])


def _select(ctx: Context, candidates: Sequence[Candidate], key: str) -> tuple[list[Candidate], list[Outcome]]:
    """What may leave, and the fate of every candidate."""
    outcomes: list[Outcome] = []
    kept: list[Candidate] = []
    reasons = {source.dataset: gate(ctx.card(source.dataset).terms, ctx.recipe.use) for source in ctx.recipe.sources}
    best = _richest([candidate for candidate in candidates if not reasons[candidate.dataset]])
    for candidate in candidates:
        unit = {"stage": NAME, "dataset": candidate.dataset, "unit": candidate.key, "key": key}
        if reason := reasons[candidate.dataset]:
            outcomes.append(Outcome(fate="filtered", reason=reason, **unit))
        elif best[_pixels(candidate)] != candidate.key:
            reason = f"the same pixels as {best[_pixels(candidate)]}"
            outcomes.append(Outcome(fate="deduplicated", reason=reason, **unit))
        else:
            kept.append(candidate)
            outcomes.append(Outcome(fate="emitted", out=1, **unit))
    return kept, outcomes


def _richest(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Pixels -> the key of the candidate that keeps them: the one in which people drew most, then the first by key."""
    best: dict[str, tuple[int, str]] = {}
    for candidate in candidates:
        drawn = sum(region.made_by.kind == "human" for region in candidate.regions)
        rank = (-drawn, candidate.key)
        best[_pixels(candidate)] = min(rank, best.get(_pixels(candidate), rank))
    return {pixels: key for pixels, (_, key) in best.items()}


def _pixels(candidate: Candidate) -> str:
    return candidate.media[0].pixels_sha256 or content_key(candidate.document)


def _with_splits(ctx: Context, store: Store, candidates: Sequence[Candidate]) -> list[Sample]:
    own = _source_splits(store, candidates)
    counted = Counter((c.subject, c.modality.code, own[c.record] or "") for c in candidates)
    sizes = [
        SubjectSize(subject=subject, modality=modality, source_split=split or None, samples=n)
        for (subject, modality, split), n in sorted(counted.items())
    ]
    splits = assign(sizes, ctx.recipe.splits, ctx.recipe.seed)
    licences = {c.dataset: licence_of(ctx.card(c.dataset)) for c in candidates}
    return [
        Sample(
            **{name: getattr(c, name) for name in Candidate.model_fields},
            split=splits[c.subject], licence=licences[c.dataset],
        )
        for c in candidates
    ]  # fmt: skip


def _source_splits(store: Store, candidates: Sequence[Candidate]) -> dict[str, str | None]:
    """record -> the split that its source put it into."""
    wanted: dict[str, set[str]] = {}
    for candidate in candidates:
        wanted.setdefault(candidate.dataset, set()).add(candidate.record)
    return {
        row["key"]: Record.model_validate_json(row["body"]).split
        for dataset, keys in wanted.items()
        for row in store.read("records", ["body"], dataset, key=keys)
    }


def _is_current(store: Store, key: str, out: Path) -> bool:
    """Whether `out` holds what this publish would write: nothing is done twice."""
    stamp = store.read_json(STAMP)
    if not stamp or stamp["key"] != key or not (out / MANIFEST).exists() or _identity(out) != stamp["manifest"]:
        return False
    there = Manifest.model_validate_json((out / MANIFEST).read_text(encoding="utf-8"))
    return all((out / s.name).is_file() and (out / s.name).stat().st_size == s.bytes for s in there.shards)


def _write(ctx: Context, out: Path, samples: Sequence[Sample], engine: str, workers: int, progress: Progress) -> None:
    plans = plan_shards([(s.key, s.split, _size(s), s.record) for s in samples], ctx.recipe.shards)
    by_key = {sample.key: sample for sample in samples}
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    entries, counts = [], []
    for info, counted in run(ctx, part, plans, by_key, engine, workers):
        entries.append(ShardEntry(**info.model_dump(), split=_split_of(info.name)))
        counts.append(counted)
        progress(len(entries), len(plans))
    _beside(ctx, part, entries, stats.merge(counts))
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)


def _beside(ctx: Context, folder: Path, entries: Iterable[ShardEntry], counted: stats.Stats) -> None:
    """What stands beside the shards."""
    recipe = ctx.recipe
    made = manifest(recipe, entries, counted)
    cards: list[DatasetCard] = [ctx.card(name) for name in sorted(made.counts["dataset"])]
    (folder / MANIFEST).write_text(made.pretty(), encoding="utf-8")
    (folder / "README.md").write_text(datacard.datacard(made, counted, recipe, cards), encoding="utf-8")
    (folder / "croissant.json").write_text(croissant(made, recipe, cards), encoding="utf-8")
    (folder / "LICENSES.md").write_text(licences_md(recipe.title, cards), encoding="utf-8")
    (folder / "stats").mkdir()
    for name, data in {**stats.files(counted), **plots.draw(counted, recipe.title)}.items():
        (folder / "stats" / name).write_bytes(data)
    for name, data in energon_files(folder).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)


def _split_of(name: str) -> str:
    return name.rsplit("-", 1)[0]


def _size(sample: Sample) -> int:
    pixels = sum((m.width or 0) * (m.height or 0) * (m.channels or 1) for m in sample.media)
    return int(pixels * PIXEL_BYTES) + len(sample.to_json()) + len(sample.document or "")


if __name__ == "__main__":
    from pipelines.cli import main

    main("publish")
