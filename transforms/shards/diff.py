"""Two versions of a corpus: which samples were added, removed or changed, and why.

A key is the same for the same view of the same record, whatever is said of it. Each sample carries what it was made by
(its sources' sums; the version and parameters of each stage), so why one changed is read from the two of it, and from
what the two recipes decided across samples. A tar that is not the one its manifest names was changed after that, which
is told before all else.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from schemas import Model
from schemas.sample import SCHEMA_ID
from transforms.shards.decided import Decisions, unlike
from transforms.shards.manifest import groups, load, not_whole, reading
from transforms.shards.tar import read_shard, sha256_file

Kind = Literal["added", "removed", "changed"]
Json = Mapping[str, Any]
WORDS = ("facts", "regions", "presence", "dialogues", "translations")
"""Lists of a sample whose items have ids, or are compared as they are."""
UNSEEN = "provenance alone: pixels, regions, facts and words are the same"
ACROSS = {"split": "its split", "dialogues": "balance of questions"}
"""What of a sample depends on which others leave."""


class Change(Model):
    """`differs`: what is not the same in a changed sample. `why`: what it was made by that is not; of one that came or
    went, how much of its source did so with it."""

    key: str
    dataset: str
    kind: Kind
    differs: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


class _Row(NamedTuple):
    dataset: str
    record: str
    subject: str
    shard: str
    digest: bytes


class Altered(NamedTuple):
    """Shards of two published folders that are not those which the manifest names, by their SHA-256."""

    before: frozenset[str]
    after: frozenset[str]

    def lines(self) -> list[str]:
        """All of them, in words."""
        sides = ((self.before, "first"), (self.after, "second"))
        return [_altered(shard, which) for shards, which in sides for shard in sorted(shards)]

    def of(self, old: _Row | None, new: _Row | None) -> list[str]:
        """What lies, or lay, where one sample does; of one that went, its shard in the other folder."""
        now = new or old
        left = [_altered(old.shard, "first")] if old and old.shard in self.before else []
        return [*left, *([_altered(now.shard, "second")] if now and now.shard in self.after else [])]


def _altered(shard: str, which: str) -> str:
    return f"{shard} of the {which} folder, changed after it was published: its SHA-256 is not the manifest's"


def altered(before: Path, after: Path) -> Altered:
    """Read every tar of both. Raises ValueError where one has no manifest, CorpusError where a tar is missing."""
    return Altered(_unlike(before), _unlike(after))


def _unlike(folder: Path) -> frozenset[str]:
    with reading(folder):
        return frozenset(
            shard.name for shard in load(folder).shards
            if any(sha256_file(folder / tar.name) != tar.sha256 for tar in shard.tars)
        )  # fmt: skip


def diff(before: Path, after: Path, touched: Altered | None = None) -> Iterator[Change]:
    """The changes from one published folder to another, by key; `touched` where `altered` was asked already. Holds some
    hundred bytes a sample.

    Raises ValueError where one has no manifest, CorpusError where one is not whole.
    """
    touched = altered(before, after) if touched is None else touched
    decided, old, new = decisions(before, after), _rows(before), _rows(after)
    seen = [_known(rows) for rows in (old, new)]
    both = sorted(key for key in old.keys() & new.keys() if old[key].digest != new[key].digest)
    pairs = zip(_samples(before, old, both), _samples(after, new, both), strict=True)
    changed = dict(zip(both, pairs, strict=True))
    made = {key: list(_made(*pair)) for key, pair in changed.items()}
    moved = bool(decided.changed) or not decided.known or old.keys() != new.keys() or any(made.values())
    for key in sorted(old.keys() ^ new.keys() | changed.keys()):
        own = touched.of(old.get(key), new.get(key))
        if key in changed:
            found = tuple(differs(*changed[key])) or (UNSEEN,)
            reasons = [*own, *made[key], *_recipe(changed[key], decided, found)] or _chosen(found, decided, moved)
            yield Change(key=key, dataset=new[key].dataset, kind="changed", differs=found, why=tuple(reasons))
            continue
        kind: Kind = "added" if key in new else "removed"
        row, known = (new[key], seen[0]) if key in new else (old[key], seen[1])
        reasons = [*own, _came(row, known), *decided.leaving(row.dataset)]
        yield Change(key=key, dataset=row.dataset, kind=kind, why=tuple(reasons))


def decisions(before: Path, after: Path) -> Decisions:
    """What the recipes of two published folders decided otherwise. Raises ValueError where one has no manifest."""
    return Decisions(load(before).recipe, load(after).recipe)


def _rows(folder: Path) -> dict[str, _Row]:
    found = {}
    for shard, key, members in groups(folder):
        sample = _json(folder, shard.name, key, members)  # it holds the sums of the other members
        found[key] = _Row(sample["dataset"], sample["record"], sample["subject"], shard.name,
                          hashlib.sha256(members["json"]).digest())  # fmt: skip
    return found


def _known(rows: Mapping[str, _Row]) -> tuple[set[str], set[str], set[str]]:
    return tuple({getattr(row, name) for row in rows.values()} for name in ("dataset", "subject", "record"))  # type: ignore[return-value]


def _came(row: _Row, elsewhere: tuple[set[str], set[str], set[str]]) -> str:
    """The largest thing of a sample that the other corpus has nothing of."""
    datasets, subjects, records = elsewhere
    if row.dataset not in datasets:
        return f"all of {row.dataset}"
    if row.subject not in subjects:
        return "all of its subject"
    return "all of its record" if row.record not in records else "this view of its record"


def _samples(folder: Path, rows: Mapping[str, _Row], keys: list[str]) -> list[Json]:
    """Some samples, by key in order; only their shards are read."""
    wanted, found = set(keys), dict[str, Json]()
    for name in sorted({rows[key].shard for key in keys}):
        with reading(folder):
            found |= {key: _json(folder, name, key, members) for key, members in read_shard(folder / name)
                      if key in wanted}  # fmt: skip
    return [found[key] for key in keys]


def _json(folder: Path, shard: str, key: str, members: Mapping[str, bytes]) -> Json:
    """Raises CorpusError where it is no sample."""
    try:
        found: Json = json.loads(members["json"])
    except (KeyError, ValueError) as error:
        raise not_whole(folder, shard, f"{key}: its json cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA_ID:
        raise not_whole(folder, shard, f"{key}: its json is not {SCHEMA_ID}")
    return found


def differs(one: Json, other: Json) -> Iterator[str]:
    """What two samples of a key do not have alike, in words."""
    if one["split"] != other["split"]:
        yield f"split: {one['split']} -> {other['split']}"
    pictures, masks = (_sums(one, kind) != _sums(other, kind) for kind in (False, True))
    yield from (name for name, is_so in (("pixels", pictures), ("masks", masks)) if is_so)
    if one["media"] != other["media"] and not (pictures or masks):
        yield "what is said of its media, not their pixels"
    if one["description"] != other["description"]:
        yield "description"
    for name in WORDS:
        if words := _items(one.get(name) or [], other.get(name) or []):
            yield f"{name}: {words}"
    told = {"split", "media", "description", "provenance", "key", *WORDS}
    yield from (name for name in sorted((one.keys() | other.keys()) - told) if one.get(name) != other.get(name))


def _sums(sample: Json, mask: bool) -> list[tuple[str, str | None]]:
    return sorted(
        (m["name"], m["pixels_sha256"] or m["sha256"]) for m in sample["media"] if (m["kind"] == "mask") is mask
    )


def _items(one: list[Json], other: list[Json]) -> str:
    """How many items were added, removed and changed; those that have ids are the same by them."""
    left, right = ({_named(item): item for item in items} for items in (one, other))
    counts = {
        "added": len(right.keys() - left.keys()), "removed": len(left.keys() - right.keys()),
        "changed": sum(left[name] != right[name] for name in left.keys() & right.keys()),
    }  # fmt: skip
    told = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return told or ("in another order" if one != other else "")


def _named(item: Json) -> str:
    return str(item["id"]) if "id" in item else json.dumps(item, sort_keys=True)


def _made(one: Json, other: Json) -> Iterator[str]:
    """What two samples of a key were made by that is not the same: sources, versions and parameters of stages, licence
    terms."""
    yield from _sources(one, other)
    yield from _steps(one, other)
    if one["licence"] != other["licence"]:
        yield "the terms of its card"


def _heads(found: Sequence[str]) -> set[str]:
    return {line.partition(":")[0] for line in found}


def _recipe(pair: tuple[Json, Json], decided: Decisions, found: Sequence[str]) -> list[str]:
    """The keys of the recipe that decided, across samples, what differs in these two."""
    moved = {"addresses"} if _addresses(pair[0]) != _addresses(pair[1]) else set()
    return decided.of(_heads(found) | moved)


def _chosen(found: Sequence[str], decided: Decisions, moved: bool) -> list[str]:
    """Why a sample changed whose own making did not: the choice among all samples, of which others leave. That chooses
    the same of the same, so something else has to have `moved`."""
    told = [words for name, words in ACROSS.items() if name in _heads(found)]
    if told and moved:
        unknown = [] if decided.known else ["a recipe that is not known: an older manifest holds none"]
        return [f"the choice among all samples: {', '.join(told)}", *decided.leaving(), *unknown]
    if _heads(found) == {"translations"}:
        return ["names or wordings of its languages, in another version of Triptych"]
    return ["nothing that is recorded: another version of Triptych, or the folder was changed after it was published"]


def _addresses(sample: Json) -> dict[str, str]:
    """Address of each source -> its sum."""
    return {source["uri"]: source["sha256"] for source in sample["provenance"]["sources"]}


def _sources(one: Json, other: Json) -> Iterator[str]:
    left, right = _addresses(one), _addresses(other)
    yield from (f"source {uri}: another file" for uri in sorted(left.keys() & right.keys()) if left[uri] != right[uri])
    gone = sorted(left.keys() - right.keys())
    for uri in sorted(right.keys() - left.keys()):
        before = next((one for one in gone if left[one] == right[uri]), None)
        if before is not None:
            gone.remove(before)
        yield f"source {uri}: new" if before is None else f"source {before}: under the name {uri}"
    yield from (f"source {uri}: gone" for uri in gone)


def _steps(one: Json, other: Json) -> Iterator[str]:
    left, right = ({step["stage"]: step for step in sample["provenance"]["steps"]} for sample in (one, other))
    for stage in (*left, *(name for name in right if name not in left)):
        a, b = left.get(stage), right.get(stage)
        if a is None or b is None:
            yield f"stage {stage}: {'new' if a is None else 'gone'}"
            continue
        if a["version"] != b["version"]:
            yield f"stage {stage}: version {a['version']} -> {b['version']}"
        yield from (f"stage {stage}: {path} {change}" for path, change in unlike(a["params"], b["params"]))
