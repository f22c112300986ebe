"""A command's wall time, processor time and memory, with all that it starts (Linux).

`python -m benchmarks.meter -- COMMAND ...` runs it and prints one JSON line; what it prints itself goes to stderr.

Processor time is user and system of the whole tree, the larger of two sums. One is the kernel's own over reaped
children: the meter makes itself the reaper of orphans (PR_SET_CHILD_SUBREAPER) and waits for what the command left
behind. But Ray's raylet ignores its children, whose time the kernel then drops; so the other is that of the clocks of
all processes in /proc as last read, which misses at most `INTERVAL` a process. Memory is resident size: the highest
that a process reached (VmHWM), and the largest sum at one moment. Shared pages count in each process, so a sum is an
upper bound. A reading costs about one hundredth of a core, which is not in the figures. `others` says whether the
machine was idle otherwise: where it is above a few tenths of a core, wall times are not to be trusted.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

INTERVAL = 0.4
PR_SET_CHILD_SUBREAPER = 36
GRACE = 20.0  # seconds that what a command left behind may go on
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1 << 20
# Ray's own processes; all else below the command is a worker.
DAEMONS = ("gcs_server", "raylet", "log_monitor", "dashboard", "runtime_env", "monitor.py", "plasma_store")


@dataclass(frozen=True)
class Cost:
    """What a command took. `driver`: the command's own process; `worker`: the largest of the others; `daemons`: the sum
    of Ray's own; `tree`: the largest sum at one moment. MiB. `others`: cores that other processes kept busy."""

    wall: float
    cpu: float
    driver: float
    worker: float
    daemons: float
    tree: float
    others: float


@dataclass
class Seen:
    """Readings of a tree so far: process -> clock ticks and highest resident size, in bytes."""

    root: int
    ticks: dict[int, int] = field(default_factory=dict)
    high: dict[int, int] = field(default_factory=dict)
    role: dict[int, str] = field(default_factory=dict)
    tree: int = 0

    def look(self) -> None:
        """One reading of every process below this one."""
        now = 0
        for pid, ticks, pages in _below(os.getpid()):
            self.ticks[pid] = max(ticks, self.ticks.get(pid, 0))
            self.high[pid] = max(_high(pid), pages * PAGE, self.high.get(pid, 0))
            self.role[pid] = self._role(pid)
            now += pages * PAGE
        self.tree = max(self.tree, now)

    def peak(self, role: str) -> list[float]:
        """The highest resident size of each process of that role, MiB."""
        return [size / MIB for pid, size in self.high.items() if self.role[pid] == role] or [0.0]

    def _role(self, pid: int) -> str:
        if pid == self.root:
            return "driver"
        if self.role.get(pid) == "daemons":
            return "daemons"
        try:
            called = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return self.role.get(pid, "worker")
        first = " ".join(called[:3])  # the interpreter, its -u, the script
        daemon = not first.startswith("ray::") and any(name in first for name in DAEMONS)
        return "daemons" if daemon else "worker"


def measure(command: Sequence[str], env: dict[str, str] | None = None) -> Cost:
    """Run a command under a meter of its own. Raises RuntimeError, with the end of what it said, when it fails."""
    call = [sys.executable, "-m", "benchmarks.meter", "--", *command]
    done = subprocess.run(call, capture_output=True, text=True, env={**os.environ, **(env or {})})
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout))


def _run(command: Sequence[str]) -> tuple[int, Cost]:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start, busy = time.perf_counter(), _busy()
    process = subprocess.Popen(command, stdout=sys.stderr)
    seen, stop = Seen(process.pid), threading.Event()
    watch = threading.Thread(target=_watch, args=(seen, stop))
    watch.start()
    code = process.wait()
    wall = time.perf_counter() - start
    _reap(time.perf_counter() + GRACE)
    whole, busy = time.perf_counter() - start, _busy() - busy
    stop.set()
    watch.join()
    reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = max(reaped.ru_utime + reaped.ru_stime, sum(seen.ticks.values()) / TICKS)
    return code, Cost(
        wall, cpu, max(seen.peak("driver")), max(seen.peak("worker")), sum(seen.peak("daemons")), seen.tree / MIB,
        max(0.0, (busy - cpu) / whole),
    )  # fmt: skip


def _watch(seen: Seen, stop: threading.Event) -> None:
    while not stop.wait(INTERVAL):
        seen.look()


def _reap(until: float) -> None:
    """Wait for orphans that the command left, so that their time is counted. What stays is left alone."""
    while time.perf_counter() < until:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            time.sleep(0.05)


def _below(top: int) -> list[tuple[int, int, int]]:
    """(process, ticks of user and system, resident pages) of every descendant."""
    parents: dict[int, int] = {}
    found: dict[int, tuple[int, int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                text = Path(f"/proc/{entry.name}/stat").read_text()
            except OSError:
                continue  # it ended
            rest = text[text.rindex(")") + 2 :].split()
            parents[int(entry.name)] = int(rest[1])
            found[int(entry.name)] = int(rest[11]) + int(rest[12]), int(rest[21])
    inside = {top}
    size = 0
    while size != len(inside):
        size = len(inside)
        inside |= {pid for pid, parent in parents.items() if parent in inside}
    return [(pid, *found[pid]) for pid in sorted(inside - {top})]


def _busy() -> float:
    """Seconds that the machine's cores were busy since it started: user, nice, system, interrupts, stolen."""
    ticks = [int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICKS  # but for idle and waiting for a disk


def _high(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    command = sys.argv[sys.argv.index("--") + 1 :]
    code, cost = _run(command)
    print(json.dumps(asdict(cost)))
    sys.exit(code)


if __name__ == "__main__":
    main()
