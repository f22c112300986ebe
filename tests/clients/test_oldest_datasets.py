"""The oldest supported `datasets` (3.2), in an environment of its own, reads `--to hf`; the newest does in
tests/transforms/shards/exports/test_hf.py, and the shards in test_loaders.py."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from transforms.shards.exports._job import Job

PYTHON = "TRIPTYCH_OLDEST_DATASETS_PYTHON"
READ = """
import json, sys, datasets
found = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])
row = found["train"][2]
print(json.dumps([datasets.__version__, {name: len(rows) for name, rows in found.items()}, row["key"],
                  row["images"][0].size, [one["label"] for one in row["regions"]], row["dialogues"][0]["texts"][1]]))
"""


def test_it_reads_the_parquet(exported: Callable[..., Job], tmp_path: Path) -> None:
    if not (python := os.environ.get(PYTHON)):
        pytest.skip(f"{PYTHON} is not set: run `make test-clients`")
    call = [python, "-c", READ, str(exported("hf").out), str(tmp_path / "cache")]
    done = subprocess.run(call, capture_output=True, text=True, check=False, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    version, sizes, key, size, labels, answer = json.loads(done.stdout.splitlines()[-1])
    assert version.startswith("3.2.")
    assert sizes == {"train": 6, "validation": 2, "test": 2}
    assert (key, size, answer) == ("toy-0002", [120, 100], "The left kidney covers 8.0 cm2.")
    assert labels == ["liver", "lesion", "left kidney", "right kidney"]
