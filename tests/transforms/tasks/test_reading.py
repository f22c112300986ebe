"""Whole sentences as answers, judged by hand."""

import pytest

from schemas import ItemCheck
from transforms.tasks.scoring import score

ZONE = ItemCheck(kind="exact", accepted=("upper left", "left upper"),
                 alternatives=("upper right", "right upper", "lower left", "left lower", "center"))  # fmt: skip
SIDE = ItemCheck(kind="exact", accepted=("right",), alternatives=("left", "midline"))
CT = ItemCheck(kind="exact", accepted=("computed tomography", "ct"), alternatives=("mri", "radiography", "x-ray"))
LUNG = ItemCheck(kind="exact", accepted=("lung", "lungs"))
PART = "Which part of the body does this image show?"
YES, NO = (ItemCheck(kind="exact", accepted=(word,)) for word in ("yes", "no"))
DOUBT = ItemCheck(kind="exact", accepted=("uncertain",))
NODULE = "Is there a nodule?"
WHERE = "Where in this image is the lesion?"
LARGER = "Is the left kidney larger than the right kidney in this image?"
RANKED = ItemCheck(kind="order", accepted=("the liver", "the spleen", "the left kidney"))
BY_AREA = "Order these by the area that they cover, the largest first: the spleen, the liver, the left kidney."
WHICH = ItemCheck(kind="set", accepted=("1", "3"), alternatives=("2", "none"))
ALL = ItemCheck(kind="set", accepted=("1", "2"), alternatives=("none",))
DAYS = ItemCheck(kind="tolerance", value=3.0, within=0.0)
RATED = ItemCheck(kind="tolerance", value=4.0, unit="1-5", within=0.4)
GRADE = ItemCheck(kind="tolerance", value=0.0, within=0.0)
WIDER = "Which is larger in this image, the liver or the spleen?\n- the liver\n- the spleen"


