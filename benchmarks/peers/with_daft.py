"""Daft, native runner: the plain script's work as a user-defined function in N processes; Daft writes no WebDataset
shards, so the rows come back to this process, which does by webdataset.ShardWriter."""

import os
from pathlib import Path

import daft
from daft import DataType
from work import arguments, pairs, work, write

FIELDS = ("__key__", "png", "mask.png", "json")
ROW = DataType.struct({name: DataType.string() if name == "__key__" else DataType.binary() for name in FIELDS})
BLOCK = 32  # rows: few enough that the processes stay busy and memory flat


class Work:
    """The work on one row."""

    @daft.method(return_dtype=ROW)
    def one(self, image: str, mask: str) -> dict[str, object]:
        return work(image, mask)


def main() -> None:
    given = arguments(__doc__)
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # Daft's processes do not look beside the script
    daft.set_runner_native()
    found = pairs(given.raw)
    rows = daft.from_pydict({"image": [image for image, _ in found], "mask": [mask for _, mask in found]})
    one = daft.cls(Work, max_concurrency=given.workers, use_process=True)().one
    done = rows.into_batches(BLOCK).select(one(daft.col("image"), daft.col("mask")).alias("group"))
    write(given.out, (row["group"] for row in done.iter_rows()))


if __name__ == "__main__":
    main()
