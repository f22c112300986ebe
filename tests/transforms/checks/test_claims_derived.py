"""What the claim check makes of a scene's own names, and what keeps it from contradicting: on contexts of the suite."""

import pytest

from tests import claimed
from transforms.checks.claims.derived import initials, stem


def said(context: str, text: str) -> str:
    return claimed.verdict(text, claimed.context(context))


@pytest.mark.parametrize(
    ("one", "other"),
    [("perforation", "perforated"), ("hyperinflation", "hyperinflated"), ("cirrhosis", "cirrhotic"),
     ("gastroscopy", "gastroscopic"), ("calcification", "calcified")],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other) != ""


def test_initials_leave_small_words_out() -> None:
    assert next(initials(("national", "institutes", "of", "health", "stroke", "scale"))) == "nihss"


@pytest.mark.parametrize(
    ("context", "text", "answer"),
    [
        ("blind3_mr-stroke", "NIHSS 14.", "supported"),
        ("blind3_mr-stroke", "NIHSS 4.", "contradicted"),
        ("blind3_cxr-child", "The lungs are hyperinflated.", "supported"),
        ("blind3_surgery-robot", "The ProGrasp is outlined.", "supported"),
        ("blind3_us-kidney", "Creatinine was 1.4 mg/dL.", "supported"),
        ("blind3_us-kidney", "Creatinine was 4.1 mg/dL.", "contradicted"),
        ("blind3_us-kidney", "Right kidney with a stone.", "contradicted"),
        ("blind3_mr-scar", "Heart attack.", "supported"),
        ("blind3_cxr-trauma", "Fractures on the left.", "supported"),
        ("blind3_cxr-trauma", "Fractures on the right.", "contradicted"),
        ("blind3_fundus-amd", "Labels: glaucoma 0, drusen 1.", "supported"),
        ("blind3_fundus-amd", "Labels: glaucoma 1, drusen 0.", "contradicted"),
        ("blind3_bone-age", "A fracture was looked for, and none was found.", "supported"),
        ("blind3_cxr-child", "The X-ray does not show pneumonia.", "supported"),
        ("blind3_ct-aneurysm", "Maximum diameter 58 mm.", "uncheckable"),
        ("blind3_report-knee", "A loose body lies in the joint.", "uncheckable"),
        ("blind3_surgery-clip-uterus", "The film has 30 frames a second.", "supported"),
        ("blind3_mr-scar", "ac 14 and ef so far", "uncheckable"),
    ],
)
def test_names_of_the_scene_are_read_and_what_is_not_sure_is_not_contradicted(
    context: str, text: str, answer: str
) -> None:
    assert said(context, text) == answer
