"""The oldest supported `datasets` (3.2), in an environment of its own, reads `--to hf`, and the shards by the lines for
it in their card; the newest reads the former in tests/transforms/shards/exports/test_hf.py, the latter in
test_loaders.py."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.reads import blocks
from transforms.shards.exports._job import Job
from transforms.shards.tar import read_shard

PYTHON = "TRIPTYCH_OLDEST_DATASETS_PYTHON"
READ = """
import json, sys, datasets
found = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])
row = found["train"][2]
print(json.dumps([datasets.__version__, {name: len(rows) for name, rows in found.items()}, row["key"],
                  row["images"][0].size, [one["label"] for one in row["regions"]], row["dialogues"][0]["texts"][1]]))
"""


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Any]:
    """What a program says in that environment, its last line of JSON."""
    if not (python := os.environ.get(PYTHON)):
        pytest.skip(f"{PYTHON} is not set: run `make test-clients`")

    def tell(program: str, *arguments: str, cwd: Path | None = None) -> Any:
        kept = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(tmp_path / "cache")}
        call = [str(Path(python).absolute()), "-c", program, *arguments]  # not resolved: the environment is the link's
        done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=cwd, env=kept)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    return tell


def test_it_reads_the_shards_by_the_lines_of_their_card(published: Path, told: Callable[..., Any]) -> None:
    """Nothing of the JSON is lost by its way through a string; pictures come as such, a signal as numbers."""
    lines = next(block for block in blocks(published) if "literal_eval" in block).replace('"train-*.tar"', '"*.tar"')
    tell = """
    found.append([record, *(type(sample[name]).__name__ for name in ("png", "mask1.png", "npy", "txt"))])
import json
print(json.dumps(found))"""
    found = told("found = []\n" + lines + tell, cwd=published)
    theirs = {one[0]["key"]: (one[0], one[1:]) for one in found}
    ours = {key: json.loads(members["json"]) for tar in published.glob("*.tar") for key, members in read_shard(tar)}
    assert {key: record for key, (record, _) in theirs.items()} == ours
    picture, nothing = "PngImageFile", "NoneType"
    assert theirs["toy-0000"][1] == [picture, picture, nothing, nothing]
    assert theirs["toy-0008"][1] == [nothing, nothing, nothing, "str"]
    assert theirs["toy-0009"][1] == [picture, nothing, "list", nothing]


def test_it_reads_the_parquet(exported: Callable[..., Job], tmp_path: Path, told: Callable[..., Any]) -> None:
    version, sizes, key, size, labels, answer = told(READ, str(exported("hf").out), str(tmp_path / "cache"))
    assert version.startswith("3.2.")
    assert sizes == {"train": 6, "validation": 2, "test": 2}
    assert (key, size, answer) == ("toy-0002", [120, 100], "The left kidney covers 8.0 cm2.")
    assert labels == ["liver", "lesion", "left kidney", "right kidney"]
