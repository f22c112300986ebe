"""What libraries complain of while one unit is read or decoded: notices of that unit, and no lines on the terminal.

Warnings and log lines are told apart by thread and task (a context variable). Native code (libpng, libtiff, FFmpeg)
writes to file descriptor 2 itself; what it wrote while a unit was looked at is taken for that unit's. The command line
gives Python's own `sys.stderr` another descriptor, so that no line of ours is among it; without that, 2 is left alone.
"""

import logging
import os
import re
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from click import unstyle

from schemas import Notice

LIBRARIES = ("pydicom", "nibabel", "PIL", "tifffile", "wfdb", "openpyxl", "fastexcel", "h5py", "SimpleITK", "imageio")
OURS = ("connectors", "transforms", "pipelines")
MOST = 20  # of one unit
LENGTH = 300  # characters of one
_CLOCK = re.compile(r"^\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,\d]*Z?\s*")  # what ONNX Runtime begins a line with
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FOLDERS = re.compile(r"(?<![\w/.])/(?:[^\s/'\":]+/)+")
_IGNORED = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, ResourceWarning)
_ear: ContextVar[list[str] | None] = ContextVar("complaints", default=None)


@contextmanager
def heard(root: Path, uri: str, record: str | None = None) -> Iterator[list[Notice]]:
    """The complaints of what is done in the block, in the list once it ends, however it ends. `uri`: the file that is
    looked at, relative to `root`."""
    _listen()
    said: list[str] = []
    notices: list[Notice] = []
    token = _ear.set(said)
    try:
        with _native(said):
            yield notices
    finally:
        _ear.reset(token)
        lines = dict.fromkeys(told(root, text) for text in said)
        notices += [Notice(kind="library", uri=uri, reason=line, record=record) for line in list(lines)[:MOST] if line]


def told(root: Path, text: str) -> str:
    """A complaint as one line that names files without the folders above the data set's, without codes for a terminal
    and the time of the day."""
    plain = _UNSEEN.sub("", _CLOCK.sub("", unstyle(text)))
    line = " ".join(plain.split()).replace(f"{root.absolute()}/", "").replace(f"{root}/", "")
    return _FOLDERS.sub("", line)[:LENGTH]


class _Ear(logging.Handler):
    """Keeps a library's log lines for the unit that is looked at."""

    def emit(self, record: logging.LogRecord) -> None:
        said = _ear.get()
        if said is not None:
            said.append(f"{record.name.split('.')[0]}: {record.getMessage()}")


_handler = _Ear(logging.WARNING)
_before: Any = warnings.showwarning


def _show(message: Warning | str, category: type[Warning], filename: str, *rest: Any, **more: Any) -> None:
    said = _ear.get()
    if said is None or issubclass(category, _IGNORED):
        _before(message, category, filename, *rest, **more)
    else:
        said.append(f"{_library(filename)}: {message}")


def _library(filename: str) -> str:
    """The package that a warning was raised in."""
    parts = Path(filename).parts
    return parts[parts.index("site-packages") + 1].removesuffix(".py") if "site-packages" in parts else "library"


_known = -1
_filtered: Any = None


def _listen() -> None:
    """Libraries set up their own loggers when they are imported, and whoever catches warnings puts back other filters:
    looked at each time."""
    global _before, _known, _filtered
    count = len(logging.root.manager.loggerDict)
    if count != _known:
        _known = count
        for name in LIBRARIES:
            _take(logging.getLogger(name))
    if warnings.showwarning is not _show:
        _before, warnings.showwarning = warnings.showwarning, _show
    if not warnings.filters or warnings.filters[0] is not _filtered:
        names = "|".join((*LIBRARIES, *OURS, "numpy"))
        for category in (UserWarning, RuntimeWarning):  # "default" would tell of the first file only
            warnings.filterwarnings("always", category=category, module=rf"({names})\b")
        _filtered = warnings.filters[0]


def _take(logger: logging.Logger) -> None:
    """Let a library's logger, and those below it that print by themselves (nibabel's), speak to us alone."""
    below = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    for one in (logger, *(one for one in below if one.name.startswith(f"{logger.name}.") and one.handlers)):
        one.handlers[:], one.propagate = [_handler], False
        if not one.isEnabledFor(logging.WARNING):
            one.setLevel(logging.WARNING)


class _Descriptor:
    """Descriptor 2 while anybody listens, whatever the number of threads: it is turned once, and given back once. The
    file that it is turned to is made once a process: several hundred records a second come by here."""

    def __init__(self) -> None:
        self.lock, self.users = threading.Lock(), 0
        self.saved = self.file = self.process = -1

    def take(self) -> None:
        with self.lock:
            self.users += 1
            if self.users == 1:
                if self.process != os.getpid():  # after a fork the file is the parent's
                    with tempfile.TemporaryFile() as file:
                        self.file, self.process = os.dup(file.fileno()), os.getpid()
                self.saved = os.dup(2)
                os.dup2(self.file, 2)

    def give(self) -> str:
        """What was written since the last one asked."""
        with self.lock:
            said = os.pread(self.file, size, 0) if (size := os.fstat(self.file).st_size) else b""
            if said:
                os.ftruncate(self.file, 0)
                os.lseek(self.file, 0, os.SEEK_SET)
            self.users -= 1
            if self.users == 0:
                os.dup2(self.saved, 2)
                os.close(self.saved)
            return said.decode("utf-8", "replace")


_descriptor = _Descriptor()


@contextmanager
def _native(said: list[str]) -> Iterator[None]:
    if _shares_stderr():
        yield
        return
    _descriptor.take()
    try:
        yield
    finally:
        said += _descriptor.give().splitlines()


def _shares_stderr() -> bool:
    """Whether our own lines go to descriptor 2 as well: then it is left alone."""
    try:
        return sys.stderr is None or sys.stderr.fileno() == 2
    except (OSError, ValueError, AttributeError):
        return False
