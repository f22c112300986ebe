"""A published folder as a local one, wherever it lies."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.store.files import is_remote


@contextmanager
def fetched(place: str, only: tuple[str, ...] = ("",)) -> Iterator[Path]:
    """The folder itself, or, of an object-store prefix, a copy that is gone afterwards: of what begins with one of
    `only`, or of all, where nothing does. Raises FileNotFoundError."""
    if not is_remote(place):
        yield Path(place.removeprefix("file://"))
        return
    from pipelines.store.objects import Objects

    objects = Objects(place.rstrip("/"))
    every = list(objects.below())
    found = [one for one in every if one.name.startswith(only)] or every
    if not found:
        raise FileNotFoundError(f"{place}: nothing there; give the prefix that `triptych publish` wrote")
    with tempfile.TemporaryDirectory() as folder:
        for one in found:
            path = Path(folder) / one.name
            path.parent.mkdir(parents=True, exist_ok=True)
            objects.download(one, path)
        yield Path(folder)
