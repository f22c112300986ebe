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
MANIFEST = "manifest.json"
MEND = "fetch the corpus again (dvc pull); what is wrong with it tells `triptych verify"


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
    `.shuffle(1000)` and the like may follow.

    Raises ValueError for a split that the folder has not, and for a folder that is not whole: here where a tar is
    missing or has another size than the manifest says, and where one turns out damaged when it is read.
    """
    import webdataset

    folder = Path(folder)
    manifest = _manifest(folder)
    entries = [one for one in manifest["shards"] if one["split"] == split]
    if not entries:
        raise ValueError(f"{folder / MANIFEST}: no split {split!r}; there are {', '.join(sorted(manifest['splits']))}")
    for tar in (tar for one in entries for tar in (one, one.get("pixels")) if tar):
        _refuse_cut(folder / tar["name"], tar["bytes"])
    shards = [str(folder / one["name"]) for one in entries]
    dataset = webdataset.WebDataset(shards, shardshuffle=False, empty_check=False, handler=_refuse)
    layered = any(one.get("pixels") for one in entries)
    return (dataset.compose(joined) if layered else dataset).map(_whole)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not (isinstance(found, dict) and {"shards", "splits"} <= found.keys()):
            raise ValueError("no manifest")
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: not found, or no manifest; give the folder that `triptych publish` wrote") from error
    return found


def _refuse_cut(tar: Path, said: int) -> None:
    """A tar that was cut between two members would only seem to be shorter. Raises ValueError."""
    size = tar.stat().st_size if tar.is_file() else None
    if size != said:
        what = "is not in the folder" if size is None else f"has {size} bytes, {MANIFEST} says {said}"
        raise ValueError(f"{tar}: {what}; {MEND} {tar.parent}`")


def _refuse(error: Exception) -> bool:
    """What webdataset calls where a tar cannot be read, with the tar's address behind what went wrong. Raises
    ValueError."""
    tar = next((str(one) for one in reversed(error.args) if str(one).endswith(".tar")), "a tar")
    raise ValueError(f"{tar}: {error.args[0]}; {MEND} {tar.rpartition('/')[0] or '.'}`") from error


def _whole(group: Mapping[str, Any]) -> Example:
    """`example`. Raises ValueError where a member of the group is broken."""
    try:
        return example(group)
    except (OSError, KeyError, SyntaxError, ValueError) as error:  # pillow raises all but the second
        tar = str(group.get("__url__", ""))
        raise ValueError(f"{tar}: {group.get('__key__')}: {error}; {MEND} {tar.rpartition('/')[0] or '.'}`") from error


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
        shown = None if beside is None else iter(tarfile_samples([{"url": beside}], handler=_refuse))
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
