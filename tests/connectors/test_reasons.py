"""What is refused is refused in one line that names what is at fault."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.connectors.reading import connector
from tests.replicas.builder.tree import build, declarations, load
from transforms.media.decoders._volume import whole_numbers


def test_extensions_in_upper_case_are_named(tmp_path: Path) -> None:
    build(load(declarations()["busi"]), tmp_path)
    for path in list(tmp_path.rglob("*.png")):
        path.rename(path.with_suffix(".PNG"))
    with pytest.raises(ValueError, match=r"PNG is expected as \.png: rename files that end so"):
        connector("busi").check(tmp_path)


def test_a_mask_with_nan_says_which_value_and_in_how_many_voxels() -> None:
    array = np.zeros((4, 4), np.float32)
    array[0, :3] = np.nan
    with pytest.raises(ValueError, match="holds nan in 3 voxels"):
        whole_numbers(array)


def test_arguments_that_cannot_be_are_one_line(tmp_path: Path) -> None:
    build(load(declarations()["busi"]), tmp_path)
    for words, said in (
        (["read", "busi", str(tmp_path), "--limit", "0"], "--limit 0: give 1 or more items"),
        (["audit", "busi", str(tmp_path), "--html", "/proc/x.html"], "--html /proc/x.html: cannot be written"),
    ):
        run_of = subprocess.run([sys.executable, "-m", "pipelines.cli", *words], capture_output=True, text=True)
        assert run_of.returncode == 2
        assert said in run_of.stderr
        assert len(run_of.stderr.strip().splitlines()) == 1
