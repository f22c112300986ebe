"""One build at a time in a workspace. The second is refused, and told who holds it.

Folders: flock(2), which the kernel gives back when its holder dies, however it dies. Object stores: an object that is
made only where there is none (If-None-Match) and replaced only where it is still the one that was seen (If-Match). Its
holder renews it; one that was not renewed for a while, or whose process is gone from this machine, was left behind and
goes to the first who replaces it. A holder that was taken for dead finds out at its next renewal, and stops.
"""

import fcntl
import json
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.faults import PlaceError
from pipelines.store.files import Files

NAME = "build.lock"
RENEW, STALE = 10.0, 60.0  # seconds
AGAIN = 5.0  # seconds between two attempts to stop who has lost the lock


class BusyError(ValueError):
    """Somebody else builds in this workspace."""


@contextmanager
def locked(files: Files) -> Iterator[None]:
    """Hold the workspace. Raises BusyError that names who does."""
    with _object_lock(files) if files.remote else _file_lock(Path(files.root)):
        yield


def _me() -> dict[str, Any]:
    pid = os.getpid()
    return {
        "host": socket.gethostname(), "pid": pid, "since": time.strftime("%Y-%m-%d %H:%M:%S"), "id": uuid.uuid4().hex,
        "machine": _machine(), "started": _started(pid),
    }  # fmt: skip


def _refuse(place: str, holder: dict[str, Any]) -> BusyError:
    who = f"process {holder.get('pid', '?')} on {holder.get('host', '?')} since {holder.get('since', '?')}"
    return BusyError(f"{place}: {who} is building here; wait for it, or give another --workspace")


@contextmanager
def _file_lock(root: Path) -> Iterator[None]:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, FileNotFoundError, PermissionError) as error:
        raise ValueError(f"{root}: no folder can be made here; give another --workspace") from error
    path = root / NAME
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise _refuse(str(root), _parsed(file.read())) from error
        file.seek(0)
        left_behind = bool(file.read())  # a run that ends takes its name out
        file.truncate(0)
        file.write(json.dumps(_me()))
        file.flush()
        if left_behind:
            Files(root).sweep("", deep=True)
        yield
        file.truncate(0)


@contextmanager
def _object_lock(files: Files) -> Iterator[None]:
    lock = _ObjectLock(files)
    lock.take()
    done = threading.Event()

    def renew() -> None:
        while not done.wait(RENEW):
            if not lock.renewed():
                main = threading.main_thread().ident or 0
                while not done.is_set():  # again, for it may have come where Python ignores what is raised
                    signal.pthread_kill(main, signal.SIGINT)  # as Ctrl-C: ends whatever the main thread waits for
                    done.wait(AGAIN)
                return

    thread = threading.Thread(target=renew, name="workspace lock", daemon=True)
    thread.start()
    try:
        yield
    except KeyboardInterrupt as error:
        if lock.lost is not None:
            raise _refuse(files.place, lock.lost) from error
        raise
    finally:
        done.set()
        thread.join()
        lock.release()


class _ObjectLock:
    """The lock object. `e_tag` names what we wrote last: as long as the object has it, the lock is ours."""

    def __init__(self, files: Files) -> None:
        self.place, self.objects, self.me = files.place, files.objects, _me()
        self.e_tag: str | None = None
        self.lost: dict[str, Any] | None = None  # who has it instead

    def take(self) -> None:
        """Make the object, or replace one that was left behind. Raises BusyError."""
        if self._put("create"):
            return
        found = self.objects.find(NAME)
        holder = self._holder()
        if found and holder.get("id") == self.me["id"]:  # made, but the answer was lost on its way
            self.e_tag = found.e_tag
            return
        if found and not self._left_behind(found.time.timestamp(), holder):
            raise _refuse(self.place, holder)
        if not self._put({"e_tag": found.e_tag} if found else "create"):
            raise _refuse(self.place, self._holder())  # another was faster

    def renewed(self) -> bool:
        """False where the lock went to somebody else. A store that does not answer is asked again later."""
        with suppress(PlaceError):
            if self._put({"e_tag": self.e_tag}):
                return True
            found, holder = self.objects.find(NAME), self._holder()
            if holder.get("id") != self.me["id"]:
                self.lost = holder
                return False
            self.e_tag = found.e_tag if found else None  # ours: written, but the answer was lost on its way
        return True

    def release(self) -> None:
        with suppress(PlaceError):  # then it is stale in a minute
            if self.lost is None and self._holder().get("id") == self.me["id"]:
                self.objects.delete([NAME])

    def _put(self, mode: Any) -> bool:
        """Write the object under a condition; whether that was met."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        from pipelines.store.objects import said

        data = json.dumps({**self.me, "renewed": time.time()}).encode()
        with said(self.place):
            try:
                self.e_tag = obstore.put(self.objects.client, NAME, data, mode=mode)["e_tag"]
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                return False
        return True

    def _holder(self) -> dict[str, Any]:
        try:
            return _parsed(self.objects.get(NAME).decode())
        except FileNotFoundError:
            return {}

    def _left_behind(self, renewed: float, holder: dict[str, Any]) -> bool:
        if holder.get("machine") == _machine() and holder.get("started") != _started(int(holder.get("pid", 0))):
            return True
        return self._now() - renewed > STALE

    def _now(self) -> float:
        """The store's own time, since the clocks of two machines may differ by more than a lock lasts."""
        name = f"{NAME}.time-{uuid.uuid4().hex[:8]}"
        self.objects.put(name, b"")
        found = self.objects.find(name)
        self.objects.delete([name])
        return found.time.timestamp() if found else time.time()


def _machine() -> str:
    """This boot of this machine and its space of process ids: containers may share a host's name."""
    try:
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _started(pid: int) -> str | None:
    """When a process of this machine started; None where there is none. Ids are given again, start times are not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
