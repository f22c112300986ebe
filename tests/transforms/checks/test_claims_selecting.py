"""Images of a mammogram that a sentence tells by side and view: one, several of them, one alone."""

import pytest

from tests.claimed import context, verdict

MASS = context("blind2_mammogram-study")  # a mass on L CC and L MLO, declared absent on both of the right
IMPLANT = context(
    "blind4_mammo-group"
)  # an implant on the left, calcifications on the right; masses unknown on the left


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L CC and L MLO show the mass.", "supported"),
        ("The left craniocaudal view shows a mass.", "supported"),
        ("The right mediolateral oblique view shows no mass.", "supported"),
        ("R CC and R MLO do not show the mass.", "supported"),
        ("L CC shows a mass, R CC shows no mass.", "supported"),
        ("The left breast shows a mass on the mediolateral oblique view.", "supported"),
        ("The left breast shows a mass on the craniocaudal view.", "supported"),
        ("Only L CC and L MLO show the mass.", "supported"),
        ("R CC and R MLO show the mass.", "contradicted"),
        ("L CC and R CC show the mass.", "contradicted"),
        ("R CC and L CC show the mass.", "contradicted"),
        ("L CC and R CC do not show the mass.", "contradicted"),
        ("The right craniocaudal view shows a mass.", "contradicted"),
        ("L CC shows no mass, R CC shows a mass.", "contradicted"),
        ("The left breast shows no mass on the craniocaudal view.", "contradicted"),
        ("The right breast shows a mass on the craniocaudal view.", "contradicted"),
        ("The left views are craniocaudal and show a mass.", "uncheckable"),
        ("The mass is shown on the left craniocaudal view only.", "contradicted"),
        ("Only L CC shows the mass.", "contradicted"),
        ("The left craniocaudal view shows nipple retraction.", "uncheckable"),
        ("The left craniocaudal view may show a mass.", "uncheckable"),
    ],
)
def test_what_is_said_of_a_view_is_held_against_that_view(text: str, expected: str) -> None:
    assert verdict(text, MASS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The left craniocaudal view shows an implant.", "supported"),
        ("R CC and R MLO show suspicious calcification.", "supported"),
        ("The right craniocaudal view shows an implant.", "contradicted"),
        ("L MLO shows a suspicious calcification.", "contradicted"),
        ("The left craniocaudal view shows a mass.", "uncheckable"),
    ],
)
def test_what_one_side_has_the_other_has_not(text: str, expected: str) -> None:
    assert verdict(text, IMPLANT) == expected
