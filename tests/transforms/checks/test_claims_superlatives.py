"""Which is the largest, the second, the smallest: of what lies whole in the slice, and of what its edge cuts."""

from typing import Any

import pytest

from benchmarks.claims_suite.declared import expanded
from schemas import Sample
from tests.claimed import verdict


def slice_with(**areas: Any) -> Sample:
    """An axial slice with organs of so many mm2; `at_least` where the edge cuts one."""
    regions = {name: {"concept": name.replace("_", " "), "facts": {"area": area}} for name, area in areas.items()}
    told = {"modality": "computed tomography", "frame": "axial:40", "plane": "axial", "anatomy": ["abdomen"],
            "unit": "HU", "spacing_mm": [0.8, 0.8], "regions": regions}  # fmt: skip
    return expanded("slice", told)


WHOLE = slice_with(liver=12000.0, spleen=3400.0, left_kidney=2100.0, right_kidney=1900.0, gallbladder=600.0)
CUT_LIVER = slice_with(liver={"at_least": 9000.0}, spleen=3400.0, left_kidney=2100.0, gallbladder=600.0)
CUT_SPLEEN = slice_with(liver=9000.0, spleen={"at_least": 2000.0}, left_kidney=2100.0, gallbladder=600.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The liver is the largest structure.", "supported"),
        ("The spleen is the second largest structure.", "supported"),
        ("The gallbladder is the smallest structure.", "supported"),
        ("The left kidney is the larger of the two kidneys.", "supported"),
        ("The right kidney is the smaller of the two kidneys.", "supported"),
        ("The left kidney has the third largest area.", "supported"),
        ("The spleen is the largest structure.", "contradicted"),
        ("The left kidney is the second largest structure.", "contradicted"),
        ("The right kidney is the smallest structure.", "contradicted"),
        ("The right kidney is the larger of the two kidneys.", "contradicted"),
        ("The right kidney has the third largest area.", "contradicted"),
        ("The pancreas is the largest structure.", "uncheckable"),
        ("The spleen may be the largest structure.", "uncheckable"),
    ],
)
def test_each_has_its_place_among_what_is_shown_whole(text: str, expected: str) -> None:
    assert verdict(text, WHOLE) == expected


@pytest.mark.parametrize(
    ("made", "text", "expected"),
    [
        (CUT_LIVER, "The liver is the largest structure.", "supported"),
        (CUT_LIVER, "The spleen is the second largest structure.", "supported"),
        (CUT_LIVER, "The liver is the second largest structure.", "contradicted"),
        (CUT_LIVER, "The spleen is the largest structure.", "contradicted"),
        (CUT_SPLEEN, "The gallbladder is the smallest structure.", "supported"),
        (CUT_SPLEEN, "The spleen is the smallest structure.", "contradicted"),
        (CUT_SPLEEN, "The left kidney is the largest structure.", "contradicted"),
        (CUT_SPLEEN, "The gallbladder is the second largest structure.", "contradicted"),
        # How far the spleen goes on beyond the edge is not known.
        (CUT_SPLEEN, "The liver is the largest structure.", "uncheckable"),
        (CUT_SPLEEN, "The spleen is the second largest structure.", "uncheckable"),
        (CUT_SPLEEN, "The left kidney is the second largest structure.", "uncheckable"),
    ],
)
def test_what_the_edge_cuts_is_at_least_so_large(made: Sample, text: str, expected: str) -> None:
    assert verdict(text, made) == expected