@pytest.mark.parametrize(
    ("check", "question", "answer", "right"),
    [
        (ZONE, WHERE, "The lesion lies in the upper left third.", True),
        (ZONE, WHERE, "It is in the left upper part of the image (the patient's left).", True),
        (ZONE, WHERE, "Upper-left.", True),
        (ZONE, WHERE, "The center of the lesion is in the top left.", True),
        (ZONE, WHERE, "The lesion lies in the upper right third.", False),
        (ZONE, WHERE, "The lesion lies in the upper left or the lower left part.", False),
        (ZONE, WHERE, "It does not lie in the upper left part.", False),
        (ZONE, WHERE, "The lesion isn't in the upper left part.", False),
        (ZONE, WHERE, "The lesion lies in the center of the image, to the upper left.", False),
        (ZONE, "Where is the lower left molar?", "The lower left molar lies in the upper left part.", True),
        (ZONE, "Where is the upper left molar?", "The upper left molar is there.", False),
        (SIDE, "Is the lesion on the patient's left or right side?", "The lesion lies on the patient's right.", True),
        (SIDE, "Is the lesion on the patient's left or right side?", "Lesion on the patient's left side.", False),
        (SIDE, "Is the lesion on the patient's left or right side?", "Right, not left.", False),
        (CT, "How was this image acquired?", "This is a chest CT scan.", True),
        (CT, "How was this image acquired?", "This is an X-ray, not a CT.", False),
        (CT, "How was this image acquired?", "CT or MRI.", False),
        (LUNG, PART, "This image shows the lungs.", True),
        (LUNG, PART, "A CT of the lung.", True),
        (LUNG, PART, "This image shows the upper lobe of the lung.", False),
        (LUNG, PART, "The lung and the liver.", False),
        (NO, NODULE, "There is no nodule.", True),
        (NO, NODULE, "No nodule is visible in this image.", True),
        (NO, NODULE, "The image does not show a nodule", True),
        (NO, NODULE, "No, the nodule isn't visible.", True),
        (NO, NODULE, "There is no effusion.", False),
        (NO, NODULE, "No doubt there is a nodule.", False),
        (YES, NODULE, "There is no nodule.", False),
        (YES, NODULE, "There is a nodule in the left lung.", True),
        (YES, NODULE, "Yes, there is no nodule.", False),
        (YES, NODULE, "Yes, there is a nodule, with no effusion.", True),
        (YES, NODULE, "There is an effusion.", False),
        (YES, NODULE, "Yes and no.", False),
        (YES, NODULE, "yes, no", False),
        (NO, NODULE, "No, yes", False),
        (YES, "Is this the left lung?", "Yes? No, it is the right lung.", False),
        (YES, NODULE, "A nodule is possible.", False),
        (DOUBT, NODULE, "A nodule is possible.", True),
        (DOUBT, NODULE, "A nodule cannot be excluded.", True),
        (YES, LARGER, "The left kidney is larger than the right kidney.", True),
        (YES, LARGER, "The right kidney is larger than the left kidney.", False),
        (NO, LARGER, "No. The right kidney is larger than the left kidney.", True),
        (RANKED, "", "The liver is the largest, then come the spleen and the left kidney.", True),
        (RANKED, "", "The spleen, which is larger than the liver, and the left kidney.", False),
        (RANKED, "", "The liver is larger than the spleen.", False),
        (RANKED, BY_AREA, "the liver > the spleen > the left kidney", True),
        (RANKED, BY_AREA, "the liver < the spleen < the left kidney", False),
        (RANKED, BY_AREA, "left kidney < spleen < liver", True),
        (RANKED, "", "The liver is smaller than the spleen, which is smaller than the left kidney.", False),
        (RANKED, "", "The left kidney is smaller than the spleen, which is smaller than the liver.", True),
        (RANKED, "", "The spleen is larger than the left kidney; the liver is larger than the spleen.", True),
        (RANKED, "", "The liver is larger than the spleen, and the left kidney is smaller than the liver.", False),
        (RANKED, "", "The liver is larger than the spleen, and the spleen is larger than the liver.", False),
        (RANKED, BY_AREA, "From smallest to largest: the left kidney, the spleen, the liver.", True),
        (RANKED, BY_AREA, "From smallest to largest: the liver, the spleen, the left kidney.", False),
        (RANKED, BY_AREA, "From largest to smallest: the liver, the spleen, the left kidney.", True),
        (RANKED, BY_AREA, "Left kidney, spleen, liver (in ascending order)", True),
        (RANKED, BY_AREA, "The liver, then the spleen, and the smallest is the left kidney.", True),
        (WHICH, "", "Image 1 and image 3 show it.", True),
        (WHICH, "", "All of these images show it.", False),
        (WHICH, "", "None of these images shows it.", False),
        (ALL, "", "Each of these images shows the liver.", True),
        (ALL, "", "It is shown in image 2 alone.", False),
        (DAYS, "", "Image 2 was taken 3 days after image 1.", True),
        (DAYS, "", "Image 3 was taken 2 days after image 1.", False),
        (RATED, "", "It was rated 4 out of 5 (from 1, subtle, to 5, obvious; the mean of 4 readers).", True),
        (RATED, "", "It was rated 3 out of 5 (from 1, subtle, to 5, obvious; the mean of 4 readers).", False),
        (GRADE, "", "The grade was reported as 0 (on a scale from 0 to 4).", True),
        (DAYS, "", "3 (or 4)", False),
        (DAYS, "", "more than 3 days", False),
        (DAYS, "", "at least three", False),
        (DAYS, "", "3 or more", False),
        (DAYS, "", "3 days, more than between the others", True),
    ],
)  # fmt: skip
def test_a_sentence_answers_where_it_says_one_thing(check: ItemCheck, question: str, answer: str, right: bool) -> None:
    assert score(check, answer, None, question).right is right


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("The liver is larger than the spleen.", True),
        ("The spleen is larger than the liver.", False),
        (
            "The spleen is smaller than the liver.",
            False,
        ),  # true, and no answer to which is larger that a rule may trust
        ("The spleen covers 812 mm² and the liver covers 1900 mm².", True),
        ("The liver covers 812 mm² and the spleen covers 1900 mm².", False),
        ("The volume of the liver is 2.4 times that of the spleen.", True),
        ("The liver is not larger than the spleen.", False),
        ("The liver and the spleen.", False),
    ],
)
def test_of_two_that_are_compared_the_larger_is_the_answer(answer: str, right: bool) -> None:
    check = ItemCheck(kind="exact", accepted=("the liver",))
    assert score(check, answer, ("the liver", "the spleen"), WIDER).right is right
