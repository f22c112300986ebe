"""A limit on the time that one record, or one unit of reading, may take."""

import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from raw import budget

AGAIN = 5.0  # seconds after which it is raised again, where a library swallowed it
LOOK = 0.5  # seconds between two looks at other threads


@contextmanager
def deadline(seconds: float | None = None) -> Iterator[None]:
    """Raises TimeoutError after so many seconds [default: TRIPTYCH_MAX_SECONDS], whatever the block catches. A library
    that does not come back to Python is interrupted when it does; in other threads than the main one, which Beam reads
    in, so is a wait."""
    hint = f"; where that is right, set {budget.MAX_SECONDS} higher and run again" if seconds is None else ""
    seconds = budget.limit(budget.MAX_SECONDS) if seconds is None else seconds
    limited = _signalled if threading.current_thread() is threading.main_thread() else _watched
    try:
        with limited(seconds):
            yield
    except _LateError as error:
        _watch.leave()
        raise TimeoutError(f"took longer than {seconds:g} s{hint}") from error


@contextmanager
def _signalled(seconds: float) -> Iterator[None]:
    def late(number: int, frame: FrameType | None) -> None:
        raise _LateError

    before = signal.signal(signal.SIGALRM, late)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    _watch.enter(seconds)
    try:
        yield
    finally:
        _watch.leave()


class _LateError(BaseException):
    """No Exception: what a library or a stage catches of one record must not catch this."""


class _Watch:
    """One thread that looks at all others whose time is limited: a timer for each unit would cost more than some."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.due: dict[int, float] = {}
        self.thread: threading.Thread | None = None

    def enter(self, seconds: float) -> None:
        with self.lock:
            self.due[threading.get_ident()] = time.monotonic() + seconds
            if self.thread is None or not self.thread.is_alive():  # none yet, or not in this fork
                self.thread = threading.Thread(target=self._look, name="deadlines", daemon=True)
                self.thread.start()

    def leave(self) -> None:
        with self.lock:
            if self.due.pop(threading.get_ident(), None) is not None:
                _raise(threading.get_ident(), None)  # what was raised and did not arrive yet

    def _look(self) -> None:
        while True:
            time.sleep(LOOK)
            with self.lock:
                now = time.monotonic()
                for number, due in self.due.items():
                    if now >= due:
                        _raise(number, _LateError)
                        self.due[number] = now + AGAIN


def _raise(number: int, error: type[BaseException] | None) -> None:
    """In another thread, before its next step in Python (C API, PyThreadState_SetAsyncExc); None takes it back."""
    what = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(number), what)


_watch = _Watch()
