"""Names beside what a clause denies: they are not held against it."""

import pytest

from tests.claimed import context, verdict

KIDNEYS = context("blind6_ct-kidneys-volume")  # a tumor in the right kidney; thrombus declared absent
YOUNG = context("blind6_ecg-normal-young")  # no pre-excitation, no inverted T waves
NECK = context("blind6_pet-neck")  # metastases of lymph nodes, none that are distant


@pytest.mark.parametrize("text", ["No tumor thrombus.", "There is no tumor thrombus in the vein."])
def test_half_of_what_is_denied_refutes_nothing(text: str) -> None:
    assert verdict(text, KIDNEYS) != "contradicted"


@pytest.mark.parametrize(
    "text", ["The T waves aren't inverted.", "Without any sign of pre-excitation of the WPW kind."]
)
def test_what_is_named_beside_a_denial_refutes_nothing(text: str) -> None:
    assert verdict(text, YOUNG) != "contradicted"


def test_metastases_elsewhere_may_be_missing_where_some_are_shown() -> None:
    assert verdict("No distant metastases to lung, liver or bone.", NECK) != "contradicted"


@pytest.mark.parametrize("text", ["No tumor.", "There is no tumor.", "A thrombus is seen."])
def test_a_denial_of_what_is_shown_stays_refuted(text: str) -> None:
    assert verdict(text, KIDNEYS) == "contradicted"
