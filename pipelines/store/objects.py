"""Files under an object-store prefix, through obstore. What goes wrong is one line that names the place.

An object is whole or not there: a PUT shows all of it or nothing. Folders are only what names begin with, so none is
ever made.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import obstore
from obstore.exceptions import BaseError, InvalidPathError, PermissionDeniedError, PreconditionError
from obstore.exceptions import UnauthenticatedError as UnknownUserError
from obstore.store import from_url

from pipelines.faults import PlaceError

CLIENT: Any = {"allow_http": True, "connect_timeout": "10s", "timeout": "300s"}
FIRST: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}  # a wrong address is said soon
LATER: Any = {"max_retries": 10, "retry_timeout": timedelta(seconds=180)}  # a run outlives a short outage
STEP = 1 << 25  # bytes of one request
AHEAD = 1 << 20  # bytes read ahead in a file that is read in places
AT_ONCE = 16  # requests of one process that move objects


class Found(NamedTuple):
    """An object: its name below the prefix, bytes, when it was written, and what names this very content."""

    name: str
    size: int
    time: datetime
    e_tag: str | None


class Objects:
    """The objects under a prefix. Cheap to make: a process has one client a place. Methods raise PlaceError, and
    FileNotFoundError for an object that is not there."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.client = _client(place)

    def put(self, name: str, data: bytes | Path) -> None:
        with said(self.place):
            obstore.put(self.client, name, data)

    def get(self, name: str) -> bytes:
        with said(self.place):
            return bytes(obstore.get(self.client, name).bytes())

    def span(self, name: str, start: int, end: int) -> bytes:
        """Some bytes of an object."""
        with said(self.place):
            return bytes(obstore.get_range(self.client, name, start=start, end=end))

    def find(self, name: str) -> Found | None:
        """One object."""
        with said(self.place):
            try:
                return _found(obstore.head(self.client, name))
            except FileNotFoundError:
                return None

    def below(self, folder: str = "") -> Iterator[Found]:
        """Every object whose name begins with `folder/`."""
        with said(self.place):
            for some in obstore.list(self.client, folder or None):
                yield from map(_found, some)

    def within(self, folder: str) -> tuple[list[Found], list[str]]:
        """The objects right in a folder, and the names of the folders in it."""
        with said(self.place):
            here = obstore.list_with_delimiter(self.client, folder or None)
        cut = len(folder) + 1 if folder else 0
        folders = [str(path)[cut:] for path in here["common_prefixes"]]
        files = [_found(meta) for meta in here["objects"]]
        return [file._replace(name=file.name[cut:]) for file in files if len(file.name) > cut], folders

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects; one that is gone already is as well."""
        wanted = list(names)
        with said(self.place):
            for start in range(0, len(wanted), 1000):
                try:
                    obstore.delete(self.client, wanted[start : start + 1000])
                except FileNotFoundError:  # of stores that delete one by one
                    for name in wanted[start : start + 1000]:
                        self._delete(name)

    def _delete(self, name: str) -> None:
        try:
            obstore.delete(self.client, name)
        except FileNotFoundError:
            return

    def copy(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Copy objects inside the store, (from, to)."""
        with said(self.place), ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda pair: obstore.copy(self.client, *pair), pairs))

    def download(self, found: Found, path: Path) -> None:
        """Write an object into a file, as it was when it was found. Raises PlaceError where it has changed since."""
        with said(self.place), path.open("wb") as out:
            for start in range(0, found.size, STEP):
                options: Any = {"range": (start, min(found.size, start + STEP)), "if_match": found.e_tag}
                try:
                    out.write(obstore.get(self.client, found.name, options=options).bytes())
                except (PreconditionError, FileNotFoundError) as error:
                    where = f"{self.place}/{found.name}"
                    raise PlaceError(f"{where}: changed while it was fetched; run the same command again") from error

    def open(self, name: str) -> io.BufferedReader:
        """An object to read in places."""
        found = self.find(name)
        if found is None:
            raise FileNotFoundError(f"{self.place}/{name}: no such object")
        return io.BufferedReader(_Spans(self, found), AHEAD)


class _Spans(io.RawIOBase):
    """Reads what is asked for, a request each."""

    def __init__(self, objects: Objects, found: Found) -> None:
        self._objects, self._found, self._at = objects, found, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._found.size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._found.size, self._at + len(buffer))
        if end <= self._at:
            return 0
        data = self._objects.span(self._found.name, self._at, end)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


@lru_cache(maxsize=64)
def _client(place: str) -> Any:
    """A client of a place that answers."""
    with said(place):
        next(iter(obstore.list(from_url(place, client_options=CLIENT, retry_config=FIRST))), None)
        return from_url(place, client_options=CLIENT, retry_config=LATER)


def _found(meta: Any) -> Found:
    return Found(meta["path"], meta["size"], meta["last_modified"], meta["e_tag"])


@contextmanager
def said(place: str) -> Iterator[None]:
    """What the store's client raises becomes a PlaceError. Its own are not picklable, and run over many lines."""
    try:
        yield
    except BaseError as error:
        raise PlaceError(_line(place, error)) from error


def _line(place: str, error: BaseError) -> str:
    text = str(error)
    first = text.partition("\n")[0].partition("<?xml")[0].removeprefix("Generic S3 error: ").strip(" -:")[:300]
    if "NoSuchBucket" in text:
        return f"{place}: there is no such bucket; make it, or correct the address"
    if "Unable to recognise URL" in text:
        return f"{place}: neither a folder nor an object store; give s3://BUCKET/PREFIX, or gs:// or az:// likewise"
    if isinstance(error, InvalidPathError):
        return f"{place}: {first}; rename that object, or take it out of this prefix"
    if isinstance(error, (PermissionDeniedError, UnknownUserError)) or "169.254.169.254" in text:
        does = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or correct the role"
        return f"{place}: the store does not let us in: {first}; {does}"
    server = re.search(r"\w+://[^/ ]+", first)
    if "HTTP error" in first and server:
        first = f"no answer from {server.group()}"
    does = "check the network, AWS_ENDPOINT_URL and AWS_REGION, then run the same command again"
    return f"{place}: {first}; {does}"
