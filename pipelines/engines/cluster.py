"""A Ray cluster to work on: the one that a job runs in, else one started here."""

import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from pipelines.engines.vigil import Vigil, dead
from pipelines.faults import ClusterError, lose, told

START_SECONDS = "60"  # how long a node may take to come up on a busy machine
TRIES = 3  # Ray itself gives a raylet half a minute


def connect(workers: int) -> None:
    """Join the cluster that RAY_ADDRESS names (a Ray job sets it), else start one of `workers` cores here.

    Raises ClusterError.
    """
    if ray.is_initialized():
        return
    os.environ.setdefault("RAY_raylet_start_wait_time_s", START_SECONDS)
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what its C++ has to say is no help to who waits
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    address = os.environ.get("RAY_ADDRESS")
    # "local": without it Ray joins whatever cluster somebody started on this machine, and then refuses num_cpus.
    how = {"address": address} if address else {"address": "local", "num_cpus": workers, "include_dashboard": False}
    for left in reversed(range(TRIES)):
        try:
            with _hushed():
                ray.init(**how, **quiet)
            break
        except Exception as error:
            ray.shutdown()
            if not left:
                where = f"the cluster at {address}" if address else "a local Ray"
                raise ClusterError(f"{where} did not start: {_line(error)}; try again, or --engine inline") from error
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they have to say comes as an error
    Vigil().start()


def quiet(context: Any) -> None:
    """Ray Data's settings for a run: errors as they are, in any order, and no progress of its own."""
    context.raise_original_map_exception = True
    context.enable_progress_bars = False
    context.execution_options.preserve_order = False


@contextmanager
def _hushed() -> Iterator[None]:
    """Ray's C++ says on stderr, whatever its log level, that it has one: for so long, stderr leads nowhere."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


def cores(workers: int) -> int:
    """How many cores the cluster has."""
    return max(workers, int(ray.cluster_resources().get("CPU", workers)))


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return (text or type(error).__name__)[:300]


@ray.remote(num_cpus=0)
class Board:
    """Where workers say what they did, so that the driver can show it."""

    def __init__(self) -> None:
        self.units: Counter[str] = Counter()

    def add(self, units: Counter[str]) -> None:
        self.units.update(units)

    def take(self) -> Counter[str]:
        """What was said since the last call."""
        found, self.units = self.units, Counter()
        return found


def board() -> Any:
    """A board on the driver's own node, so that no other node's loss takes it away."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    return Board.options(scheduling_strategy=here).remote()  # type: ignore[attr-defined]


def lost(error: Exception) -> Exception:
    """What to raise instead of an error of Ray: what a worker raised, else that Ray was lost."""
    if ours := told(str(error)):
        return ours
    cause = getattr(error, "cause", None)
    if isinstance(cause, Exception) and not isinstance(cause, ray.exceptions.RayError):
        if trace := getattr(error, "traceback_str", ""):
            cause.add_note(trace)  # of a bug of ours: where it was raised
        return cause
    if gone := dead():
        return lose(f"Ray was lost: its {gone[0]} is gone")
    return lose(f"Ray was lost: {_line(error)}")


class Reporter:
    """A worker's side of the board: tells it once a second, and counts for Prometheus through Ray."""

    def __init__(self, board: Any) -> None:
        import time

        from ray.util.metrics import Counter as Metric

        self._board, self._units, self._last, self._time = board, Counter[str](), time.monotonic(), time.monotonic
        self._metric = Metric("triptych_units", "Units by stage and fate.", tag_keys=("stage", "fate"))

    def __call__(self, units: Counter[str]) -> None:
        self._units.update(units)
        if self._time() - self._last > 1:
            self.flush()

    def flush(self) -> None:
        for name, number in self._units.items():
            stage, _, fate = name.partition(" ")
            if fate:
                self._metric.inc(number, {"stage": stage, "fate": fate})
        self._board.add.remote(self._units)
        self._units, self._last = Counter(), self._time()
