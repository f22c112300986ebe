"""What short commands cost: processor time and time on the clock, of a whole process each, medians.

`python -m benchmarks.startup [--runs 9] [--json]` runs each command once before the clock starts, so that files are in
memory and modules are compiled (into a folder of this run's own).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from statistics import median

from rich.console import Console
from rich.table import Table

COMMANDS = (
    "--version", "--help", "plan --help", "catalog --help", "catalog ls", "catalog ls --json", "catalog show lidc_idri",
    "catalog search liver", "catalog validate",
)  # fmt: skip


def run(command: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of processor (user and system) and of the clock. Raises RuntimeError where the command fails."""
    began = time.perf_counter()
    arguments = [sys.executable, "-m", "pipelines.cli", *command.split()]
    child = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"triptych {command}: exit code {child.returncode}")
    return used.ru_utime + used.ru_stime, took


def measure(runs: int) -> list[dict[str, str | float]]:
    """A row a command."""
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        found = []
        for command in COMMANDS:
            run(command, environment)
            cpu, wall = zip(*(run(command, environment) for _ in range(runs)), strict=True)
            found.append({"command": command, "cpu_s": round(median(cpu), 3), "wall_s": round(median(wall), 3)})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = measure(arguments.runs)
    if arguments.json:
        print(json.dumps(rows))
        return
    table = Table("command", "CPU, s", "clock, s", title=f"medians of {arguments.runs} runs")
    for row in rows:
        table.add_row(f"triptych {row['command']}", f"{row['cpu_s']:.2f}", f"{row['wall_s']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
