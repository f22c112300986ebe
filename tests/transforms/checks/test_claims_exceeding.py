"""By how much one exceeds the other: of intervals that a recording states, of cells that are counted."""

import pytest

from benchmarks.claims_suite.declared import expanded
from tests.claimed import context, verdict

ECG = context("blind2_ecg-block")  # PR 236, QRS 158, QT 464, QTc 472 ms
CELLS = {"lymphocyte": {"concept": "lymphocyte", "times": 5}, "neutrophil": {"concept": "neutrophil", "times": 2}}
SMEAR = expanded("smear", {"modality": "blood smear microscopy", "frame": "full", "regions": CELLS})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The QT interval is 228 ms longer than the PR interval.", "supported"),
        ("The QT interval is 0.228 s longer than the PR interval.", "supported"),
        ("The QT interval is longer than the PR interval by 228 ms.", "supported"),
        ("The QRS duration is 78 ms shorter than the PR interval.", "supported"),
        ("The QTc interval exceeds the QT interval by 8 ms.", "supported"),
        ("The PR interval is not 87 ms longer than the QRS duration.", "supported"),
        ("The QT interval is at least 200 ms longer than the PR interval.", "supported"),
        ("The QT interval is 288 ms longer than the PR interval.", "contradicted"),
        ("The QT interval is longer than the PR interval by 128 ms.", "contradicted"),
        ("The PR interval is 78 ms shorter than the QRS duration.", "contradicted"),
        ("The QT interval exceeds the QTc interval by 8 ms.", "contradicted"),
        ("The PR interval is not 78 ms longer than the QRS duration.", "contradicted"),
        ("The QT interval is at least 300 ms longer than the PR interval.", "contradicted"),
        ("The PR interval is 8 ms longer than the RR interval.", "uncheckable"),
        ("The QT interval may be 288 ms longer than the PR interval.", "uncheckable"),
    ],
)
def test_how_much_longer_one_lasts(text: str, expected: str) -> None:
    assert verdict(text, ECG) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There are three more lymphocytes than neutrophils.", "supported"),
        ("There are 3 more lymphocytes than neutrophils.", "supported"),
        ("There are three fewer neutrophils than lymphocytes.", "supported"),
        ("Lymphocytes outnumber neutrophils by three.", "supported"),
        ("There are four more lymphocytes than neutrophils.", "contradicted"),
        ("There are 5 more lymphocytes than neutrophils.", "contradicted"),
        ("There are three fewer lymphocytes than neutrophils.", "contradicted"),
        ("There are 3 more neutrophils than lymphocytes.", "contradicted"),
        ("Lymphocytes outnumber neutrophils by two.", "contradicted"),
        ("There are three more lymphocytes than platelets.", "uncheckable"),
    ],
)
def test_how_many_more_there_are(text: str, expected: str) -> None:
    assert verdict(text, SMEAR) == expected
