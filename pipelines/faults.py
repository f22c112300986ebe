"""What an exception costs: one record and its reason, or, where nothing can be written any more, the run."""

import errno
import os
import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.base import Item

MAX_FAILURES = 100  # in a row: then the source is broken, not its files, and the rest of it waits for the next run
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskFullError(OSError):
    """Nothing can be written: the run stops, and goes on where it was once there is room."""


class StoppedError(ValueError):
    """What is no fault of any record and that no record can be brought past: the run stops, and can be taken up."""


class PlaceError(StoppedError):
    """An object store that is not there, does not answer or does not let us in: the run stops."""


class ClusterError(RuntimeError):
    """Ray does not come up, or was lost: the run stops."""


said = threading.Event()  # that whoever runs us has heard of `lost`
lost: list[ClusterError] = []


def lose(text: str) -> ClusterError:
    """Remember why the main thread is interrupted."""
    lost.append(ClusterError(f"{text}; what is done is kept: run the same command again"))
    return lost[-1]


def interrupted() -> ClusterError | None:
    """What a KeyboardInterrupt was, where nobody pressed Ctrl-C."""
    said.set()
    return lost[-1] if lost else None


def reason_of(error: Exception, uri: str | None = None) -> str:
    """One line for the quarantine; it names the file where that is not `uri`, the unit's own.

    Raises DiskFullError or StoppedError where that is no fault of the record."""
    from connectors.base import Unreadable  # late: every command's help comes by here
    from raw.refusal import bare, foreign, masked

    if isinstance(error, StoppedError):
        raise error
    if is_full(error):
        raise DiskFullError(error.errno, error.strerror, error.filename) from error  # type: ignore[attr-defined]
    if isinstance(error, Unreadable):
        reason = error.reason if uri in (None, error.uri) else str(error)
        return masked(reason) if foreign(error) else reason
    text = " ".join(str(error).split())
    text = bare(text) if foreign(error) else text
    named = text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}"
    return named[:500]


def reason_at(error: Exception, item: "Item") -> str:
    """As `reason_of`, with the name of the file at fault where that is another than the item's own."""
    from connectors.base import Unreadable

    reason = reason_of(error)
    own = (item.uri, f"{item.uri}/{item.member}")
    return f"{error.uri}: {reason}" if isinstance(error, Unreadable) and error.uri not in own else reason


def told(text: str) -> Exception | None:
    """What stops a run, found again in the text to which Beam and Ray Data turn what a worker raises."""
    if found := re.search(rf"\[Errno ({'|'.join(map(str, _FULL))})\][^:\n]*(?:: '([^'\n]+)')?", text):
        return DiskFullError(int(found.group(1)), "no space left", found.group(2))
    found = re.search(r"\b(Place|ModelAway|Budget)Error: (.+?)(?: \[while running|\n|$)", text)
    kind = PlaceError if found and found.group(1) == "Place" else StoppedError
    return kind(found.group(2)) if found else None


def is_full(error: BaseException) -> bool:
    """Whether a disk is full or a quota used up."""
    return isinstance(error, OSError) and error.errno in _FULL


def full_disk_line(error: OSError) -> str:
    """One line for the person at the terminal. Raises the error again where no disk is full."""
    if not is_full(error):
        raise error
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}no space left: what is done is kept; make room and run the same command again"


def line_of(error: Exception) -> str:
    """What is wrong with what somebody gave, without Python's quotes and numbers around it."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{os.fspath(error.filename)}: {error.strerror.lower()}; correct the path, or give another"
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
