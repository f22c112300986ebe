"""Free text as a language model might write it, judged against the hand-drawn abdomen: never support what is false."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handfacts import told_abdomen
from tests.spaces import small_space
from transforms.checks.claims import check, check_sample, parse

SPACE = small_space()
SCENE = told_abdomen()

TRUE = """
An axial CT image of the abdomen.
This is a transverse computed tomography slice through the abdomen.
The liver is visible.
There is a lesion in the liver.
The liver contains a lesion.
The lesion lies in the middle right part of the image (the patient's right).
The volume of the lesion over the whole scan is 5.6 mL.
One lesion is seen within the liver, on the patient's right side.
The lesion measures approximately 2.2 cm.
The lesion is 22 mm across.
A 22-mm lesion is located in the liver.
The right kidney is 42.5 mm in its long axis.
The liver lesion has a mean attenuation of 20 HU and an area of 3.24 cm².
The liver has a mean attenuation of about 58 Hounsfield units.
The left kidney is larger than the right kidney.
The right kidney is smaller than the left kidney.
The liver is ten times as large as the left kidney.
The liver is not smaller than the lesion.
Both kidneys are shown.
The left and right kidneys are seen.
There is no pneumothorax or pleural effusion.
No pneumothorax is seen.
A pneumothorax is not seen, and pleural effusions are absent.
The kidneys are 70 mm apart.
The distance between the left kidney and the right kidney is 7.0 cm.
The lesion lies on the right.
The lesion in the liver is rated 4.25 out of 5 for malignancy.
The volume of the lesion is 5.6 cc.
The lesion is larger than 10 mm.
The kidney on the left is visible.
The lesion is not in the left kidney.
The liver lies within [10, 20, 50, 70].
In the liver, there is a lesion.
There is a lesion in the liver but not in the left kidney.
Within the liver lies a lesion measuring 22 mm.
The left kidney (44 mm) is larger than the right kidney (42.5 mm).
Neither pneumothorax nor pleural effusion is seen.
The lesion measures 22.0 x 22.0 mm.
The lesion and the liver measure 22 mm and 127 mm, respectively.
The lesion measures 20 to 25 mm.
The mean attenuation of the liver exceeds that of the lesion.
""".strip().splitlines()

FALSE = """
The lesion lies in the middle right part of the image (the patient's left).
The lesion lies in the middle right part of the image (the image's right).
The volume of the lesion over the whole scan is 9.6 mL.
A coronal CT image of the abdomen.
This is an axial MRI of the abdomen.
An axial ultrasound image.
The chest is shown on this CT of the chest.
There is no lesion in the liver.
No lesion is seen.
The liver is absent.
The liver is not visible.
The liver is free of lesions.
There are three lesions.
Two lesions lie in the liver.
The lesion measures 4 cm.
The lesion is 35 mm across.
A 12 mm lesion is seen in the liver.
The lesion has a mean attenuation of -20 HU.
The lesion covers 800 mm².
The lesion lies in the left kidney.
The left kidney contains a lesion.
The lesion lies on the patient's left side.
A left-sided lesion is seen.
The lesion is larger than the liver.
The left kidney is smaller than the right kidney.
The right kidney is twice as large as the left kidney.
The liver is twice as large as the left kidney.
The liver lies in the posterior left part of the image.
The liver is adjacent to the left kidney.
The left kidney lies within the liver.
A pneumothorax is present.
There is a pleural effusion.
The lesion is rated 2 out of 5 for malignancy.
The kidneys are 20 mm apart.
The lesion is smaller than 10 mm.
The lesion does not measure 22 mm.
The liver lies within [10, 20, 50, 71].
Neither the liver nor the lesion is visible.
There is a lesion in the left kidney but not in the liver.
The liver is larger than the left kidney and smaller than the lesion.
The left kidney measures 44 mm and the right kidney 60 mm.
The liver does not contain the lesion.
The lesion measures 22 mm in the coronal plane.
There is no evidence that the liver is present.
Three kidneys are seen.
The lesion is not inside the liver.
The volume of the lesion is 56 mL.
The left kidney is 44 mm larger than the right kidney.
The lesion occupies 40 % of the liver.
The lesion is on the right and benign.
Only the left kidney is seen.
The liver is as large as the lesion.
The right kidney is the largest structure.
""".strip().splitlines()

UNKNOWN = """
The lesion is consistent with malignancy.
The liver is cirrhotic.
The spleen is enlarged.
There is no lymphadenopathy.
The previous lesion measured 22 mm.
The wall of the lesion measures 22 mm.
The lesion may lie in the liver.
Possible liver lesion.
If a lesion is present in the liver, biopsy is advised.
The gallbladder lies next to the liver. It measures 22 mm.
The liver was resected.
The lesion enhances avidly and measures 22 mm.
A cyst is present in the left kidney.
The lesion has grown to 22 mm.
There are no other lesions in the liver.
Every lesion lies in the liver.
The left lung is clear.
Cardiomegaly is present.
The lesion is 22 x 22 x 20 mm.
The liver shows a nodule.
The lesion lies on the left side of the image.
Its long axis spans 22 mm.
Follow-up is recommended.
The patient has a history of a liver lesion.
The patient is 62 years old.
The lesion is the largest ever seen.
The second lesion measures 22 mm.
The lesion is hypodense?
The lesion had measured 22 mm.
The lesion lies 22 mm inside the liver.
The lesion is located to the left of the liver.
The lesion was not found in the right kidney.
It is not true that the liver is absent.
The left kidney has no lesion.
No abnormality is seen in the liver.
""".strip().splitlines()


def outcome(text: str) -> str:
    """The worst verdict on any of a text's assertions; nothing asserted is nothing supported."""
    verdicts = {verdict.verdict for verdict in check(text, SCENE, SPACE)}
    return next(
        (name for name in ("contradicted", "uncheckable") if name in verdicts),
        "supported" if verdicts else "uncheckable",
    )


@pytest.mark.parametrize("text", TRUE)
def test_a_true_sentence_is_supported(text: str) -> None:
    assert outcome(text) == "supported", check(text, SCENE, SPACE)


@pytest.mark.parametrize("text", FALSE)
def test_a_false_sentence_is_contradicted(text: str) -> None:
    assert outcome(text) == "contradicted", check(text, SCENE, SPACE)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_no_fact_covers_is_never_supported(text: str) -> None:
    assert outcome(text) == "uncheckable", check(text, SCENE, SPACE)


def test_spans_are_those_of_the_words() -> None:
    text = "Axial CT. The lesion, 2.2 cm long, lies in the liver."
    said = {text[slice(*claim.span)] for claim in parse(text, SPACE)}
    assert {"Axial", "CT", "2.2 cm", "lesion", "liver"} <= said
    assert all(row["text"] == text[slice(*row["span"])] for row in check_sample(SCENE, SPACE, text))


def test_rounding_is_that_of_the_digits_written() -> None:
    assert outcome("The left kidney has an area of 8 cm².") == "supported"
    assert outcome("The left kidney has an area of 8.00 cm².") == "supported"
    assert outcome("The left kidney has an area of 8.3 cm².") == "contradicted"


def test_never_millimetres_for_pixels() -> None:
    facts = tuple(fact.model_copy(update={"unit": "px"}) if fact.unit == "mm" else fact for fact in SCENE.facts)
    scene = SCENE.model_copy(update={"facts": facts})
    assert {v.verdict for v in check("The lesion measures 22 mm.", scene, SPACE) if v.kind == "size"} == {"uncheckable"}
    assert {v.verdict for v in check("The lesion measures 22 pixels.", scene, SPACE) if v.kind == "size"} == {
        "supported"
    }


WORDS = """liver lesion left right kidney no not the in is are 22 mm 3 of image , . ( ) and than larger both which -
two x"""


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS.split())).map(" ".join)))
def test_any_text_gets_a_verdict_and_spans_within_it(text: str) -> None:
    for verdict in check(text, SCENE, SPACE):
        start, end = verdict.span
        assert 0 <= start < end <= len(text)
        assert verdict.text == text[start:end]
        assert verdict.verdict != "supported" or verdict.fact is not None


