"""A contradiction needs to be sure of what is spoken of, a support that no word of weight was left out."""

import pytest

from tests.claimed import context, verdict


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("blind9_pet-lung-fdg", "The tumor has a mean uptake of SUV 9.8, the node of 5.1.", "supported"),
        ("blind9_pet-lung-fdg", "SUV of 5.1 in the tumor and 9.8 in the node.", "contradicted"),
        ("blind9_mr-breast-dce", "25 mm is the mass, 13 mm the node.", "supported"),
        ("blind9_mr-lumbar-sag", "402 mm² is the area of L3-L4, 214 mm² that of L5-S1.", "uncheckable"),
        ("blind9_us-thyroid-two", "Nodule lengths: 14 and 6 mm.", "uncheckable"),
        ("blind9_us-thyroid-two", "The larger nodule is 25 mm long.", "contradicted"),
    ],
)
def test_of_two_values_one_of_which_is_right_the_other_is_another_things(name: str, text: str, expected: str) -> None:
    assert verdict(text, context(name)) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("blind5_pet-lymphoma", "Neither liver nor bone metastases are present.", "uncheckable"),
        ("blind8_report-prostate-path", "In none of the 14 lymph nodes was cancer found.", "uncheckable"),
        ("blind9_ihc-ki67-field", "About twenty cells are negative.", "uncheckable"),
        ("blind8_ecg-beats-strip", "No complete AV block.", "uncheckable"),
        ("blind9_mr-lumbar-sag", "No fractured vertebra.", "supported"),
        ("blind9_us-liver-labels", "Absent are ascites and cirrhosis.", "supported"),
        ("blind9_mr-brain-whole", "The amyloid PET was positive.", "uncheckable"),
        ("blind9_ct-pelvis-bladder", "The prostate is enlarged.", "uncheckable"),
    ],
)
def test_what_is_denied_or_told_of_something_else_refutes_nothing(name: str, text: str, expected: str) -> None:
    assert verdict(text, context(name)) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("blind4_mr-liver", "The whole left kidney is depicted on this slice."),
        ("blind9_surgery-clip-phases", "The longest span is that of irrigation."),
        ("blind9_fundus-npdr-od", "OS: MAs, hemorrhages, HEs."),
        ("blind8_cxr-heart-ratio", "Both clavicles are outlined."),
        ("blind9_mr-lumbar-sag", "The herniation is at L3-L4."),
    ],
)
def test_a_word_of_weight_that_nothing_bears_out_supports_nothing(name: str, text: str) -> None:
    assert verdict(text, context(name)) == "uncheckable"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("blind3_capsule-clip", "The first finding of the clip is the angioectasia.", "supported"),
        ("blind3_capsule-clip", "The last finding of the clip is fresh blood.", "contradicted"),
        ("blind4_bronchoscopy-clip", "The suction instrument is the first to appear.", "supported"),
        ("blind8_visits-nodule-growth", "The nodule was largest at the second visit.", "supported"),
        ("blind8_visits-nodule-growth", "The nodule was largest at the third visit.", "contradicted"),
        ("blind9_series-brain-stroke", "The lesion is largest on DWI.", "supported"),
        ("blind9_ct-lobes-coronal", "This is the largest nodule.", "supported"),  # a name for what is pointed at
        ("blind2_colonoscopy", "The picture shows the stomach.", "contradicted"),
        ("blind5_cxr-effusion", "The heart takes up about 45 % of the width of the chest.", "contradicted"),
        ("blind8_cxr-heart-ratio", "The heart takes up a little less than half of the thorax.", "supported"),
        ("blind9_ct-lobes-coronal", "The larger nodule has more than eight times the area of the other.", "supported"),
        ("blind4_urine-sediment", "In the lower right are the crystals, five of them.", "supported"),
        ("blind3_mammo-pair", "Three boxes of focal asymmetry are on the MLO view.", "contradicted"),
        ("blind8_ihc-ki67-cells", "H&E stained section.", "contradicted"),
        ("blind6_dental-opg", "Crowns are the most numerous of the marked items.", "contradicted"),
        ("blind4_ct-cervical", "C4 and C7 have areas of 512 and 588 mm2, in that order.", "supported"),
    ],
)
def test_what_is_told_by_place_in_time_by_image_and_by_number(name: str, text: str, expected: str) -> None:
    assert verdict(text, context(name)) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("blind10_ct-adrenal-left", "Left adrenal mass, low density.", "uncheckable"),
        ("blind10_film-hips", "The right hip has been replaced, whereas the left one is arthritic.", "uncheckable"),
        ("blind3_bone-age", "The hand is the right one.", "contradicted"),
        ("blind4_ct-cervical", "The broken vertebrae are C4 and C7.", "uncheckable"),
        ("blind10_dermoscopy", "Three separate lesions were outlined.", "uncheckable"),
    ],
)
def test_what_may_be_meant_of_the_organ_or_of_all_is_left_open(name: str, text: str, expected: str) -> None:
    assert verdict(text, context(name)) == expected
