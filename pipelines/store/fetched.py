"""A published folder as a local one, wherever it lies."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyarrow import fs

from pipelines.store.files import Files


@contextmanager
def fetched(place: str) -> Iterator[Path]:
    """The folder itself, or, of an object-store prefix, a copy that is gone afterwards. Raises FileNotFoundError."""
    if "://" not in place:
        yield Path(place)
        return
    files = Files(place)
    found = files.fs.get_file_info(fs.FileSelector(files.root, recursive=True, allow_not_found=True))
    names = [info.path for info in found if info.type == fs.FileType.File]
    if not names:
        raise FileNotFoundError(f"{place}: nothing there; give the prefix that `triptych publish` wrote")
    with tempfile.TemporaryDirectory() as folder:
        fs.copy_files(files.root, folder, source_filesystem=files.fs, destination_filesystem=fs.LocalFileSystem())
        yield Path(folder)
