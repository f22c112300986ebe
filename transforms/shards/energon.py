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

from transforms.shards.manifest import Manifest, ShardEntry
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
    `text.yaml` and, where there are pictures, `captioning.yaml` describe the same shards by Energon's own sample types,
    which its tools `info` and `lint` and a TaskEncoder without a Cooker ask for.
    """
    crude = {"__module__": "megatron.energon", "__class__": "CrudeWebdataset"}
    info = {"energon_version": VERSION, "shard_counts": {shard.name: shard.samples for shard in manifest.shards}}
    pictures = [shard for shard in manifest.shards if "png" in shard.members.split(",") and shard.pixels is None]
    text = "json[description][global][text]"
    files: dict[str, object] = {"dataset": crude, "split": _split(manifest.shards), "text": _typed("Text", text=text)}
    if pictures:
        files |= {"captioning": _typed("Captioning", image="png", caption=text), "captioning-split": _split(pictures)}
    return {
        **{f"{META}/{name}.yaml": yaml.safe_dump(one, sort_keys=False).encode() for name, one in files.items()},
        f"{META}/.info.json": (json.dumps(info, indent=2) + "\n").encode(),
    }


def _typed(kind: str, **fields: str) -> dict[str, object]:
    """A sample type of Energon and the member, or what lies in it, that each of its fields is."""
    return {"sample_type": {"__module__": "megatron.energon", "__class__": f"{kind}Sample"}, "field_map": fields}


def _split(shards: Sequence[ShardEntry]) -> dict[str, object]:
    names = {split: [shard.name for shard in shards if shard.split == split] for split in SPLITS}
    return {"split_parts": {PARTS[split]: names[split] for split in SPLITS if names[split]}, "exclude": []}
