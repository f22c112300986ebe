"""Degrees between landmarks that a text names one by one, and of an ellipse that is turned."""

import pytest

from benchmarks.claims import outcome
from benchmarks.claims_suite.declared import space
from schemas import Fact
from tests.claimed import context, verdict
from tests.handfacts import told_abdomen
from transforms.checks.claims import check

CEPH = context("blind5_ceph-child")  # at the nasion sella-subspinale 81.8, sella-supramentale 74.7; at the gonion 127.4
TURNED = told_abdomen().model_copy(
    update={"facts": (*told_abdomen().facts, Fact(id="f99", predicate="ellipse_angle", regions=("r2",), value=30.0,
                                                  unit="degrees", tolerance=1.0))}
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The angle at the nasion between the sella point and the subspinale is 81.8 degrees.", "supported"),
        ("The angle at the nasion between the subspinale and the sella point is 81.8 degrees.", "supported"),
        ("The angle at the nasion between the sella point and the supramentale is 75°.", "supported"),
        ("The angle at the gonion between the articulare and the menton is 127.4 degrees.", "supported"),
        ("The angle at the nasion between the sella point and the subspinale is not 74.7 degrees.", "supported"),
        ("The angle at the nasion between the sella point and the subspinale is 74.7 degrees.", "contradicted"),
        ("The angle at the nasion between the sella point and the supramentale is 81.8 degrees.", "contradicted"),
        ("The angle at the gonion between the articulare and the menton is 81.8 degrees.", "contradicted"),
        ("The angle at the gonion between the articulare and the menton is not 127.4 degrees.", "contradicted"),
        ("The angle at the sella point between the nasion and the subspinale is 81.8 degrees.", "uncheckable"),
        ("The angle between the nasion and the sella point is 81.8 degrees.", "uncheckable"),
        ("The angle at the nasion between the sella point and the subspinale may be 81.8 degrees.", "uncheckable"),
    ],
)
def test_an_angle_is_at_one_point_between_two_others(text: str, expected: str) -> None:
    assert verdict(text, CEPH) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The longer axis of the ellipse of the lesion is turned by 30 degrees.", "supported"),
        ("The longer axis of the ellipse of the lesion is turned by 60 degrees.", "contradicted"),
        ("The longer axis of the ellipse of the liver is turned by 30 degrees.", "uncheckable"),
    ],
)
def test_an_ellipse_is_turned_by_so_much(text: str, expected: str) -> None:
    assert outcome(check(text, TURNED, space())) == expected
