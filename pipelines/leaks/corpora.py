"""Things from the shards of a published corpus."""

import io
import json
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np

from pipelines.faults import reason_of
from pipelines.leaks.folders import Found, Unseen
from pipelines.recipes import RecipeError
from schemas.faults import no_such
from transforms.identity.things import Array, Thing
from transforms.shards import ustar
from transforms.shards.manifest import load, not_whole

Place = tuple[Path, int, int]  # of a member: its tar, byte, and how many


def of_corpus(folder: Path, split: str | None) -> Iterator[Found | Unseen | str]:
    """The pictures and volumes of a corpus, or of one split, whose the samples without one are, and a line for a shard
    that cannot be read to its end. Raises ValueError where it is none, RecipeError where it has no such split,
    CorpusError where a shard is missing."""
    shards = load(folder).shards
    there = sorted({shard.split for shard in shards})
    if split is not None and split not in there:
        raise RecipeError(f"{folder}: {no_such('split', split, there)}")
    for shard in shards:
        if split in (None, shard.split):
            for tar in shard.tars:
                if not (folder / tar.name).is_file():
                    raise not_whole(folder, tar.name, "is in manifest.json and not in the folder")
            try:
                yield from _of_shard([folder / tar.name for tar in shard.tars])
            except Exception as error:  # noqa: BLE001 - what is broken costs the rest of its shard
                why = f"what comes after the damage was not compared: {reason_of(error, shard.name)}"
                yield f"{shard.name}: {why}; `triptych verify {folder}` tells all that is wrong"


def _of_shard(paths: list[Path]) -> Iterator[Found | Unseen]:
    """The things of a shard, from one tar or from two that hold the same keys in the same order."""
    for groups in zip(*map(_grouped, paths), strict=True):
        where = {name: place for _, members in groups for name, place in members.items()}
        sample = json.loads(_read(*where["json"]))
        yield from _of_sample(groups[0][0], sample, where)


def _grouped(path: Path) -> Iterator[tuple[str, dict[str, Place]]]:
    """Each key of a tar, and where its members lie."""
    with path.open("rb") as stream:
        for key, found in groupby(ustar.entries(path.name, stream), key=lambda entry: entry[0]):
            yield key, {member: (path, span.offset + ustar.BLOCK, size) for _, member, size, span in found}


def _of_sample(key: str, sample: dict[str, Any], where: dict[str, Place]) -> Iterator[Found | Unseen]:
    questions = tuple(dict.fromkeys(
        turn["text"] for talk in sample["dialogues"] for turn in talk["turns"] if turn["role"] == "user"
    ))  # fmt: skip
    files = tuple(dict.fromkeys(one["sha256"] for one in sample["provenance"]["sources"] if one.get("sha256")))
    uids = tuple(sample["provenance"].get(name) or "" for name in ("subject_uid", "volume_uid"))
    members = (sample.get("group") or {}).get("members", ())
    whose = {one["media"]: one["subject"] for one in members if one.get("subject")}
    shows = [one for one in sample["media"] if one["kind"] in ("image", "volume") and one["name"] in where]
    if not shows:
        yield Unseen(sample["subject"], files, *uids)
    for medium in shows:
        volume = medium["kind"] == "volume"
        read = partial(_volume if volume else _picture, *where[medium["name"]])
        shown = sample["view"].get("slice") if isinstance(sample.get("view"), dict) else None
        name = f"{key}.{medium['name']}" + (f" {shown}" if shown else "")
        spacing = (medium.get("geometry") or {}).get("spacing_mm") if volume else None
        subject = whose.get(medium["name"], sample["subject"])
        own = uids if subject == sample["subject"] else ()
        yield Found(
            Thing(name, "volume" if volume else "picture", read, subject,
                  tuple(spacing) if spacing and len(spacing) == 3 else None), questions, files, *own)  # fmt: skip


def _read(path: Path, at: int, size: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(at)
        return stream.read(size)


def _picture(path: Path, at: int, size: int) -> Array:
    found = cv2.imdecode(np.frombuffer(_read(path, at, size), np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise ValueError(f"{path.name}: the member at byte {at} is no picture; run: triptych verify {path.parent}")
    return np.asarray(found)


def _volume(path: Path, at: int, size: int) -> Array:
    import gzip

    image = nibabel.Nifti1Image.from_stream(io.BytesIO(gzip.decompress(_read(path, at, size))))
    return np.asarray(image.dataobj)
