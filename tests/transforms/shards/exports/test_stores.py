"""`mds` and `litdata` are written by their own libraries, named where they are missing; `energon` needs none."""

import importlib.util
import json
from collections.abc import Callable

import pytest
import yaml

from transforms.shards.exports._job import Job


@pytest.mark.parametrize(("to", "module", "package"), [
    ("mds", "streaming", "mosaicml-streaming"), ("litdata", "litdata", "litdata"),
])  # fmt: skip
def test_a_missing_library_is_named(exported: Callable[..., Job], to: str, module: str, package: str) -> None:
    if importlib.util.find_spec(module):
        pytest.skip(f"{module} is installed here")
    with pytest.raises(ValueError, match=rf"^--to {to}: {module} is not installed: pip install {package}$"):
        exported(to)


def test_energon_of_one_split(exported: Callable[..., Job]) -> None:
    out = exported("energon", split="train").out
    assert sorted(path.name for path in out.glob("*.tar")) == ["train-000000.tar", "train-000001.tar"]
    split = yaml.safe_load((out / ".nv-meta/split.yaml").read_text())
    assert split["split_parts"] == {"train": ["train-000000.tar", "train-000001.tar"]}
    counts = json.loads((out / ".nv-meta/.info.json").read_text())["shard_counts"]
    assert counts == {"train-000000.tar": 4, "train-000001.tar": 2}
    assert all((out / f"{name}.idx").is_file() for name in counts)
    assert (out / "triptych" / "energon.py").is_file()
