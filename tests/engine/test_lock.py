"""One build at a time, in a folder and on an object store; a lock that was left behind goes to one taker only."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.store import lock
from pipelines.store.files import Files
from pipelines.store.lock import BusyError, locked
from tests.engine.conftest import Work
from tests.engine.stores import ROOT, Bucket, environment, triptych

HOLD = """
import sys
from pipelines.store.files import Files
from pipelines.store.lock import locked
with locked(Files(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(place: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a workspace."""
    command = [sys.executable, "-c", HOLD, place]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(**env), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, inside: Bucket, tmp_path: Path) -> str:
    return inside.space() if request.param == "s3" else str(tmp_path / "space")


def test_the_second_is_told_who_holds_it(place: str, inside: Bucket, work: Work) -> None:
    with held(place, inside.env) as holder:
        with (
            pytest.raises(BusyError, match=rf"process {holder.pid} on .* is building here; .*--workspace"),
            _try(place),
        ):
            pass
        found = triptych(work.folder, inside.env, *work.build(place))
        assert found.returncode == 2
        (line,) = found.stderr.strip().splitlines()
        assert line.startswith(f"{place}: process {holder.pid} ")


def test_a_killed_holder_holds_nothing(place: str, inside: Bucket) -> None:
    with held(place, inside.env) as holder:
        holder.kill()
        holder.wait()
        with _try(place):
            pass
    with _try(place):
        pass


@contextmanager
def _try(place: str) -> Iterator[None]:
    with locked(Files(place)):
        yield


def test_of_many_takers_of_a_stale_lock_one_gets_it(inside: Bucket) -> None:
    for _ in range(5):
        space = inside.space()
        inside.put(f"{space}/{lock.NAME}", json.dumps(_dead()).encode())
        takers = [lock._ObjectLock(Files(space)) for _ in range(8)]
        together, got, refused = threading.Barrier(len(takers)), [], []

        def take(one: lock._ObjectLock, together: threading.Barrier, got: list[str], refused: list[str]) -> None:
            together.wait()
            try:
                one.take()
                got.append(one.me["id"])
            except BusyError as error:
                refused.append(str(error))

        threads = [threading.Thread(target=take, args=(one, together, got, refused)) for one in takers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 1
        assert len(refused) == len(takers) - 1
        assert json.loads(inside.read(f"{space}/{lock.NAME}"))["id"] == got[0]


def _dead() -> dict[str, object]:
    """A holder on this machine whose process id was given to another process since."""
    return {"host": "here", "pid": 1, "since": "long ago", "machine": lock._machine(), "started": "-1", "id": "dead"}


def test_a_holder_elsewhere_is_believed_until_it_stops_renewing(
    inside: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = inside.space()
    there = {"host": "elsewhere", "pid": 1, "since": "now", "machine": "another", "id": "theirs"}
    inside.put(f"{space}/{lock.NAME}", json.dumps(there).encode())
    with pytest.raises(BusyError, match="process 1 on elsewhere since now"), _try(space):
        pass
    time.sleep(2)
    monkeypatch.setattr(lock, "STALE", 1.0)
    with _try(space):
        assert json.loads(inside.read(f"{space}/{lock.NAME}"))["id"] != "theirs"
    assert inside.listing(space) == {}


def test_a_holder_that_was_taken_for_dead_stops(inside: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "RENEW", 0.2)
    space = inside.space()
    taker = {"host": "elsewhere", "pid": 7, "since": "just now", "id": "theirs"}

    def work() -> None:
        with _try(space):
            time.sleep(1)  # renewed some times
            for _ in range(60):  # the server's check and its writing are two steps: a renewal may come in between
                inside.put(f"{space}/{lock.NAME}", json.dumps(taker).encode())
                time.sleep(1)

    with pytest.raises(BusyError, match="process 7 on elsewhere"):
        work()
    assert json.loads(inside.read(f"{space}/{lock.NAME}")) == taker  # and does not remove what is not its own
