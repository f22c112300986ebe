"""Files that mean harm cost their own record, by name: bounded memory and time, nothing from outside, nothing run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from raw import budget
from tests.hostile.cases import CASES, Case
from tests.hostile.folders import BYTES, PIXELS

RAN = Path("/tmp/triptych-hostile-ran")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of each case; see guard.py."""
    folder = tmp_path_factory.mktemp("hostile")
    limits = {budget.MAX_BYTES: str(BYTES), budget.MAX_PIXELS: str(PIXELS)}
    quiet = {"POLARS_MAX_THREADS": "1", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}  # threads reserve addresses
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.guard", str(folder)], stdout=subprocess.PIPE, text=True, check=True,
        env={**os.environ, **limits, **quiet}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return {found["case"]: found for found in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_file_costs_itself(case: Case, outcomes: dict[str, dict[str, Any]]) -> None:
    found = outcomes[case.name]
    assert found["raised"] == []
    assert len(found["refused"]) == len(case.says), found["refused"]
    for reason, said in zip(sorted(found["refused"]), case.says, strict=True):
        assert said in reason
    assert found["records"] == case.records


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_outside_is_read_or_named(case: Case, outcomes: dict[str, dict[str, Any]]) -> None:
    found = outcomes[case.name]
    assert not found["secret"]
    assert not [reason for reason in found["refused"] if re.search(r"(^| )/\w|secret|passwd", reason)]
    assert not RAN.exists()


def test_of_two_members_of_one_name_the_last_is_read_and_that_is_said(outcomes: dict[str, dict[str, Any]]) -> None:
    (notice,) = outcomes["zip twice"]["notices"]
    assert notice.startswith("a.zip/a.png: two members of this archive have this name; the last is read")
