"""Free text about several images of one person, against what each shows and what changed; by hand."""

import pytest

from benchmarks.claims_suite.declared import space
from benchmarks.claims_suite.load import contexts
from transforms.checks.claims import check

SPACE = space()
SAMPLES = contexts()
CHEST, TUMOR, BREASTS = (SAMPLES[f"blind2_{name}"] for name in ("visits-chest", "visits-tumor", "mammogram-study"))


def verdict(text: str, sample: object) -> str:
    """The worst verdict on a text."""
    answers = {one.verdict for one in check(text, sample, SPACE)}  # type: ignore[arg-type]
    return next((answer for answer in ("contradicted", "uncheckable") if answer in answers), "supported")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A pneumothorax is visible on image 1.", "supported"),
        ("A pneumothorax is visible on image 2.", "contradicted"),
        ("Image 3 shows no chest tube.", "supported"),
        ("The second radiograph shows no chest tube.", "contradicted"),
        ("The chest tube is visible on images 1 and 2, but not on image 3.", "supported"),
        ("The chest tube is visible on images 1 and 3, but not on image 2.", "contradicted"),
        ("Only the last film shows a pleural effusion.", "supported"),
        ("Two of the three images show the chest tube.", "supported"),
        ("All three images show the chest tube.", "contradicted"),
        ("None of the images shows a consolidation.", "supported"),
        ("There are three radiographs.", "supported"),
        ("There are five radiographs.", "contradicted"),
        ("There is no pneumothorax.", "contradicted"),
        ("There is no consolidation.", "supported"),
    ],
)
def test_what_is_said_of_one_image_is_held_against_that_image(text: str, expected: str) -> None:
    assert verdict(text, CHEST) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pneumothorax has resolved.", "supported"),
        ("The pneumothorax persists on the last image.", "contradicted"),
        ("The pleural effusion is new on the third image.", "supported"),
        ("The pleural effusion is new on the second image.", "contradicted"),
        ("The second image was taken two days after the first.", "supported"),
        ("The third image was taken two days after the second.", "contradicted"),
        ("Whether the pneumothorax has resolved may be asked.", "uncheckable"),
    ],
)
def test_what_came_and_went(text: str, expected: str) -> None:
    assert verdict(text, CHEST) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The meningioma has grown.", "supported"),
        ("The meningioma has not grown.", "contradicted"),
        ("The meningioma has shrunk.", "contradicted"),
        ("The meningioma grew from 8.0 to 12.4 mL.", "supported"),
        ("The meningioma grew from 12.4 to 18.0 mL.", "contradicted"),
        ("The volume of the meningioma rose by 55 %.", "supported"),
        ("The volume of the meningioma rose by 5.5 %.", "contradicted"),
        ("The tumor measured 12.4 mL at the second visit.", "supported"),
        ("The tumor measured 12.4 mL at the first visit.", "contradicted"),
        ("The two scans were taken on the same day.", "contradicted"),
        ("The meningioma may have grown.", "uncheckable"),
    ],
)
def test_how_much_it_changed(text: str, expected: str) -> None:
    assert verdict(text, TUMOR) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mass lies in the left breast.", "supported"),
        ("The mass lies in the right breast.", "contradicted"),
        ("The right breast shows no mass.", "supported"),
        ("The left breast shows no mass.", "contradicted"),
        ("Image 3 is a craniocaudal view of the right breast.", "supported"),
        ("Image 3 is a mediolateral oblique view of the right breast.", "contradicted"),
    ],
)
def test_a_sentence_that_names_no_image_holds_of_one_as_a_whole(text: str, expected: str) -> None:
    assert verdict(text, BREASTS) == expected
