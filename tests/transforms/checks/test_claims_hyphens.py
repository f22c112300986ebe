"""Names that a text writes with a hyphen: known in one word, and not taken apart into what they are not."""

import pytest

from benchmarks.claims_suite.declared import expanded, space
from tests.claimed import verdict
from transforms.checks.claims import check

CHEST = expanded(
    "chest", {"modality": "radiography", "frame": "full", "anatomy": ["chest"],
              "present": ["pneumothorax", "cardiomegaly"], "absent": ["pleural effusion", "consolidation"]},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is a pneumo-thorax.", "supported"),
        ("Cardio-megaly is present.", "supported"),
        ("There is pneumo-thorax but no pleural effusion.", "supported"),
        ("There is no con-solidation.", "supported"),
        ("There is no pleural-effusion.", "supported"),
        ("There is no pneumo-thorax.", "contradicted"),
        ("There is no cardio-megaly.", "contradicted"),
        ("There is a con-solidation.", "contradicted"),
        ("There is a pleural-effusion.", "contradicted"),
        ("There is a hydro-pneumothorax.", "uncheckable"),
        ("There is no pneumo-mediastinum.", "uncheckable"),
        ("There is a pneumo-peritoneum.", "uncheckable"),
        ("The pneumo-thorax is left-sided.", "uncheckable"),
    ],
)
def test_a_hyphen_changes_no_name(text: str, expected: str) -> None:
    assert verdict(text, CHEST) == expected


def test_the_span_is_that_of_the_whole_name() -> None:
    (one,) = check("There is a pneumo-thorax.", CHEST, space())
    assert one.text == "pneumo-thorax"
