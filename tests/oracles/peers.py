"""Replicas as another library's loader reads them: its script runs once, in the environment that has that library."""

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.connectors import reading
from tests.replicas.builder.tree import build, declarations, load

PYTHON = "TRIPTYCH_ORACLES_PYTHON"
LOADERS = Path(__file__).parent / "loaders"


def ask(script: str, datasets: Iterable[str], folder: Path) -> dict[str, Any]:
    """What a script of loaders/ prints of the replicas of these data sets, built under `folder`. Skips the test where
    the oracles' environment is not there: `make test-oracles` makes it."""
    python = os.environ.get(PYTHON)
    if not python:
        pytest.skip(f"{PYTHON} is not set: run `make test-oracles`")
    roots = {dataset: str(replica(dataset, folder)) for dataset in datasets}
    call = [python, str(LOADERS / f"{script}.py"), json.dumps(roots)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def replica(dataset: str, folder: Path) -> Path:
    """The data set's replica, built under `folder` once."""
    root = folder / dataset
    if not root.exists():
        build(load(declarations()[dataset]), root)
    return root


def ours(dataset: str, folder: Path, *, pixels: bool = False) -> list[reading.Found]:
    """The records and regions that our connector reads from the same replica, built anew: a loader may leave files."""
    root = folder / "ours" / dataset
    if not root.exists():
        build(load(declarations()[dataset]), root)
    found = reading.read(reading.connector(dataset), root, pixels=pixels)
    assert not found.faults, found.faults
    return found.found
