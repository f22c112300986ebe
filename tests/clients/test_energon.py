"""Megatron-Energon reads the shards with the metadata that we write, without `energon prepare`.

Energon needs torch, so it lives in an environment of its own, which `make test-energon` makes; without it this is
skipped.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpora import corpus
from transforms.shards.energon import energon_files, energon_index
from transforms.shards.tar import index_shard

READER = Path(__file__).with_name("read_energon.py")


def python() -> str:
    if chosen := os.environ.get("TRIPTYCH_ENERGON_PYTHON"):
        return chosen
    if importlib.util.find_spec("megatron") is None:
        pytest.skip("megatron-energon is not installed here: set TRIPTYCH_ENERGON_PYTHON to a python that has it")
    return sys.executable


def test_energon_reads_every_sample_of_every_split(tmp_path: Path) -> None:
    interpreter = python()
    made = corpus().write(tmp_path)
    spans = {entry.name: index_shard(tmp_path / entry.name) for entry in made.shards}
    files = energon_files(made)
    for name, found in spans.items():
        files[f"{name}.idx"] = energon_index([*(at for _, at, _ in found), found[-1][1] + found[-1][2]])
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    done = subprocess.run([interpreter, READER, tmp_path], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    image = [3, 100, 120]
    expected = [["train", f"toy-{n:04d}", f"toy-{n:04d}", image] for n in range(6)]
    expected += [["val", f"toy-{n:04d}", f"toy-{n:04d}", image] for n in (6, 7)]
    expected += [["test", "toy-0009", "toy-0009", image], ["test", "toy-0008", "toy-0008", None]]
    assert rows == expected
