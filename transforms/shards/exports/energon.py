"""Megatron-Energon's folder: the shards, `.nv-meta/`, an index a tar, and the package `triptych` with its Cooker.

Published shards have all but the package and are read as they lie; this format is for a split alone, or for a training
team that has no Triptych installed. The cooker makes a typed sample of a group: pictures, masks by region, dialogues.
"""

import shutil

from transforms.shards.energon import INDEX, energon_files, index_of
from transforms.shards.exports._job import Job
from transforms.shards.exports._rows import reader
from transforms.shards.manifest import not_whole, reading
from transforms.shards.tar import sha256_file

NAME = "energon"
NOTE = "Megatron-Energon: shards with their metadata, and a Cooker"
COORDINATES: tuple[str, ...] = ()
OPTIONS: tuple[str, ...] = ()


def write(job: Job) -> None:
    taken = tuple(one for one in job.manifest.shards if one.split in job.splits)
    with reading(job.corpus):
        for tar in (tar for shard in taken for tar in shard.tars):
            shutil.copyfile(job.corpus / tar.name, job.out / tar.name)
            if sha256_file(job.out / tar.name) != tar.sha256:
                raise not_whole(job.corpus, tar.name, "its SHA-256 is not that of manifest.json")
            (job.out / f"{tar.name}{INDEX}").write_bytes(index_of(job.out / tar.name))
    job.written["rows"] += sum(shard.samples for shard in taken)
    for name, content in energon_files(job.manifest.model_copy(update={"shards": taken})).items():
        (job.out / name).parent.mkdir(exist_ok=True)
        (job.out / name).write_bytes(content)
    reader(job)
