"""Statements of numbers and places that are nearly right: none of them is borne out."""

import pytest

from benchmarks.claims_suite import load
from transforms.checks.claims import check


def verdict(context: str, text: str, kind: str) -> set[str]:
    sample = load.sample(load.FOLDER / "contexts" / f"{context}.yaml")
    return {one.verdict for one in check(text, sample, load.space()) if one.kind == kind}


@pytest.mark.parametrize(
    ("context", "text", "kind"),
    [
        ("fluorescence-nuclei", "There are more than five nuclei.", "count"),
        ("fluorescence-nuclei", "There are fewer than 5 nuclei.", "count"),
        ("ct-chest-nodule", "The nodule lies in the posterior right part of the body.", "inclusion"),
        ("ct-chest-nodule", "The lung lesion is anterior.", "location"),
        ("ct-chest-nodule", "The right lung is 39.9 % larger than the left lung.", "comparison"),
        ("ct-chest-nodule", "The left lung is 39.9% smaller than the right lung.", "comparison"),
        ("ct-chest-two-nodules", "No nodule larger than 3 mm is seen.", "absence"),
        ("mr-brain-volume", "Gray matter and white matter, with a volume of 548 mL.", "volume"),
    ],
)
def test_what_is_nearly_right_is_contradicted(context: str, text: str, kind: str) -> None:
    assert verdict(context, text, kind) == {"contradicted"}


@pytest.mark.parametrize(
    ("context", "text", "kind"),
    [
        ("fluorescence-nuclei", "There are at least five nuclei.", "count"),
        ("fluorescence-nuclei", "There are no more than five nuclei.", "count"),
        ("fluorescence-nuclei", "Up to six nuclei are seen.", "count"),
        ("ct-chest-nodule", "The nodule lies in the posterior left part of the body.", "inclusion"),
        ("ct-chest-nodule", "The lung lesion is posterior.", "location"),
        ("ct-chest-nodule", "The right lung is 18.3 % larger than the left lung.", "comparison"),
        ("ct-chest-nodule", "The left lung is 15.5% smaller than the right lung.", "comparison"),
        ("mr-brain-volume", "Gray matter and white matter, with a volume of 441 mL.", "volume"),
        ("ct-abdomen-slice", "A lesion in the liver, with a volume of 16.4 mL.", "volume"),
        ("ct-abdomen-slice", "The left kidney is shown. On this slice it measures 61.2 mm.", "size"),
    ],
)
def test_what_is_right_is_borne_out(context: str, text: str, kind: str) -> None:
    assert verdict(context, text, kind) == {"supported"}


@pytest.mark.parametrize(
    ("context", "text"),
    [
        ("ct-chest-nodule", "The slice measures 27.3 x 22.8 mm."),
        ("ct-chest-nodule", "The nodule is shown. The axial CT slice measures 27.3 x 22.8 mm."),
        ("ct-chest-nodule", "No nodule larger than 40 mm is seen."),
        ("mr-brain-volume", "The gray matter is larger than the white matter, with a volume of 548 mL."),
    ],
)
def test_what_cannot_be_told_is_left_open(context: str, text: str) -> None:
    sample = load.sample(load.FOLDER / "contexts" / f"{context}.yaml")
    numbers = [one for one in check(text, sample, load.space()) if "mm" in one.text or "mL" in one.text]
    assert {one.verdict for one in numbers} == {"uncheckable"}
