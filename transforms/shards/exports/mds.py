"""MosaicML Streaming's shards: a folder a split, read by `streaming.StreamingDataset(local=OUT, split=SPLIT)`.

Written by `streaming.MDSWriter`. A row is a group of the corpus: `key`, `json` (the sample, as text), and a column of
bytes for each member that groups may have, named as in the shards, empty where this one has none.
"""

from transforms.shards.exports._job import Job
from transforms.shards.exports._rows import SHARD_BYTES, library, members, reader, rows

NAME = "mds"
NOTE = "MosaicML Streaming (MDS): a folder a split, a column a member"
COORDINATES: tuple[str, ...] = ()
OPTIONS: tuple[str, ...] = ()


def write(job: Job) -> None:
    streaming = library("streaming", "mosaicml-streaming", NAME)
    columns = {"key": "str", "json": "str", **dict.fromkeys(members(job), "bytes")}
    for split in job.splits:
        with streaming.MDSWriter(
            columns=columns, out=str(job.out / split), size_limit=SHARD_BYTES, progress_bar=False
        ) as into:
            for row in rows(job, split):
                into.write(row)
    reader(job)
