"""Who is not in the split that another corpus has them in is told of, when a corpus is divided."""

import logging

import polars as pl
import pytest

from pipelines.publish.standing import tell_moved


def frame(**split: str) -> pl.DataFrame:
    return pl.DataFrame({"subject": [*split], "split": [*split.values()]})


def test_who_moved_is_named_with_both_splits(caplog: pytest.LogCaptureFixture) -> None:
    done = frame(ann="test", bea="train", cleo="test", dan="test")
    with caplog.at_level(logging.WARNING, "triptych"):
        tell_moved(done, frame(ann="train", bea="train", dan="validation"))
    assert [one.getMessage() for one in caplog.records] == [
        "2 people are not in the split that they have in the corpus which this one grows from, or draws its "
        "neighbours from: the first, ann, is in train there and in test here; compare the two: triptych leak-check A B"
    ]


def test_where_nobody_moved_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "triptych"):
        tell_moved(frame(ann="train", cleo="test"), frame(ann="train", ben="test"))
    assert not caplog.records
