"""Members of wheels, zips and tars: chosen by pattern, unpacked with no way out of the target folder."""

import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO

from catalog.errors import CatalogError

ZIP, TAR = (".whl", ".zip"), (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


class BadArchiveError(CatalogError):
    """The archive cannot be read, or a chosen member is not a plain file inside the target folder."""


def is_archive(name: str) -> bool:
    return name.endswith(ZIP + TAR)


Opener = Callable[[], IO[bytes]]


@contextmanager
def _members(path: Path) -> Iterator[list[tuple[str, Opener | None]]]:
    """(name, opener) of every member but folders; opener None where the member is a link or a device."""
    try:
        if path.name.endswith(ZIP):
            with zipfile.ZipFile(path) as archive:
                yield [(i.filename, _zip_opener(archive, i)) for i in archive.infolist() if not i.is_dir()]
        else:
            with tarfile.open(path) as tar:
                yield [(m.name, _tar_opener(tar, m)) for m in tar.getmembers() if not m.isdir()]
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise BadArchiveError(
            path.name, "the archive", f"cannot be read ({error}); delete it and get it again"
        ) from error


def _zip_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Opener | None:
    is_link = (info.external_attr >> 16) & 0o170000 == 0o120000  # Unix file type in the high half (APPNOTE 4.4.15)
    return None if is_link else lambda: archive.open(info)


def _tar_opener(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Opener | None:
    if not member.isreg():
        return None

    def opener() -> IO[bytes]:
        stream = tar.extractfile(member)
        assert stream is not None  # a regular file always has one
        return stream

    return opener


def chosen(name: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    """Whether a member is wanted: an `include` pattern matches its path and no `exclude` one ("*" spans "/")."""
    return any(fnmatchcase(name, pattern) for pattern in include) and not any(fnmatchcase(name, p) for p in exclude)


def target(archive: str, name: str, strip: int) -> PurePosixPath:
    """Where a member goes, relative to the folder. Raises BadArchiveError when that is outside it, or nowhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise BadArchiveError(archive, name, "leads out of the folder; do not use this archive, tell its publisher")
    if len(path.parts) <= strip:
        raise BadArchiveError(archive, name, f"strip: {strip} leaves no file name; lower obtain.strip in the card")
    return PurePosixPath(*path.parts[strip:])


def unpack(path: Path, folder: Path, include: tuple[str, ...], exclude: tuple[str, ...], strip: int) -> list[Path]:
    """Writes the chosen members under `folder`, read-only, and returns their paths relative to it, sorted.

    Raises BadArchiveError on a broken archive, a link, a path out of the folder, a file written twice, or a pattern of
    `include` that matches nothing.
    """
    written: list[Path] = []
    with _members(path) as members:
        names = [name for name, _ in members]
        for pattern in include:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise BadArchiveError(path.name, pattern, "matches no member; correct obtain.include in the card")
        for name, opener in members:
            if not chosen(name, include, exclude):
                continue
            relative = target(path.name, name, strip)
            if opener is None:
                raise BadArchiveError(path.name, name, "is a link or a device, not a file; exclude it in the card")
            out = folder / relative
            if out.exists():
                raise BadArchiveError(path.name, name, f"would overwrite {relative}; lower obtain.strip in the card")
            out.parent.mkdir(parents=True, exist_ok=True)
            with opener() as source, out.open("xb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            out.chmod(0o444)
            written.append(Path(relative))
    return sorted(written)
