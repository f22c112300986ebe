"""Examples for Megatron-Energon 7.

    from triptych.energon import Encoder
    dataset = get_train_dataset(FOLDER, split_part="train", task_encoder=Encoder(), batch_size=1, ...)

Members reach the cooker as bytes, so pictures keep their depth and masks their values.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from megatron.energon import Cooker, DefaultTaskEncoder, Sample, basic_sample_keys, stateless
from numpy.typing import NDArray

from . import Example, example


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
    made = example(group)
    return Cooked(**basic_sample_keys(group), **{one.name: getattr(made, one.name) for one in fields(Example)})


class Encoder(DefaultTaskEncoder):  # type: ignore[misc]
    """Gives lists of samples; override `encode_sample` and `batch` with what your model takes."""

    decoder = None
    cookers = [Cooker(cook)]

    def batch(self, samples: list[Cooked]) -> list[Cooked]:
        return samples
