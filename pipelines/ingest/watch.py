"""How far an ingest is, found out while Beam works: the blocks that lie there and those that were read."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pipelines.ingest.snapshots import NEXT
from pipelines.store.files import Files

EVERY = 2.0  # seconds between two looks
Progress = Callable[[int, int, Counter[str]], None]  # blocks read, blocks in all, units since the last call


@contextmanager
def watched(files: Files, datasets: Sequence[str], progress: Progress) -> Iterator[None]:
    """Tells `progress` at once and every now and then, until the work in the block ends."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(EVERY):
            names = [name for dataset in datasets for name in files.names(NEXT.format(dataset))]
            blocks = sum(name.startswith("block-") for name in names)
            progress(sum(name.startswith("done-") for name in names), blocks, Counter())

    progress(0, 0, Counter())
    thread = threading.Thread(target=look, name="ingest progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
