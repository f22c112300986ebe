"""datatrove, local executor: N tasks in N processes, each of which does the plain script's work on its share of the
folder and writes shards of its own by webdataset.ShardWriter, datatrove having no such writer."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from datatrove.data import Document, Media, MediaType
from datatrove.executor import LocalPipelineExecutor
from loguru import logger
from work import arguments, pairs, work, write


def read(raw: Path, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
    """A task's share of the pictures."""
    for image, mask in pairs(raw)[rank::world_size]:
        yield Document(text="", id=Path(image).stem, metadata={"image": image, "mask": mask})


def measure(data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
    """The plain script's work; what it encodes are the document's media."""
    for document in data:
        group = work(document.metadata["image"], document.metadata["mask"])
        document.text = group["json"].decode()
        document.media = [
            Media(id=name, type=MediaType.IMAGE, url="", media_bytes=group[name]) for name in ("png", "mask.png")
        ]
        yield document


def shards(out: Path, data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
    """The groups of the documents, in shards of this task."""
    groups = (
        {"__key__": d.id, "json": d.text.encode(), **{m.id: m.media_bytes for m in d.media}} for d in data
    )  # fmt: skip
    write(out, groups, f"train-{rank}-%06d.tar")
    yield from ()


def main() -> None:
    given = arguments(__doc__)
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    steps = [partial(read, given.raw), measure, partial(shards, given.out)]
    logs = str(given.out / "logs")
    LocalPipelineExecutor(steps, tasks=given.workers, workers=given.workers, logging_dir=logs).run()


if __name__ == "__main__":
    main()
