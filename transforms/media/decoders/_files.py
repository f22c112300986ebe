"""Opening a source file, inside an archive or not; see raw/."""

import io
from pathlib import Path
from typing import BinaryIO

from raw import archive, confine, streams
from schemas import SourceFile


class DecodeError(ValueError):
    """A file whose pixels cannot be had: its `uri` and the `reason`."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"{uri}: {reason}")
        self.uri = uri
        self.reason = reason

    def __reduce__(self) -> tuple[type["DecodeError"], tuple[str, str]]:
        return (DecodeError, (self.uri, self.reason))  # engines send errors between processes


def open_source(root: Path, source: SourceFile) -> BinaryIO:
    """The bytes of a source, as a seekable binary file; a member of an archive in memory. Raises Unreadable on what may
    not be opened or is too large, and KeyError, zipfile.BadZipFile, tarfile.TarError."""
    if source.member is None:
        return confine.opened(root, source.uri)
    with archive.open_member(root, source.uri, source.member) as file:
        return io.BytesIO(streams.all_of(name_of(source), file))


def name_of(source: SourceFile) -> str:
    """How errors call a source."""
    return f"{source.uri}/{source.member}" if source.member else source.uri
