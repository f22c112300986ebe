"""Two names that a clause puts together: nothing is borne out where no claim is made of both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claimed import context, verdict

TEETH = context("blind3_dental-bitewing")
VEIN = context("blind6_us-dvt")
TUMOR = context("blind6_mr-glioma-slice")
ANKLE = context("blind6_ankle-fracture")
NAMES = ("thrombus", "vein", "femoral artery")
VERBS = st.sampled_from(
    ("sits on", "covers", "overlies", "pierces", "zirbels", "precedes", "feeds", "compresses", "drains over")
)


@given(st.permutations(NAMES), VERBS)
def test_what_one_thing_does_to_another_is_borne_out_by_no_fact(names: list[str], verb: str) -> None:
    assert verdict(f"The {names[0]} {verb} the {names[1]}.", VEIN) != "supported"


@pytest.mark.parametrize("text", ["A thrombus and a vein.", "The vein and the femoral artery are seen."])
def test_what_is_but_listed_is_there(text: str) -> None:
    assert verdict(text, VEIN) == "supported"


def test_a_crown_on_a_tooth_is_not_known_by_both_being_there() -> None:
    assert verdict("The crown sits on the upper right first molar.", TEETH) != "supported"


def test_a_rank_on_the_far_side_of_is_is_no_presence() -> None:
    assert verdict("The smallest of the tumour's parts on this slice is the edema.", TUMOR) != "supported"
    assert verdict("The tibia is the larger of the two bones.", ANKLE) == "supported"
    assert verdict("The fibula is the larger of the two bones.", ANKLE) != "supported"
