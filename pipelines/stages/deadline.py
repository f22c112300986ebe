"""A limit on the time that one record may take."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 5.0  # seconds after which it is raised again, where a library swallowed it


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises TimeoutError after so many seconds, whatever the block catches. Only a process's main thread can be
    interrupted: in another one there is no limit. A library that does not come back to Python is interrupted when it
    does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise _LateError

    before = signal.signal(signal.SIGALRM, late)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _LateError as error:
        raise TimeoutError(f"took longer than {seconds:g} s") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _LateError(BaseException):
    """No Exception: what a library or a stage catches of one record must not catch this."""
