"""Ray without its GCS or its raylet ends the process a minute later, with words of its own, or never. So somebody looks
whether they are there, and stops the run in one line."""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Any

import ray

from pipelines import faults

EVERY = 0.2  # seconds between two looks
PATIENCE = 30.0  # seconds without an answer until somebody else's GCS, which may come back, counts as lost
GRACE = 5.0  # seconds that the main thread has to stop: what waits inside Ray's C++ may never come back


class Vigil(threading.Thread):
    """Interrupts the main thread where Ray is lost; `pipelines.build` then says so."""

    def __init__(self) -> None:
        super().__init__(name="Ray's vigil", daemon=True)
        self._done = threading.Event()
        self._address: str = ray.get_runtime_context().gcs_address
        self._silent = 0.0

    def run(self) -> None:
        while not self._done.wait(EVERY):
            if not ray.is_initialized():
                return
            missing = self._missing()
            if missing and not self._done.wait(EVERY) and ray.is_initialized():  # it was not we who ended it
                self._stop_the_run(missing)
                return

    def _missing(self) -> str | None:
        started = dead()
        if started is not None:
            return f"its {started[0]} is gone" if started else None
        self._silent = 0.0 if _answers(self._address) else self._silent + EVERY
        if self._silent < PATIENCE:
            self._done.wait(EVERY * 4)
            self._silent += EVERY * 4 if self._silent else 0.0
            return None
        return f"nothing answers at {self._address}"

    def _stop_the_run(self, missing: str) -> None:
        error = faults.lose(f"Ray was lost: {missing}")
        _hush()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        if not faults.said.wait(GRACE):
            with suppress(OSError):
                sys.stderr.write(f"{error}\n")
                sys.stderr.flush()
            os._exit(1)


def dead() -> list[str] | None:
    """Which of the processes that a cluster cannot do without are gone; None of a cluster that others started."""
    node: Any = ray._private.worker._global_node
    if node is None or not node.all_processes:
        return None
    gone = [kind for kind, _ in node.dead_processes()]
    return [name for name in ("gcs_server", "raylet") if name in gone]


def _hush() -> None:
    """What Ray's C++ writes from now on goes nowhere; what Python writes goes where it went."""
    with suppress(OSError, ValueError):
        if sys.stderr.fileno() == 2:
            kept = os.dup(2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.stderr = os.fdopen(kept, "w", buffering=1)


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=EVERY * 10):
            return True
    except OSError:
        return False
