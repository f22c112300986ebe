"""Opening a source file, inside an archive or not."""

import io
import zipfile
from pathlib import Path
from typing import BinaryIO

from schemas import SourceFile


class DecodeError(ValueError):
    """A file whose pixels cannot be had: its `uri` and the `reason`."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"{uri}: {reason}")
        self.uri = uri
        self.reason = reason

    def __reduce__(self) -> tuple[type["DecodeError"], tuple[str, str]]:
        return (DecodeError, (self.uri, self.reason))  # engines send errors between processes


def path_of(root: Path, source: SourceFile) -> Path:
    """The file's path; DecodeError when the source lies inside an archive, which this format cannot read."""
    if source.member is not None:
        raise DecodeError(source.uri, f"member {source.member}: this format is not read from inside an archive")
    return root / source.uri


def open_source(root: Path, source: SourceFile) -> BinaryIO:
    """The bytes of a source, as a seekable binary file."""
    path = root / source.uri
    if source.member is None:
        return path.open("rb")
    with zipfile.ZipFile(path) as archive:
        return io.BytesIO(archive.read(source.member))
