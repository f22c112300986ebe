"""Read a folder of shards with Megatron-Energon and print one JSON line a sample. Run by test_energon.py."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from megatron.energon import (
    Cooker,
    DefaultTaskEncoder,
    Sample,
    WorkerConfig,
    basic_sample_keys,
    get_loader,
    get_train_dataset,
    stateless,
)


@dataclass
class Cooked(Sample):
    image: Any
    record: dict[str, Any]


@stateless
def cook(sample: dict[str, Any]) -> Cooked:
    return Cooked(**basic_sample_keys(sample), image=sample.get("png"), record=sample["json"])


class Encoder(DefaultTaskEncoder):
    cookers = [Cooker(cook)]

    def batch(self, samples: list[Cooked]) -> list[Cooked]:
        return samples


def main(folder: str) -> None:
    workers = WorkerConfig(rank=0, world_size=1, num_workers=0)
    for part in ("train", "val", "test"):
        dataset = get_train_dataset(
            folder,
            split_part=part,
            worker_config=workers,
            batch_size=1,
            shuffle_buffer_size=None,
            max_samples_per_sequence=None,
            task_encoder=Encoder(),
            repeat=False,
            parallel_shard_iters=1,
        )
        for batch in get_loader(dataset):
            for sample in batch:
                shape = None if sample.image is None else list(sample.image.shape)
                print(json.dumps([part, sample.__key__, sample.record["key"], shape]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
