"""`ray job submit -- python -m pipelines.curate ...` on a head node of its own, started and stopped here."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.curate import curate
from pipelines.ingest import ingest
from pipelines.store import Store
from tests.pipelines import workshop

ROOT = Path(__file__).parents[2]
RAY = Path(sys.executable).with_name("ray")
GCS, DASHBOARD = 6391, 8391  # the GCS port must lie outside 10002-19999
TRIES = 15
ADDRESS = f"http://127.0.0.1:{DASHBOARD}"
SETS = ("radlabels_reports", "stardist_nuclei")


def ray(*args: str) -> subprocess.CompletedProcess[str]:
    """Ray's command line, whatever cluster this session may know of."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    env["PATH"] = f"{RAY.parent}{os.pathsep}{env['PATH']}"  # jobs run the `python` that the head node finds
    env |= {"RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
    return subprocess.run([RAY, *args], capture_output=True, text=True, timeout=150, cwd=ROOT, env=env, check=False)


@pytest.fixture(scope="module")
def head() -> Iterator[Path]:
    """A head node of 2 cores; the folder's name is short because Ray's sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        started = ray(
            "start", "--head", f"--port={GCS}", f"--dashboard-port={DASHBOARD}", "--ray-client-server-port=6392",
            "--dashboard-agent-listen-port=8392", "--dashboard-agent-grpc-port=8393", "--num-cpus=2",
            "--include-dashboard=true", "--disable-usage-stats", f"--temp-dir={folder}",
        )  # fmt: skip
        assert started.returncode == 0, started.stderr + started.stdout
        yield Path(folder)
        _stop(folder)


def _stop(folder: str) -> None:
    """Ends the processes that were started with this folder: `ray stop` would end every cluster of the machine."""
    for number in (signal.SIGTERM, signal.SIGKILL):  # the GCS server outlives the first
        for process in _started_with(folder):
            with suppress(ProcessLookupError):
                os.kill(process, number)
        time.sleep(2)
    assert not _started_with(folder)


def _started_with(folder: str) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if folder.encode() in file.read_bytes():
                found.append(int(file.parent.name))
    return found


def submit(*args: str) -> subprocess.CompletedProcess[str]:
    command = ("python", "-m", "pipelines.curate", *args)
    for _ in range(TRIES):
        done = ray("job", "submit", "--address", ADDRESS, "--working-dir", ".", "--", *command)
        if "No available agent" not in done.stderr:  # the head node says so for some seconds after its start
            break
        time.sleep(2)
    return done


def candidates(ctx: Context) -> list[tuple[str, str]]:
    return [(row["key"], row["body"]) for row in Store(ctx.workspace).read("samples")]


def test_a_job_makes_what_inline_makes(head: Path, tmp_path: Path) -> None:
    raw, recipe = workshop.raw(tmp_path / "raw", *SETS), workshop.recipe(tmp_path / "r.yaml", *SETS)
    there, here = (workshop.context(recipe, raw, tmp_path / name) for name in ("there", "here"))
    ingest(there)
    ingest(here)
    done = submit(str(recipe), "--raw", str(raw), "--workspace", there.workspace, "--engine", "ray")
    assert done.returncode == 0, done.stdout + done.stderr
    curate(here, engine="inline")
    assert candidates(there) == candidates(here) != []
    (uploaded,) = head.glob("session_2*/runtime_resources/working_dir_files/_ray_pkg_*/")
    names = {path.name for path in uploaded.iterdir()}
    assert {"pipelines", "transforms", "catalog"} <= names
    assert not names & {".venv", "build", ".git"}  # .gitignore is honoured
    assert not (uploaded / "data/raw").exists()


@pytest.mark.usefixtures("head")
def test_a_job_that_fails_says_so(tmp_path: Path) -> None:
    recipe = workshop.recipe(tmp_path / "r.yaml", *SETS)
    done = submit(str(recipe), "--raw", str(tmp_path / "nowhere"), "--workspace", str(tmp_path / "space"))
    assert done.returncode != 0
    assert "triptych ingest" in done.stdout + done.stderr
