"""Data-Juicer, default executor's dataset: the plain script's work as a Mapper with N processes; its WebDataset export
takes fields of its own, so shards are written by webdataset.ShardWriter from the mapped dataset."""

import sys
from typing import Any

from data_juicer.core.data import NestedDataset
from data_juicer.ops.base_op import OPERATORS, Mapper
from loguru import logger
from work import arguments, pairs, work, write

NAME = "plain_work_mapper"
FIELDS = {"key": "__key__", "png": "png", "mask_png": "mask.png", "json": "json"}


@OPERATORS.register_module(NAME)
class PlainWorkMapper(Mapper):
    """The work on one row."""

    def process_single(self, sample: dict[str, Any]) -> dict[str, Any]:
        group = work(sample["image"], sample["mask"])
        return {**sample, **{name: group[field] for name, field in FIELDS.items()}}


def main() -> None:
    given = arguments(__doc__)
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    rows = NestedDataset.from_list([{"image": image, "mask": mask, "text": ""} for image, mask in pairs(given.raw)])
    done = rows.process([PlainWorkMapper(num_proc=given.workers, skip_op_error=False)], open_monitor=False)
    write(given.out, ({field: row[name] for name, field in FIELDS.items()} for row in done))


if __name__ == "__main__":
    main()
