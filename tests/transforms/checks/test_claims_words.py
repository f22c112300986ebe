"""Spellings are one word, written numbers are their values, and what a verdict is called follows from what is wrong."""

import pytest

from tests.handfacts import told_abdomen
from tests.spaces import small_space
from transforms.checks.claims import check
from transforms.checks.claims.amounts import quantities
from transforms.checks.claims.numerals import number
from transforms.checks.claims.spelling import plain
from transforms.checks.claims.words import PHRASES

SPACE, SCENE = small_space(), told_abdomen()


@pytest.mark.parametrize(
    ("british", "american"),
    [("tumour", "tumor"), ("oesophagus", "esophagus"), ("haemorrhage", "hemorrhage"), ("grey", "gray"),
     ("centimetres", "centimeters"), ("visualised", "visualized"), ("labelled", "labeled"), ("oedema", "edema"),
     ("caecum", "cecum"), ("fibre", "fiber")],
)  # fmt: skip
def test_british_and_american_spellings_are_one(british: str, american: str) -> None:
    assert plain(british) == plain(american)


@pytest.mark.parametrize("word", ["liver", "does", "four", "lies", "vertebrae", "your"])
def test_other_words_stay_as_they_are(word: str) -> None:
    assert plain(word) == word


@pytest.mark.parametrize(
    ("one", "several"),
    [("rests against", "rest against"), ("lies against", "lie against"), ("presses against", "press against"),
     ("occupies less space than", "occupy less space than"), ("encloses", "enclose"),
     ("outdoes in size", "outdo in size"), ("stretches further than", "stretch further than")],
)  # fmt: skip
def test_what_is_said_of_one_thing_is_said_of_several(one: str, several: str) -> None:
    assert PHRASES[several] == PHRASES[one]


@pytest.mark.parametrize(
    ("written", "value"),
    [("1,088", 1088), ("-35", -35), ("minus 835", -835), ("twenty-three", 23), ("one and a half", 1.5),
     ("three hundred and sixty-eight", 368), ("half a", 0.5), ("two point five", 2.5)],
)  # fmt: skip
def test_numbers_are_read_as_written(written: str, value: float) -> None:
    assert number(written) == value


@pytest.mark.parametrize(
    ("text", "values", "unit", "bound"),
    [
        ("about 2.7 cm", (27.0,), "mm", "about"), ("between 33 and 36 mm", (33.0, 36.0), "mm", "range"),
        ("33 to 36 mm", (33.0, 36.0), "mm", "range"), ("26.6 by 24.5 mm", (26.6, 24.5), "mm", "eq"),
        ("a sub-centimetre nodule", (10.0,), "mm", "lt"), ("1.0 l", (1000.0,), "mL", "eq"),
        ("more than 300 nuclei", (300.0,), "", "gt"), ("half a centimetre", (5.0,), "mm", "eq"),
        ("7 years and 10 months", (94.0,), "months", "eq"), ("less than a third of the liver", (1 / 3,), "", "lt"),
    ],
)  # fmt: skip
def test_quantities_are_read_with_their_hedges(text: str, values: tuple[float, ...], unit: str, bound: str) -> None:
    first = next(quantities(text, words=True)).quantity
    assert first is not None
    assert (first.values, first.unit, first.bound) == (pytest.approx(values), unit, bound)


@pytest.mark.parametrize(
    ("text", "error", "weight"),
    [
        ("A pneumothorax is present.", "false finding", "urgent"),
        ("There is a pleural effusion.", "false finding", "significant"),
        ("There is no lesion.", "missing finding", "significant"),
        ("The lesion lies on the patient's left side.", "side", "urgent"),
        ("The lesion measures 4 cm.", "size", "significant"),
        ("The lesion measures 22 cm.", "unit", "significant"),
        ("There are three lesions.", "count", "significant"),
        ("The lesion is benign.", "severity", "significant"),
        ("The left kidney is smaller than the right kidney.", "comparison", "minor"),
        ("An ultrasound image.", "modality", "significant"),
        ("The lesion is not in the liver.", "negation", "significant"),
        ("On this slice the lesion has a volume of 5.6 mL.", "scope", "significant"),
        ("The lesion lies in the left kidney.", "site", "significant"),
    ],
)
def test_what_is_wrong_has_a_class_and_a_weight(text: str, error: str, weight: str) -> None:
    wrong = [one for one in check(text, SCENE, SPACE) if one.verdict == "contradicted"]
    assert (error, weight) in {(one.error, one.weight) for one in wrong}, wrong


@pytest.mark.parametrize(
    ("text", "strength", "verdict"),
    [
        ("The lesion is seen.", "certain", "supported"),
        ("A pneumothorax is likely.", "probable", "contradicted"),
        ("A pneumothorax is possible.", "possible", "contradicted"),
        ("A pneumothorax is unlikely.", "unlikely", "supported"),
        ("A lesion is unlikely.", "unlikely", "contradicted"),
        ("A lesion is possible.", "possible", "uncheckable"),
    ],
)
def test_doubt_is_graded(text: str, strength: str, verdict: str) -> None:
    (one,) = check(text, SCENE, SPACE)
    assert (one.strength, one.verdict) == (strength, verdict)
