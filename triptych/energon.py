"""Examples for Megatron-Energon 7.

    from triptych.energon import Encoder
    dataset = get_train_dataset(FOLDER, split_part="train", task_encoder=Encoder(), batch_size=1, ...)

Members reach the cooker as bytes, so pictures keep their depth and masks their values. Of a corpus in layers Energon
reads the words; the cooker takes the pixels from the tar beside, by its index.
"""

import io
import struct
import tarfile
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from megatron.energon import Cooker, DefaultTaskEncoder, Sample, basic_sample_keys, stateless
from numpy.typing import NDArray

from . import Example, beside_of, example, shows

NAME = 100  # bytes of a name in a tar's header
END = bytes(1024)  # of a tar


@dataclass
class Cooked(Sample):  # type: ignore[misc]
    """An `Example` as a sample of Energon."""

    key: str
    images: dict[str, NDArray[Any]]
    masks: dict[str, NDArray[np.bool_]]
    dialogues: list[dict[str, Any]]
    record: dict[str, Any]
    members: dict[str, bytes]


@stateless  # type: ignore[untyped-decorator]
def cook(group: dict[str, Any]) -> Cooked:
    """A group of a shard, its pictures decoded once."""
    made = example({**group, **_pixels(group)})
    return Cooked(**basic_sample_keys(group), **{one.name: getattr(made, one.name) for one in fields(Example)})


def _pixels(group: dict[str, Any]) -> dict[str, bytes]:
    """The members that stand in the other layer of a group's shard; none where the shard is one tar."""
    (source,) = group["__sources__"]
    if not source.shard_name.startswith("text-") or not shows(group):
        return {}
    tar = source.dataset_path / beside_of(source.shard_name)
    begins, size = _places(tar)[group["__key__"]]
    with tar.open("rb") as file:
        file.seek(begins)
        data = file.read(size)
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data + END)) as members:
        for member in members:
            content = members.extractfile(member)
            assert content is not None
            found[member.name.partition(".")[2]] = content.read()
    return found


@lru_cache(maxsize=256)
def _places(tar: Any) -> dict[str, tuple[int, int]]:
    """Key -> where its group begins in a tar, and its bytes, by the index beside."""
    index = (tar.parent / f"{tar.name}.idx").read_bytes()
    places = struct.unpack(f"<{len(index) // 8}Q", index)
    found = {}
    with tar.open("rb") as file:
        for begins, ends in pairwise(places):
            file.seek(begins)
            name = file.read(NAME).rstrip(b"\0").decode("ascii")
            found[name.partition(".")[0]] = (begins, ends - begins)
    return found


class Encoder(DefaultTaskEncoder):  # type: ignore[misc]
    """Gives lists of samples; override `encode_sample` and `batch` with what your model takes."""

    decoder = None
    cookers = [Cooker(cook)]

    def batch(self, samples: list[Cooked]) -> list[Cooked]:
        return samples
