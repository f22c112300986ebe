"""Reads what Triptych publishes, for training code: pictures, masks by region and dialogues, decoded once.

    import triptych
    for example in triptych.load("build/starter/shards", "train"):
        example.images, example.masks, example.dialogues

Needs numpy and pillow (`load` webdataset as well) and nothing else of Triptych, so that the exports which want Python
beside their data (`energon`, `mds`, `litdata`) carry a copy of this folder.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Example", "example", "load"]

PICTURES = ("png", "jpg")


@dataclass
class Example:
    """A sample. `images`: member -> (height, width) or (height, width, 3), as encoded; empty for a volume or a text.
    `masks`: region -> bool (height, width), on the picture `regions[].mask` lies over; a region without a mask has its
    box in `record`. `dialogues`, `record`: as in the sample's JSON. `members`: what else the group holds, as bytes."""

    key: str
    images: dict[str, NDArray[Any]]
    masks: dict[str, NDArray[np.bool_]]
    dialogues: list[dict[str, Any]]
    record: dict[str, Any]
    members: dict[str, bytes]


def example(group: Mapping[str, Any]) -> Example:
    """The example of a group of a shard: member -> bytes, as webdataset, an MDS row and a LitData row have it (there a
    member that a group lacks is empty). Raises KeyError where the group has no JSON."""
    record = json.loads(group["json"])
    held = {name: data for name, data in group.items() if isinstance(data, bytes) and data and name != "json"}
    decoded = {name: _decoded(held.pop(name)) for name in sorted(held) if name.rpartition(".")[2] in PICTURES}
    drawn = {one["id"]: one["mask"] for one in record["regions"] if one["mask"] and one["mask"]["media"] in decoded}
    images = [one["name"] for one in record["media"] if one["kind"] == "image" and one["name"] in decoded]
    return Example(
        key=record["key"],
        images={name: decoded[name] for name in images},
        masks={region: decoded[mask["media"]] == mask["value"] for region, mask in drawn.items()},
        dialogues=record["dialogues"],
        record=record,
        members=held,
    )


def load(folder: str | Path, split: str = "train") -> Any:
    """The examples of a split of a published folder, in the order of its shards: a `webdataset.WebDataset`, so that
    `.shuffle(1000)` and the like may follow. Raises ValueError for a split that the folder has not."""
    import webdataset

    manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    shards = [str(Path(folder) / one["name"]) for one in manifest["shards"] if one["split"] == split]
    if not shards:
        raise ValueError(
            f"{folder}/manifest.json: no split {split!r}; there are {', '.join(sorted(manifest['splits']))}"
        )
    return webdataset.WebDataset(shards, shardshuffle=False, empty_check=False).map(example)


def _decoded(data: bytes) -> NDArray[Any]:
    return np.asarray(Image.open(io.BytesIO(data)))
