"""LitData reads `--to litdata`: each row gives the sample back, and the same corpus the same bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import triptych
from pipelines.exporting import export
from tests.clients.reads import check, check_others, client
from transforms.shards.exports._job import Job


@pytest.fixture
def litdata() -> Any:
    return client("litdata")


def test_every_sample_of_every_split(exported: Callable[..., Job], litdata: Any) -> None:
    out = exported("litdata").out
    found = {
        split: [triptych.example(row) for row in litdata.StreamingDataset(str(out / split))]
        for split in ("train", "validation", "test")
    }
    assert {split: len(rows) for split, rows in found.items()} == {"train": 6, "validation": 2, "test": 2}
    for number, one in enumerate(found["train"] + found["validation"]):
        check(one, number)
    check_others(*sorted(found["test"], key=lambda one: one.key))


def test_the_same_bytes_again(published: Path, tmp_path: Path, litdata: Any) -> None:
    first, second = (export(published, "litdata", tmp_path / name).out for name in ("first", "second"))
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert len(files) > 6
    for path in files:
        assert (first / path).read_bytes() == (second / path).read_bytes(), path
