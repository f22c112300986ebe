"""One build at a time in a workspace. The second is refused, and told who holds it.

Folders: flock(2), which the kernel gives back when its holder dies, however it dies. Object stores: an object that is
made only where there is none (If-None-Match); its holder writes the time into it, and one that was not renewed for a
while, or whose process is gone from this machine, counts as left behind.
"""

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.store.files import Files

NAME = "build.lock"
RENEW, STALE = 10.0, 60.0  # seconds


class BusyError(ValueError):
    """Somebody else builds in this workspace."""


@contextmanager
def locked(files: Files) -> Iterator[None]:
    """Hold the workspace. Raises BusyError that names who does."""
    with _object_lock(files) if files.remote else _file_lock(Path(files.root)):
        yield


def _me() -> dict[str, Any]:
    return {"host": socket.gethostname(), "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}


def _refuse(place: str, holder: dict[str, Any]) -> BusyError:
    who = f"process {holder.get('pid', '?')} on {holder.get('host', '?')} since {holder.get('since', '?')}"
    return BusyError(f"{place}: {who} is building here; wait for it, or give another --workspace")


@contextmanager
def _file_lock(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    path = root / NAME
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise _refuse(str(root), _parsed(file.read())) from error
        file.truncate(0)
        file.write(json.dumps(_me()))
        file.flush()
        yield


@contextmanager
def _object_lock(files: Files) -> Iterator[None]:
    import obstore
    from obstore.exceptions import AlreadyExistsError
    from obstore.store import from_url

    store = from_url(files.place, client_options={"allow_http": True})
    mine = _me()

    def held() -> bytes:
        return json.dumps({**mine, "renewed": time.time()}).encode()

    try:
        obstore.put(store, NAME, held(), mode="create")
    except AlreadyExistsError as error:
        holder = _parsed(bytes(obstore.get(store, NAME).bytes()).decode())
        if not _left_behind(holder):
            raise _refuse(files.place, holder) from error
        obstore.put(store, NAME, held())
    done = threading.Event()

    def renew() -> None:
        while not done.wait(RENEW):
            obstore.put(store, NAME, held())

    thread = threading.Thread(target=renew, name="workspace lock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        obstore.delete(store, NAME)


def _left_behind(holder: dict[str, Any]) -> bool:
    if time.time() - float(holder.get("renewed", 0)) > STALE:
        return True
    if holder.get("host") != socket.gethostname():
        return False
    try:
        os.kill(int(holder.get("pid", 0)), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, ValueError):
        return False
    return False


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
