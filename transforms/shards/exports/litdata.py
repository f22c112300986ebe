"""LitData's chunks: a folder a split, read by `litdata.StreamingDataset(OUT/SPLIT)`.

Written by `litdata.streaming.Cache`, which `litdata.optimize` writes with, in this process: the same bytes each time. A
row is as in `mds`: `key`, `json`, and the bytes of each member, empty where a group has none.
"""

import hashlib
import json

from transforms.shards.exports._job import Job
from transforms.shards.exports._rows import SHARD_BYTES, library, reader, rows

NAME = "litdata"
NOTE = "LitData: a folder a split, a field a member"
COORDINATES: tuple[str, ...] = ()
OPTIONS: tuple[str, ...] = ()


def write(job: Job) -> None:
    streaming = library("litdata.streaming", "litdata", NAME)
    for split in job.splits:
        into = streaming.Cache(str(job.out / split), chunk_bytes=SHARD_BYTES)
        for number, row in enumerate(rows(job, split)):
            into[number] = row
        into.done()
        into.merge()
        _timeless(job, split)
    reader(job)


def _timeless(job: Job, split: str) -> None:
    """`updated_at`, by which LitData tells a new version of a remote folder, says what the rows came from, not when."""
    path = job.out / split / "index.json"
    sums = "".join(one.sha256 for one in job.manifest.shards if one.split == split)
    index = json.loads(path.read_bytes()) | {"updated_at": hashlib.sha256(sums.encode()).hexdigest()[:16]}
    path.write_text(json.dumps(index, sort_keys=True), encoding="utf-8")