def test_a_sentence_is_read_alike_wherever_it_stands() -> None:
    """Its reading is kept; what "it" means and where it stands are not."""
    first, alone = "The lesion is seen. ", "It measures 22 mm."
    length = len("It measures ")
    for before, subject in (("", None), (first, "lesion"), ("The liver is seen. ", "liver"), (first * 2, "lesion")):
        (claim,) = [one for one in parse(before + alone, SPACE) if one.kind == "size"]
        assert (claim.subject.slugs if claim.subject else None) == ((subject,) if subject else None)
        start = len(before) + length
        assert claim.span == (start, start + len("22 mm"))


def test_a_class_is_counted_only_where_there_is_one_of_it() -> None:
    """A mask of a class says how far it reaches. That of the left kidney is one kidney all the same."""
    drawn = [region.model_copy(update={"segmentation": "semantic"}) for region in SCENE.regions]
    facts = [fact for fact in SCENE.facts if fact.predicate != "count"]
    classes = SCENE.model_copy(update={"regions": tuple(drawn), "facts": tuple(facts)})
    assert {v.verdict for v in check("Two kidneys are outlined.", classes, SPACE)} == {"supported"}
    assert "contradicted" in {v.verdict for v in check("Three kidneys are outlined.", classes, SPACE)}
    assert "uncheckable" in {v.verdict for v in check("One lesion is outlined.", classes, SPACE)}


def test_a_no_that_answers_asserts_nothing_of_its_own() -> None:
    assert [claim.kind for claim in parse("No, there is no lesion.", SPACE)] == ["absence"]
    assert [claim.kind for claim in parse("There is no.", SPACE)] == ["uncheckable"]
