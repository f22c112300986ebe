"""MosaicML Streaming reads `--to mds`: each row gives the sample back."""

from collections.abc import Callable
from typing import Any

import pytest

import triptych
from tests.clients.reads import check, check_others, client
from transforms.shards.exports._job import Job


@pytest.fixture
def rows(exported: Callable[..., Job]) -> Callable[[str], list[Any]]:
    streaming = client("streaming")
    out = exported("mds").out
    streaming.base.util.clean_stale_shared_memory()
    return lambda split: list(streaming.StreamingDataset(local=str(out), split=split, shuffle=False, batch_size=1))


def test_every_sample_of_every_split(rows: Callable[[str], list[Any]]) -> None:
    pictures = [triptych.example(row) for split in ("train", "validation") for row in rows(split)]
    assert len(pictures) == 8
    for number, found in enumerate(pictures):
        check(found, number)
    text, trace = sorted(map(triptych.example, rows("test")), key=lambda one: one.key)
    check_others(text, trace)


def test_a_member_that_a_group_lacks_is_empty(rows: Callable[[str], list[Any]]) -> None:
    row = next(row for row in rows("test") if row["key"] == "toy-0008")
    assert (row["png"], row["mask.png"], row["txt"]) == (b"", b"", b"Report 8: no lesion.")
