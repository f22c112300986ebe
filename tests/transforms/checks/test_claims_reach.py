"""Ways of speaking that several authors share: each is read, and what is wrong in it is found."""

import pytest

from tests import claimed

SAID = [
    # What lies outside of what.
    ("blind5_us-gallbladder", "Both gallstones lie outside of the gallbladder.", "contradicted"),
    # A film, a recording, slices: how long, how thick.
    ("blind5_chole-clip", "The recording runs for 30 minutes.", "supported"),
    ("blind5_chole-clip", "The recording runs for 20 minutes.", "contradicted"),
    ("blind8_surgery-hernia-clip", "This video lasts half a minute.", "supported"),
    ("blind8_ct-coronal-organs", "Slices of 2 mm.", "supported"),
    ("blind8_ct-coronal-organs", "5 mm slices.", "contradicted"),
    # Sizes and places that a source states of what is told and not drawn.
    ("blind8_report-chest-ct", "The nodule has a size of 12 mm.", "supported"),
    ("blind8_report-chest-ct", "The nodule has a size of 21 mm.", "contradicted"),
    ("blind8_report-chest-ct", "A nodule in the right lower lobe.", "supported"),
    ("blind8_report-chest-ct", "A nodule in the right upper lobe.", "contradicted"),
    # Who somebody is by what is shown, and how old "young" is.
    ("blind8_mr-prostate-lesion", "This is a man.", "supported"),
    ("blind8_mr-prostate-lesion", "This is a woman.", "contradicted"),
    ("blind8_cxr-heart-ratio", "A young man.", "supported"),
    ("blind4_fundus-rvo", "A young patient.", "contradicted"),
    # Short names of grades, scales, steps and sides.
    ("blind8_gastroscopy-labels", "LA grade B esophagitis.", "supported"),
    ("blind8_gastroscopy-labels", "LA grade D esophagitis.", "contradicted"),
    ("blind8_mr-lumbar-sag", "The L4-L5 disc: Pfirrmann 4.", "supported"),
    ("blind5_path-report", "By Nottingham it is a grade 2.", "supported"),
    ("blind6_mammo-right", "MLO view, R MLO.", "supported"),
    ("blind6_mammo-right", "L MLO view.", "contradicted"),
    ("blind5_colonoscopy-polyp", "Paris Is.", "supported"),
    ("blind5_colonoscopy-polyp", "Paris Ip.", "contradicted"),
    ("blind8_pap-smear", "HPV: positive.", "supported"),
    ("blind8_pap-smear", "The HPV test was negative.", "contradicted"),
    ("blind5_ihc-her2", "HER2 3+.", "supported"),
    ("blind5_ihc-her2", "HER2 1+.", "contradicted"),
    # From where to where values go, and between what they lie.
    ("blind8_pet-ct-lymphoma", "The diameters of the lesions range from 20 to 71 mm.", "supported"),
    ("blind8_ct-three-nodules", "The nodules range from 5 to 15 mm in diameter over the whole scan.", "contradicted"),
    ("blind8_mr-lumbar-sag", "The discs have areas between 160 and 340 mm².", "supported"),
    # Shares in words, and what a number points back to.
    ("echo-clip", "With each beat the heart pumps out roughly a third of its blood.", "supported"),
    ("echo-clip", "With each beat the heart pumps out two thirds of its blood.", "contradicted"),
    ("blind8_ct-kidney-whole", "The left kidney is the larger of the two.", "supported"),
    # What a picture is of.
    ("blind8_us-breast-lump", "The image shows a knee.", "contradicted"),
    ("blind8_ihc-ki67-cells", "An H&E slide.", "contradicted"),
    # A "no" after a colon, "i.e.", and names of what is not there.
    ("blind4_cxr-tb", "Pneumothorax: no.", "supported"),
    ("blind8_mr-ms-flair", "No infarct, i.e. no infarction.", "supported"),
    ("blind8_mr-brain-sagittal-t1", "The septum pellucidum is absent.", "uncheckable"),
    # One after the other, in the passive.
    ("blind8_ecg-beats-strip", "A premature atrial contraction precedes the tachycardia.", "supported"),
    ("blind8_ecg-beats-strip", "The tachycardia is preceded by a premature atrial contraction.", "supported"),
    ("blind8_ecg-beats-strip", "The tachycardia is followed by a premature atrial contraction.", "contradicted"),
    # Seconds and the disease.
    ("blind8_mr-ms-flair", "Six MS lesions can be counted.", "contradicted"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "text", "expected"), SAID)
def test_a_way_of_speaking(context: str, text: str, expected: str) -> None:
    assert claimed.verdict(text, claimed.context(context)) == expected
