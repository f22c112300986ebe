"""The reader that the texts of a whole corpus are held against (tests/grammar.py) stumbles where a person would."""

import pytest

import catalog
from tests.grammar import faults, frameless, repeated

SPACE = catalog.labelspace()

GOOD = (
    "An axial CT slice of the abdomen.", "This is an MR image of the teeth.", "A PET image.", "An X-ray angiogram.",
    "Outlined is the liver.", "Outlined are the liver and the spleen.", "Outlined are nuclei.",
    "The liver and the spleen are outlined.", "Two nuclei are outlined.", "The head of the pancreas is outlined.",
    "Drusen are present.", "Cardiomegaly and a lung opacity are present.",
    "No fracture or pleural effusion is visible.",
    "An ST segment elevation is present.", "Liver segment VII lies in the central part of the image.",
    "The distance between the left kidney and the right kidney is 3.5 mm.", "The basal ganglia are not shown.",
    "The center of the drusen is marked.", "Yes, the right kidney is visible.", "The BI-RADS score was reported as 4a.",
    "The examination of this study was reported as ct thorax.", "Are drusen visible in this image?",
    "The left kidney is larger than the right kidney in area.", "A uterine fibroid is present.",
    "The kidney lies next to the drusen.", "There are 3 nuclei outlined in this image.",
)  # fmt: skip
BAD = (
    "A x-ray angiogram.", "An COVID-19 pneumonia.", "A unidentifiable cell.", "An uterine fibroid.", "A MR image.",
    "Outlined are the liver.", "Outlined is the liver and the spleen.", "Outlined is two nuclei.",
    "The liver and the spleen is outlined.", "Drusen is present.", "Diffuse lung nodules lies in the image.",
    "The liver are visible.", "No no abnormality is visible.", "The the liver is outlined.",
    "A st-t change is present.", "Liver segment vii is outlined.", "An mr image.", "Two bodies are outlined.",
    "An ophthalmic photography image of the eye.", "A microscopy of a kind not told.", "the liver is outlined.",
    "The liver is outlined .", "Yes, bipolar forceps lies next to the liver.", "A bi-rads score.",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_nothing_to_stumble_over(text: str) -> None:
    assert faults(text, SPACE) == []


@pytest.mark.parametrize("text", BAD)
def test_something_to_stumble_over(text: str) -> None:
    assert faults(text, SPACE) != []


def test_whose_left_it_is_must_be_said() -> None:
    assert frameless("It lies in the anterior left part of the image (the patient's left).") == []
    assert frameless("It lies in the anterior left part of the image.") != []


def test_what_is_said_twice() -> None:
    assert repeated("A nodule is present. The liver is outlined. A nodule is present.") == ["A nodule is present."]
    assert repeated("A nodule is 3.5 mm long. A nodule is 3.6 mm long.") == []
