"""Published shards against what they say of themselves: nothing of the run that made them is asked, only the folder."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from schemas import LabelSpace, Model, Sample
from schemas.recipe import Use
from transforms.media.burned_in import Unavailable
from transforms.shards import signature
from transforms.shards.audit import audit
from transforms.shards.beside import index_problem, listing_problems, stats_problems
from transforms.shards.energon import INDEX
from transforms.shards.left_over import left_in_fields, left_in_headers, left_in_pixels
from transforms.shards.manifest import NAME, Manifest, ShardEntry, counted, load
from transforms.shards.privacy import left_in_addresses, left_in_texts
from transforms.shards.stats import Stats, count, merge, table_of
from transforms.shards.tar import ShardError, ShardInfo, sha256_file
from transforms.shards.whole import shown_sha256

MOST = 1000  # problems kept in full; all are counted
PICTURES = 50  # samples of a shard whose pictures are looked at for writing


class Problem(Model):
    """One thing that is wrong: where, which check found it, and what it found."""

    shard: str
    key: str | None
    check: str
    message: str


class VerifyReport(Model):
    """`looked`: check -> how many things it looked at. `failed`: check -> how many problems it found. `problems`: the
    first of them, at most 1000. `manifest_sha256`: what names the whole corpus, to compare with what its publisher says
    elsewhere. `signature`: "valid" of the key that was given, "unchecked" where none was, "none", or "wrong"."""

    samples: int
    shards: int
    looked: dict[str, int]
    failed: dict[str, int]
    problems: tuple[Problem, ...]
    manifest_sha256: str
    signature: Literal["valid", "unchecked", "none", "wrong"]

    @property
    def ok(self) -> bool:
        return not self.failed


@dataclass
class _Corpus:
    """What must hold across samples, and everything found so far."""

    space: LabelSpace | None
    privacy: bool = False
    dates_moved: bool = False
    pictures: int = PICTURES
    problems: list[Problem] = field(default_factory=list)
    looked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    keys: dict[str, str] = field(default_factory=dict)
    splits: dict[tuple[str, str | None], tuple[str, str]] = field(default_factory=dict)
    people: set[tuple[str, str, str]] = field(default_factory=set)
    pixels: dict[str, str] = field(default_factory=dict)

    def fail(self, shard: str, key: str | None, check: str, message: str) -> None:
        self.failed[check] += 1
        if len(self.problems) < MOST:
            self.problems.append(Problem(shard=shard, key=key, check=check, message=message))


def verify(
    folder: Path,
    space: LabelSpace | None = None,
    key: Path | None = None,
    privacy: bool = False,
    pictures: int = PICTURES,
) -> VerifyReport:
    """Check every shard of a published folder, one sample in memory at a time, and all that stands beside them.

    With `space`, concepts are looked up in the label space too; with `key`, a public one, the manifest must be signed
    by its owner: whoever changes a corpus can make all its sums agree again, but not that; with `privacy`, personal
    data is looked for in every text, in the addresses of sources, in names of fields, in the headers of members, and in
    the pictures of at most so many samples of each shard (`pictures`; 0: of all), evenly spread. Raises ValueError only
    where there is no manifest to hold the shards against, and KeyFileError; everything else that is wrong is in the
    report.
    """
    manifest = load(folder)
    corpus = _Corpus(space, privacy, manifest.dates == "moved", pictures)
    signed = _signature(corpus, folder, key)
    _listing(corpus, folder, manifest)
    there = {path.name for path in folder.glob("*.tar") if path.is_file()}
    whole = (entry for entry in manifest.shards if all(tar.name in there for tar in entry.tars))
    parts = [_shard(corpus, folder, entry, manifest.use) for entry in whole]
    if not corpus.failed:
        _counts(corpus, folder, manifest, merge(parts))
    return VerifyReport(
        samples=len(corpus.keys),
        shards=len(parts),
        looked=dict(sorted(corpus.looked.items())),
        failed=dict(sorted(corpus.failed.items())),
        problems=tuple(corpus.problems),
        manifest_sha256=sha256_file(folder / NAME),
        signature=signed,
    )


def _signature(corpus: _Corpus, folder: Path, key: Path | None) -> Literal["valid", "unchecked", "none", "wrong"]:
    if key is None:
        return "unchecked" if (folder / signature.NAME).is_file() else "none"
    corpus.looked["signature"] += 1
    wrong = signature.problem(folder, key)
    if wrong is None:
        return "valid"
    corpus.fail(signature.NAME, None, "signature", wrong)
    return "wrong"


def _listing(corpus: _Corpus, folder: Path, manifest: Manifest) -> None:
    """The manifest names each file of the folder once, and the folder holds them all."""
    named = Counter(tar.name for entry in manifest.shards for tar in entry.tars)
    there = {path.name for path in folder.glob("*.tar") if path.is_file()}
    for name in sorted(named.keys() | there):
        corpus.looked["manifest"] += 1
        if named[name] > 1:
            corpus.fail(name, None, "manifest", "is named twice")
        if name not in there:
            corpus.fail(name, None, "manifest", "is in the manifest and not in the folder")
        if name not in named:
            corpus.fail(name, None, "manifest", "is in the folder and not in the manifest")
    corpus.looked["beside"] += len(manifest.beside)
    for name, check, message in listing_problems(folder, manifest):
        corpus.fail(name, None, check, message)


def _shard(corpus: _Corpus, folder: Path, entry: ShardEntry, use: Use) -> Stats:
    for tar in entry.tars:
        _sums(corpus, folder / tar.name, tar)
    samples: list[Sample] = []
    read = 0
    try:
        for key, members in entry.read(folder):
            read += 1
            found = audit(key, members, corpus.space, use)
            corpus.looked.update(found.looked)
            for check, message in found.problems:
                corpus.fail(entry.name, key, check, message)
            _across(corpus, entry, key, found.sample)
            if corpus.privacy and found.sample is not None:
                _private(corpus, entry, key, found.sample, members)
                _legible(corpus, entry, read, found.sample, members)
            if (names := ",".join(sorted(members))) != entry.members:
                corpus.fail(entry.name, key, "manifest", f"has the members {names}, its shard is of {entry.members}")
            samples += [found.sample] if found.sample else []
    except ShardError as error:
        corpus.fail(error.shard, error.key, "tar", error.message)
    else:
        for tar in entry.tars:
            corpus.looked["index"] += 1
            if wrong := index_problem(folder, tar):
                corpus.fail(f"{tar.name}{INDEX}", None, "index", wrong)
    if read != entry.samples:
        corpus.fail(entry.name, None, "manifest", f"holds {read} samples, the manifest says {entry.samples}")
    return count(samples)


def _sums(corpus: _Corpus, path: Path, said: ShardInfo) -> None:
    corpus.looked["checksum"] += 1
    if path.stat().st_size != said.bytes:
        corpus.fail(said.name, None, "checksum", f"has {path.stat().st_size} bytes, the manifest says {said.bytes}")
    if (digest := sha256_file(path)) != said.sha256:
        corpus.fail(said.name, None, "checksum", f"sha256 is {digest}, the manifest says {said.sha256}")


def _private(corpus: _Corpus, entry: ShardEntry, key: str, sample: Sample, members: dict[str, bytes]) -> None:
    """What a sample still tells of a person, without telling it once more."""
    for name, found in (
        ("texts", left_in_texts(sample, corpus.dates_moved)),
        ("addresses", left_in_addresses(sample)),
        ("fields", left_in_fields(sample)),
        ("headers", left_in_headers(sample, members)),
    ):
        for looked, wrong in found:
            corpus.looked[f"privacy: {name}"] += looked
            if wrong:
                corpus.fail(entry.name, key, "privacy", wrong)


def _legible(corpus: _Corpus, entry: ShardEntry, number: int, sample: Sample, members: dict[str, bytes]) -> None:
    """What can be read in a sample's pictures: of each of a small shard, of evenly spread ones of a large one."""
    step = -(-entry.samples // corpus.pictures) if corpus.pictures else 1
    if (number - 1) % max(1, step):
        return
    try:
        for looked, wrong in left_in_pixels(sample, members):
            corpus.looked["privacy: pictures"] += looked
            if wrong:
                corpus.fail(entry.name, sample.key, "privacy", wrong)
    except Unavailable as error:
        corpus.fail(entry.name, sample.key, "privacy", f"pictures cannot be looked at: {error}")


def _across(corpus: _Corpus, entry: ShardEntry, key: str, sample: Sample | None) -> None:
    """What one sample must not share with another: its key, its pixels, and its subject across splits."""
    corpus.looked["duplicate"] += 1
    if key in corpus.keys:
        corpus.fail(entry.name, key, "duplicate", f"the key is in {corpus.keys[key]} too")
    corpus.keys.setdefault(key, entry.name)
    if sample is None:
        return
    digest = shown_sha256(sample.media)
    black = sample.counterfactual is not None and sample.counterfactual.kind == "blank"  # like any other, nobody's
    if digest is not None and not black:
        if digest in corpus.pixels:
            corpus.fail(entry.name, key, "duplicate", f"shows the same pixels as {corpus.pixels[digest]}")
        corpus.pixels.setdefault(digest, key)
    corpus.people.add((sample.dataset, sample.split, sample.subject))
    corpus.looked["split"] += 1
    if sample.split != entry.split:
        corpus.fail(entry.name, key, "split", f"says {sample.split}, its shard is of {entry.split}")
    others = {member.subject for member in sample.group.shown} if sample.group is not None else set()
    people = [("subject", who) for who in sorted({sample.subject, *others} - {None}, key=str)]
    for what, who in (*people, ("subject_uid", sample.provenance.subject_uid)):
        split, other = corpus.splits.setdefault((what, who), (sample.split, key))
        if split != sample.split and who is not None:
            corpus.fail(entry.name, key, "split", f"{what} {who} is in {sample.split} and, by {other}, in {split}")


def _counts(corpus: _Corpus, folder: Path, manifest: Manifest, stats: Stats) -> None:
    """Every count of the manifest and of the statistics is what the shards hold."""
    said = manifest.model_dump(mode="json")
    subjects = Counter(split for split, _ in {(split, who) for _, split, who in corpus.people})
    tables = {**stats.tables, "subjects": table_of(corpus.people)}
    stats = stats.model_copy(update={"subjects": dict(sorted(subjects.items())), "tables": tables})
    for name, value in {**counted(stats), "samples": stats.totals.get("samples", 0)}.items():
        corpus.looked["manifest"] += 1
        if said[name] != value:
            corpus.fail("manifest.json", None, "manifest", f"{name} is {said[name]}, the shards hold {value}")
    for name, wrong in stats_problems(folder, stats):
        corpus.fail(name, None, "manifest", wrong)
