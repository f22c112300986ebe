"""Where something lies in a picture, in any order of the words for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claimed import context, verdict
from transforms.checks.claims.positions import positions

VEIN = context("blind6_us-dvt")  # an artery in the upper right, a clot in the centre
LIVER = context("blind6_ct-liver-mets")  # metastases: posterior with 58 HU, anterior with 63 HU
UP, RIGHT = ("upper", "high", "up"), ("right",)


@given(st.sampled_from(UP), st.sampled_from(RIGHT), st.booleans(), st.sampled_from(("lies", "is", "sits")))
def test_both_orders_say_the_same(up: str, right: str, first: bool, verb: str) -> None:
    said = f"{up} and to the {right}" if first else f"to the {right} and {up}"
    (zone,) = positions(f"in the picture, the artery {verb} {said}.")
    assert set(zone.tag.partition("|")[0].split()) == {"upper", "right"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In the picture, the artery lies to the upper right.", "supported"),
        ("In the picture, the artery lies high and to the right.", "supported"),
        ("In the picture, the artery lies to the lower right.", "contradicted"),
        ("In the picture, the artery lies low and to the right.", "contradicted"),
        ("The artery lies to the right of the vein.", "uncheckable"),
    ],
)
def test_a_place_in_the_picture(text: str, expected: str) -> None:
    assert verdict(text, VEIN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The posterior metastasis has 58 HU.", "supported"),
        ("The anterior metastasis has 63 HU.", "supported"),
        ("The anterior metastasis has 58 HU.", "contradicted"),
        ("Metastases: 63 HU for the anterior one.", "supported"),
    ],
)
def test_a_finding_is_told_from_others_by_its_place(text: str, expected: str) -> None:
    assert verdict(text, LIVER) == expected
