"""Reads what Triptych publishes, for training code: pictures, masks by region and dialogues, decoded once.

    import triptych
    for example in triptych.load("build/starter/shards", "train"):
        example.images, example.masks, example.dialogues

Needs numpy and pillow (`load` webdataset as well) and nothing else of Triptych, so that the exports which want Python
beside their data (`energon`, `mds`, `litdata`) carry a copy of this folder.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Example", "example", "joined", "load"]

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
    dataset = webdataset.WebDataset(shards, shardshuffle=False, empty_check=False)
    layered = any(one.get("pixels") for one in manifest["shards"])
    return (dataset.compose(joined) if layered else dataset).map(example)


def joined(texts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Groups of the tars `text-...`, as webdataset reads them, each with its members of the tar `pixels-...` beside:
    `webdataset.WebDataset(urls).compose(triptych.joined)`. A shard that shows nothing has none. Raises ValueError where
    the keys of the two are not the same, in the same order."""
    from webdataset.tariterators import tarfile_samples

    for url, group in groupby(texts, key=lambda text: str(text["__url__"])):
        first = next(group)
        if "json" not in first:
            raise ValueError(f"{url}: has no words: give the tars text-... alone, their pixels are found beside them")
        beside = beside_of(url) if shows(first) else None
        shown = None if beside is None else iter(tarfile_samples([{"url": beside}]))
        for text in chain([first], group):
            pixels = {"__key__": text["__key__"]} if shown is None else next(shown, {"__key__": None})
            if pixels["__key__"] != text["__key__"]:
                raise ValueError(f"{beside}: {pixels['__key__']} stands for {text['__key__']}: run triptych verify")
            yield {**pixels, **text}


def beside_of(text: str) -> str:
    """The name or address of the tar that has the pixels of a tar `text-...`."""
    folder, _, name = text.rpartition("text-")
    return f"{folder}pixels-{name}"


def shows(text: Mapping[str, Any]) -> bool:
    """Whether pixels go with what a tar `text-...` has of a sample: all of a shard are alike in that."""
    record = text["json"] if isinstance(text["json"], dict) else json.loads(text["json"])
    return any(one["kind"] != "text" and not one["withheld"] for one in record["media"])


def _decoded(data: bytes) -> NDArray[Any]:
    return np.asarray(Image.open(io.BytesIO(data)))
