"""What is shown lies in the body part imaged, on the side that is stated; thickness and names that go together."""

import pytest

from tests.claimed import context, verdict

VEIN = context("blind6_us-dvt")  # of the right leg
MOLE = context("blind6_dermoscopy-melanoma2")


@pytest.mark.parametrize(
    ("text", "expected"), [("DVT of the right leg.", "supported"), ("DVT of the left leg.", "contradicted")]
)
def test_the_side_imaged(text: str, expected: str) -> None:
    assert verdict(text, VEIN) == expected


def test_no_picture_of_the_skin_shows_how_thick_a_lesion_is() -> None:
    assert verdict("The melanoma is somewhat more than a millimetre thick.", MOLE) == "uncheckable"


@pytest.mark.parametrize(("value", "expected"), [("6.80", "supported"), ("9.20", "contradicted")])
def test_uptake_is_told_in_its_unit(value: str, expected: str) -> None:
    text = f"The mean attenuation of the tracer-avid tumor lesion is {value} SUV."
    assert verdict(text, context("blind3_pet-breast")) == expected
