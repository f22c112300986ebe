"""Ways of speaking that reach beyond single words, each in a true and a false sentence about samples of the suite."""

import pytest

from benchmarks.claims_suite.declared import space
from tests import claimed
from transforms.checks.claims import parse
from transforms.checks.claims.forms import unformed
from transforms.checks.claims.model import Item
from transforms.checks.claims.numerals import half_digit, number
from transforms.facts.reported import QUALIFIED

SAID = [
    # Just over, nearly: near it, and on that side.
    ("blind4_ecg-mi", "The PR interval is nearly a fifth of a second.", "supported"),
    ("blind4_ecg-mi", "The PR interval is just over a fifth of a second.", "contradicted"),
    # What the labels leave in doubt: not a finding, and not the lack of one.
    ("blind4_ankle", "There may be osteopenia.", "supported"),
    ("blind4_ankle", "There is no osteopenia.", "uncheckable"),
    # How many of them are so.
    ("blind4_ankle", "Six screws hold the plate.", "supported"),
    ("blind4_ankle", "Nine screws hold the plate.", "contradicted"),
    ("blind4_ankle", "Three screws hold the plate.", "uncheckable"),
    # Boxes as they were drawn.
    ("blind4_coronary-angio", "The catheter was boxed with 90 x 180 px.", "supported"),
    ("blind4_coronary-angio", "The catheter was boxed with 30 x 40 px.", "contradicted"),
    # Shares of what is counted.
    ("blind4_malaria-film", "Two thirds of the parasites are rings.", "supported"),
    ("blind4_malaria-film", "One third of the parasites are rings.", "contradicted"),
    # What goes for one goes for another.
    ("blind4_cxr-child", "Cardiomegaly is absent, and so is pneumothorax.", "supported"),
    ("blind4_cxr-child", "Cardiomegaly is absent, and so is pneumonia.", "contradicted"),
    # The other side, named or not.
    ("blind4_ct-aneurysm", "The left kidney is smaller than its counterpart.", "supported"),
    ("blind4_ct-aneurysm", "The right kidney is smaller than its counterpart.", "contradicted"),
    ("blind4_ankle", "This is not the left ankle.", "contradicted"),
    # How far two things differ.
    ("blind4_ct-aneurysm", "The two kidneys differ by about 22 percent.", "supported"),
    ("blind4_ct-aneurysm", "The two kidneys differ by about 60 percent.", "contradicted"),
    # The highest of what was measured.
    ("blind4_pet-brain", "The right putamen has the highest mean SUV.", "supported"),
    ("blind4_pet-brain", "The left thalamus has the highest mean SUV.", "contradicted"),
    # All along, and at a time.
    ("blind4_hysterectomy-clip", "The bipolar forceps is visible throughout the clip.", "contradicted"),
    ("blind4_hysterectomy-clip", "In all of the phases one sees the bipolar forceps.", "contradicted"),
    ("blind3_surgery-clip-uterus", "At second 140 the washing goes on.", "supported"),
    ("blind3_surgery-clip-uterus", "The preparation is the longest phase.", "uncheckable"),
    # Captions, persons, laboratories.
    ("blind4_cytology-hsil", "Figure 3: Smear of a woman of 39, HPV 16.", "supported"),
    ("blind4_cytology-hsil", "Fig. 3: HPV 16.", "supported"),
    ("blind4_cytology-hsil", "Fig. 3: HPV 45.", "contradicted"),
    # Visits by their number, values in the unit that is written.
    ("blind4_visits-oct", "14 letters gained.", "supported"),
    ("blind4_visits-oct", "The central thickness went from 462 µm to 287 µm.", "supported"),
    ("blind4_visits-oct", "The central thickness went from 287 µm to 462 µm.", "contradicted"),
    ("blind4_visits-oct", "V2: SRF -.", "supported"),
    # Images of a group by what they are.
    ("blind3_mammo-pair", "The calcifications are visible on the MLO view only.", "contradicted"),
    # A sentence that is not read to its end counts nothing.
    ("blind4_ankle", "Nine screws were swapped for zirbels.", "uncheckable"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "text", "expected"), SAID)
def test_a_way_of_speaking(context: str, text: str, expected: str) -> None:
    assert claimed.verdict(text, claimed.context(context)) == expected


def test_a_doubt_of_one_clause_is_none_of_the_others() -> None:
    claims = parse("There is pneumonia, and the report leaves open whether there is an effusion.", space())
    kinds = {claim.subject.slugs[0]: claim.kind for claim in claims if claim.subject is not None}
    assert (kinds["pneumonia"], kinds["pleural_effusion"]) == ("presence", "finding")


@pytest.mark.parametrize(
    ("written", "value", "step"),
    [("two fifths of a", 0.4, 0.04), ("half a", 0.5, 0.05), ("one and a half", 1.5, 0.25), ("1,088", 1088.0, 0.5)],
)  # fmt: skip
def test_a_number_as_it_is_written(written: str, value: float, step: float) -> None:
    assert number(written) == pytest.approx(value)
    assert half_digit(written) == pytest.approx(step)


def test_a_form_stands_for_what_it_is_a_form_of() -> None:
    fluid = Item("mention", "finding", 13, 18, ("fluid",), names=("fluid",))
    words = [Item("word", "pockets", 0, 7), Item("phrase", "rel:of", 8, 10), fluid]
    assert [item.tag for item in unformed(words)] == ["", "", "finding"]
    assert unformed(words)[2].plural


@pytest.mark.parametrize("before", ["no large ", "without any massive ", "no displaced "])
def test_a_denied_size_denies_no_more_in_a_report(before: str) -> None:
    assert QUALIFIED.search(before)
