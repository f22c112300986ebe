"""What Megatron-Energon asks for beside shards: `.nv-meta/` and an index a tar, so that no `energon prepare` is needed.

Format as Megatron-Energon 7.4.1 writes it. A tar's index is the byte offset of each sample's first header and the end
of the last sample, as little-endian uint64. `.nv-meta/index.sqlite`, which random access by key needs, is not written:
`energon prepare --tar-index-only` adds it.
"""

import json
import struct
from collections.abc import Sequence
from pathlib import Path

import yaml

from transforms.shards.manifest import Manifest
from transforms.shards.splits import SPLITS
from transforms.shards.tar import index_shard

META, INDEX = ".nv-meta", ".idx"
VERSION = "7.4.1"
PARTS = {"train": "train", "validation": "val", "test": "test"}


def energon_index(places: Sequence[int]) -> bytes:
    """The index of a tar, SHARD.tar.idx. `places`: where its groups begin, and where the last one ends, in bytes."""
    return struct.pack(f"<{len(places)}Q", *places)


def index_of(shard: Path) -> bytes:
    """The index of a tar that lies there, by its headers alone. Raises ShardError."""
    spans = index_shard(shard)
    return energon_index([*(at for _, at, _ in spans), spans[-1][1] + spans[-1][2]])


def energon_files(manifest: Manifest) -> dict[str, bytes]:
    """Path relative to the shards' folder -> content.

    Samples are "crude": the reader's TaskEncoder gives a Cooker that turns members into its own sample type. Of shards
    in layers those of the words are listed; the Cooker that Triptych brings takes the pixels from the tar beside.
    """
    dataset = {"__module__": "megatron.energon", "__class__": "CrudeWebdataset"}
    info = {"energon_version": VERSION, "shard_counts": {shard.name: shard.samples for shard in manifest.shards}}
    return {
        f"{META}/dataset.yaml": yaml.safe_dump(dataset, sort_keys=False).encode(),
        f"{META}/split.yaml": yaml.safe_dump(_split(manifest), sort_keys=False).encode(),
        f"{META}/.info.json": (json.dumps(info, indent=2) + "\n").encode(),
    }


def _split(manifest: Manifest) -> dict[str, object]:
    names = {split: [shard.name for shard in manifest.shards if shard.split == split] for split in SPLITS}
    return {"split_parts": {PARTS[split]: names[split] for split in SPLITS if names[split]}, "exclude": []}
