"""Raw data on an object store: a node's own copy of a data set, which connectors read like any folder.

What it costs: each node that reads a record of a data set holds all of that set, and a process that starts to read asks
the store once for the set's list of objects. `TRIPTYCH_CACHE` says where the copies lie [default: ~/.cache/triptych];
nothing but a person removes them.

A copy has the size and time of change of its object, so every node sees the same folder and reads nothing anew that
another node has read. An object of another size or time is fetched again; the copy of one that is gone is removed.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pipelines.faults import PlaceError
from pipelines.store.objects import AT_ONCE, Found, Objects

CACHE = "TRIPTYCH_CACHE"


@lru_cache(maxsize=256)  # a process sees a data set as it was when it first asked; see `forget`
def mirrored(raw: str, dataset: str) -> Path:
    """The local copy of `raw`/`dataset`, as the store has it now.

    Raises FileNotFoundError where the store has no such object, and PlaceError where the store cannot be read or a name
    cannot be that of a file.
    """
    asked = time.time_ns()
    folder = _cache() / hashlib.sha256(raw.rstrip("/").encode()).hexdigest()[:16] / dataset
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder.with_name(f".{dataset}.lock")) as stamp:
        if not folder.is_dir() or stamp.stat().st_mtime_ns < asked:  # else another process did it while we waited
            _sync(Objects(f"{raw.rstrip('/')}/{dataset}"), folder)
            os.utime(stamp)
    return folder


def forget() -> None:
    """From now on stores are asked again what they have."""
    mirrored.cache_clear()


def is_there(raw: str, dataset: str) -> bool:
    """Whether the store has anything of a data set, beside objects that mark folders; fetches nothing."""
    objects = Objects(f"{raw.rstrip('/')}/{dataset}")
    return any(one.size or objects.find(one.name) for one in objects.below())


def _cache() -> Path:
    named = os.environ.get(CACHE)
    return Path(named).absolute() if named else Path("~/.cache/triptych").expanduser()


@contextmanager
def _alone(path: Path) -> Iterator[Path]:
    """One process of this node at a time."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path


def _sync(objects: Objects, folder: Path) -> None:
    """Make the folder what the store has."""
    wanted = _wanted(objects)
    if not wanted:
        raise FileNotFoundError(f"{objects.place}: nothing there; copy the data set there as it was published")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of who was killed
    part.mkdir(mode=0o700)
    _remove_others(folder, wanted)
    missing = [(found, folder / name) for name, found in wanted.items() if not _same(folder / name, found)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = enumerate(missing)
        list(pool.map(lambda job: _fetch(objects, job[1][0], job[1][1], part / str(job[0])), jobs))
    part.rmdir()


def _wanted(objects: Objects) -> dict[str, Found]:
    """Path in the folder -> object. An object that only marks a folder is none."""
    found = {one.name: one for one in objects.below()}
    wanted = {name: one for name, one in found.items() if one.size or objects.find(name)}
    for name in wanted:
        for parent in map(str, Path(name).parents):
            if parent in wanted:
                raise PlaceError(f"{objects.place}/{parent}: it and {name} cannot be files of one folder; rename one")
        if ".." in Path(name).parts or Path(name).is_absolute() or "\0" in name:
            raise PlaceError(f"{objects.place}: the name {name!r} leads out of the folder; rename that object")
    return wanted


def _same(path: Path, found: Found) -> bool:
    try:
        stat = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.st_size == found.size and stat.st_mtime_ns == _time(found)


def _time(found: Found) -> int:
    return int(found.time.timestamp()) * 10**9 + found.time.microsecond * 1000


def _fetch(objects: Objects, found: Found, path: Path, part: Path) -> None:
    """The whole file, then its name."""
    objects.download(found, part)
    os.utime(part, ns=(_time(found), _time(found)))
    part.chmod(0o444)
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def _remove_others(folder: Path, wanted: Mapping[str, Found]) -> None:
    """Remove the copies of objects that are gone, and folders that are empty then."""
    folder.mkdir(exist_ok=True, mode=0o700)
    for root, folders, files in os.walk(folder, topdown=False):
        for name in files:
            if (Path(root) / name).relative_to(folder).as_posix() not in wanted:
                (Path(root) / name).unlink()
        for name in folders:
            if not any((Path(root) / name).iterdir()):
                (Path(root) / name).rmdir()
