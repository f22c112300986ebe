"""Values of each of three visits in their order: what is stated of an eye, what is measured of a nodule."""

import pytest

from tests.claimed import context, verdict

EYE = context("blind3_visits-oct")  # 52, 63, 59 letters; 436, 288, 351 µm
NODULE = context("blind4_visits-nodule")  # 0.31, 0.47, 1.24 mL; 9.1, 10.6, 15.2 mm; effusion of 410, 120 mL, none


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Visual acuity was 52, 63 and 59 letters.", "supported"),
        ("The central subfield thickness went from 436 to 288 to 351 µm.", "supported"),
        ("Central subfield thickness 436, then 288, then 351 µm.", "supported"),
        ("Central subfield thickness: 436 -> 288 -> 351 µm.", "supported"),
        ("Visual acuity was 52, 59 and 63 letters.", "contradicted"),
        ("Visual acuity was 436, 288 and 351 letters.", "contradicted"),
        ("The central subfield thickness went from 436 to 351 to 288 µm.", "contradicted"),
        ("Central subfield thickness: 436 -> 388 -> 351 µm.", "contradicted"),
        ("Central subfield thickness was 52, 63 and 59 µm.", "contradicted"),
        ("Intraocular pressure was 14, 15 and 16 mmHg.", "uncheckable"),
        ("Contrast sensitivity was 52, 63 and 59 letters.", "uncheckable"),
        ("Visual acuity may have been 52, 59 and 63 letters.", "uncheckable"),
        ("Visual acuity was expected to be 52, 70 and 80 letters.", "uncheckable"),
    ],
)
def test_what_a_source_states_of_each_visit(text: str, expected: str) -> None:
    assert verdict(text, EYE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The nodule measured 0.31, 0.47 and 1.24 mL.", "supported"),
        ("The diameter of the nodule was 9.1, 10.6 and 15.2 mm.", "supported"),
        ("The nodule grew from 0.31 to 0.47 to 1.24 mL.", "supported"),
        ("The nodule measured 0.31, 1.24 and 0.47 mL.", "contradicted"),
        ("The diameter of the nodule was 15.2, 10.6 and 9.1 mm.", "contradicted"),
        ("The nodule grew from 0.31 to 0.47 to 2.24 mL.", "contradicted"),
        ("The nodule shrank from 0.31 to 0.47 to 1.24 mL.", "contradicted"),
        ("The spleen measured 0.31, 0.47 and 1.24 mL.", "uncheckable"),
    ],
)
def test_what_is_measured_at_each_visit(text: str, expected: str) -> None:
    assert verdict(text, NODULE) == expected


def test_more_values_than_visits_and_values_that_are_denied_are_not_borne_out() -> None:
    assert verdict("Visual acuity was 52, 63, 59 and 61 letters.", EYE) != "supported"
    assert verdict("Visual acuity was not 52, 63 and 59 letters.", EYE) != "supported"


def test_values_that_are_wrong_and_denied_are_not_contradicted() -> None:
    assert verdict("Visual acuity was not 52, 59 and 63 letters.", EYE) != "contradicted"
