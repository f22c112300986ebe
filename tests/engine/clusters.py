"""A Ray cluster of this machine alone: started, used and ended without a look at any other."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.engine.stores import MINUTES, ROOT, START_SECONDS, environment

RAY = Path(sys.executable).with_name("ray")


@dataclass(frozen=True)
class Cluster:
    """A head node and what is needed to find it. `folder`: where its sessions lie; its processes name it."""

    folder: Path
    port: int
    dashboard: int
    env: dict[str, str]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def join(self, gpus: int = 0) -> int:
        """Another node of one core, and so many GPUs as far as Ray is told; the process that is it."""
        before = set(self.raylets())
        resources = ("--num-cpus=1", f"--num-gpus={gpus}")
        started = ray("start", f"--address={self.address}", *resources, "--disable-usage-stats", **self.env)
        assert started.returncode == 0, started.stderr + started.stdout
        (new,) = set(self.raylets()) - before
        return new

    def raylets(self) -> list[int]:
        return [pid for pid in self.processes() if _command(pid)[:1] and _command(pid)[0].endswith(b"/raylet")]

    def processes(self) -> list[int]:
        """The processes that were started with this folder."""
        mark = str(self.folder).encode()
        return [pid for pid in _all() if any(mark in word for word in _command(pid))]

    def submit(self, *command: str, env: str = "{}") -> subprocess.CompletedProcess[str]:
        """A job with this working tree, to its end."""
        until = time.monotonic() + START_SECONDS
        address = f"http://127.0.0.1:{self.dashboard}"
        while True:
            done = ray("job", "submit", "--address", address, "--working-dir", str(ROOT),
                       "--runtime-env-json", env, "--", *command)  # fmt: skip
            if "No available agent" not in done.stderr or time.monotonic() > until:  # said just after a start
                return done
            time.sleep(1)


def busy(raylet: int) -> list[str]:
    """What the workers of a node do now."""
    found = []
    for pid in _all():
        title = b" ".join(_command(pid))
        if title.startswith(b"ray::") and not title.startswith(b"ray::IDLE") and parent(pid) == raylet:
            found.append(title.decode())
    return found


@contextmanager
def head(cores: int, **env: str) -> Iterator[Cluster]:
    """A head node; the folder's name is short because Ray's sockets lie in it. `env`: what its workers see besides, and
    those of nodes that join."""
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        port, dashboard, client, listen, grpc = _free(5)
        cluster = Cluster(Path(folder), port, dashboard, env)
        try:
            started = ray(
                "start", "--head", f"--port={port}", f"--dashboard-port={dashboard}",
                f"--ray-client-server-port={client}", f"--dashboard-agent-listen-port={listen}",
                f"--dashboard-agent-grpc-port={grpc}", f"--num-cpus={cores}", "--include-dashboard=true",
                "--disable-usage-stats", f"--temp-dir={folder}", **env,
            )  # fmt: skip
            assert started.returncode == 0, started.stderr + started.stdout
            yield cluster
        finally:
            _stop(cluster)


def ray(*args: str, **own: str) -> subprocess.CompletedProcess[str]:
    """Ray's command line, whatever cluster this session may know of."""
    path = f"{RAY.parent}{os.pathsep}{os.environ['PATH']}"  # jobs run the `python` that the head node finds
    more = {"PATH": path, "RAY_AUTH_MODE": "disabled", "RAY_raylet_start_wait_time_s": str(START_SECONDS), **own}
    env = environment(**more)
    if args[0] == "job":
        del env["PYTHONPATH"]
    return subprocess.run([RAY, *args], capture_output=True, text=True, timeout=MINUTES, cwd=ROOT, env=env, check=False)


def _stop(cluster: Cluster) -> None:
    """Ends its processes: `ray stop` would end every cluster of the machine."""
    until = time.monotonic() + START_SECONDS
    while left := cluster.processes():
        assert time.monotonic() < until, f"Ray does not end: {left}"
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)


def _free(number: int) -> list[int]:
    """Ports that nobody has, outside 10002-19999, which are Ray's workers'."""
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _all() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _command(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return []


def parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
