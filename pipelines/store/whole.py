"""A new folder that is seen whole or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def taken(out: Path) -> str | None:
    """Why a new folder cannot be written there; None where it can: nothing is there, or an empty folder."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return f"{out}: holds something already; name a new folder"
    return None


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A folder to write into, beside `out`, whose place it takes once all is written; where an exception leaves,
    nothing of it is left. `out` is not there yet, or is an empty folder."""
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as place:
        draft = Path(place) / out.name
        draft.mkdir()
        yield draft
        if not out.exists():
            draft.replace(out)
            return
        for path in draft.iterdir():  # somebody may stand in a folder that is there
            path.replace(out / path.name)
