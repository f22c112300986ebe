"""A published folder as a local one, wherever it lies."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.store.files import is_remote


@contextmanager
def fetched(place: str) -> Iterator[Path]:
    """The folder itself, or, of an object-store prefix, a copy that is gone afterwards. Raises FileNotFoundError."""
    if not is_remote(place):
        yield Path(place.removeprefix("file://"))
        return
    from pipelines.store.objects import Objects

    objects = Objects(place.rstrip("/"))
    found = list(objects.below())
    if not found:
        raise FileNotFoundError(f"{place}: nothing there; give the prefix that `triptych publish` wrote")
    with tempfile.TemporaryDirectory() as folder:
        for one in found:
            path = Path(folder) / one.name
            path.parent.mkdir(parents=True, exist_ok=True)
            objects.download(one, path)
        yield Path(folder)
