"""Mentions in sentences whose concepts, states and sides a reader names at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from catalog.load import read_labelspace
from transforms.mentions import mentions
from transforms.mentions.abbreviations import abbreviations
from transforms.mentions.candidates import Candidates
from transforms.mentions.language import english

SPACE = read_labelspace(Path(__file__).parents[3] / "catalog" / "concepts")


def told(text: str, chest: bool = True) -> dict[str, tuple[str | None, str | None]]:
    """Words of the text -> state and side of what they name."""
    return {text[slice(*one.span)]: (one.state, one.side) for one in mentions(text, SPACE, chest)}


def named(text: str, chest: bool = True) -> list[tuple[str, str]]:
    return [(text[slice(*one.span)], one.concept.label) for one in mentions(text, SPACE, chest)]


def test_words_are_linked_to_concepts_with_code_and_score() -> None:
    (one,) = mentions("A pneumothorax.", SPACE)
    assert (one.span, one.concept.system, one.concept.code, one.score) == ((2, 14), "SCT", "36118008", 1.0)
    assert named("Gallstones and hepatic steatosis.", chest=False) == [
        ("Gallstones", "gallstone"), ("hepatic steatosis", "hepatic steatosis"),
    ]  # fmt: skip


def test_misspelled_names_are_linked_with_a_lower_score() -> None:
    (one,) = mentions("Cholelithiassis.", SPACE)
    assert one.concept.label == "gallstone"
    assert 0.8 <= one.score < 1.0


@pytest.mark.parametrize(
    ("text", "label"),
    [("Subcutaneous emphysema.", "subcutaneous emphysema"), ("Emphysema.", "pulmonary emphysema"),
     ("The heart is mildly enlarged.", "cardiomegaly"), ("The aorta remains calcified.", "aortic calcification")],
)  # fmt: skip
def test_the_longest_name_counts_and_two_words_may_say_it_between_them(text: str, label: str) -> None:
    assert [label for _, label in named(text)] == [label]


@pytest.mark.parametrize(
    ("text", "state"),
    [("There is a pneumothorax.", "present"), ("No pneumothorax.", "absent"),
     ("No effusion or pneumothorax.", "absent"),
     ("Pneumothorax is not seen.", "absent"), ("Possible pneumothorax.", "uncertain"),
     ("Pneumothorax cannot be excluded.", "uncertain"), ("A small pneumothorax, if any.", "uncertain"),
     ("No change in the pneumothorax.", "present"), ("No effusion, but a pneumothorax.", "present"),
     ("Less likely pneumothorax.", "uncertain"), ("The pneumothorax has resolved.", "absent"),
     ("Findings consistent with pneumothorax.", "present"), ("Atelectasis versus pneumothorax.", "uncertain")],
)  # fmt: skip
def test_how_a_finding_is_meant(text: str, state: str) -> None:
    assert next(one for words, (one, _) in told(text).items() if words.lower() == "pneumothorax") == state


@pytest.mark.parametrize(
    ("text", "words", "state"),
    [("Doubt pneumonia.", "pneumonia", "uncertain"),
     ("There is low likelihood of pneumonia.", "pneumonia", "uncertain"),
     ("Low probability of pneumonia, and an effusion.", "effusion", "present"),
     ("No doubt pneumonia.", "pneumonia", "present"),
     ("Effusion: none.", "Effusion", "absent"), ("Effusion/pneumothorax: none", "Effusion", "absent"),
     ("Effusion: suspected.", "Effusion", "uncertain"), ("Effusion: not assessed", "Effusion", None),
     ("Effusion: small.", "Effusion", "present"), ("Pneumothorax: no, effusion: yes", "effusion", "present"),
     ("Resolved effusion.", "effusion", "absent"), ("Removed chest tube.", "chest tube", "absent"),
     ("Chest tube removed with no pneumothorax.", "Chest tube", "absent"),
     ("The effusion resolved, and pneumothorax is seen.", "pneumothorax", "present"),
     ("No pneumothorax on the right, where a chest tube lies.", "chest tube", "present"),
     ("No pneumothorax after chest tube placement.", "chest tube", "present"),
     ("Patient with pneumonia in the past, now clear.", "pneumonia", None),
     ("History of lung cancer.", "lung cancer", None), ("History of COPD, no effusion.", "effusion", "absent"),
     ("History of lung cancer, with an effusion.", "effusion", "present"),
     ("No large pleural effusion.", "pleural effusion", None), ("No new effusion.", "effusion", None),
     ("No acute fracture.", "fracture", None), ("No evidence of acute fracture.", "fracture", None),
     ("No fracture.", "fracture", "absent"), ("No acute rib fracture.", "acute rib fracture", "absent"),
     ("Prior pneumonia.", "pneumonia", None), ("Changes of previous pneumonia.", "pneumonia", None),
     ("Prior study, pneumonia.", "pneumonia", "present"),
     ("The effusion is larger than on the prior study.", "effusion", "present"),
     ("No focal consolidation.", "focal consolidation", "absent")],
)  # fmt: skip
def test_what_is_doubted_answered_past_or_denied_in_part(text: str, words: str, state: str | None) -> None:
    assert told(text)[words][0] == state


@pytest.mark.parametrize(
    ("text", "denied"),
    [("No acute fracture.", {"fracture": "acute"}), ("No evidence of acute fracture.", {"fracture": "acute"}),
     ("No large left pleural effusion.", {"pleural effusion": "large"}), ("No fracture.", {}),
     ("No new fracture or large effusion.", {"fracture": "new", "effusion": "large"}),
     ("No acute fracture. No fracture.", {"fracture": "acute"}), ("Acute fracture.", {}),
     ("A large effusion, no fracture.", {}), ("Old fracture, no acute effusion.", {"effusion": "acute"})],
)  # fmt: skip
def test_what_alone_is_denied_of_a_finding(text: str, denied: dict[str, str]) -> None:
    """An old fracture is there, or not, without an acute one: such a mention has no state."""
    found = [(text[slice(*one.span)], one) for one in mentions(text, SPACE, chest=True)]
    assert {words: one.denied for words, one in found if one.denied} == denied
    assert all(one.state is None for _, one in found if one.denied)


@pytest.mark.parametrize(
    ("text", "labels"),
    [("Cold symptoms for three days.", []), ("COLD SYMPTOMS FOR THREE DAYS.", []), ("Pt with cough, post op.", []),
     ("Known COLD.", ["chronic obstructive pulmonary disease"]),
     ("The PE protocol was not followed.", []), ("A PE is seen.", ["pulmonary embolism"]),
     ("Mass effect on the trachea from the left.", ["trachea"]), ("FINAL REPORT", []),
     ("Left PICC has been pulled back.", ["central venous catheter"]), ("Rash on the back.", ["back"]),
     ("Degenerative changes of the right AC joint.", ["joint"]),
     ("Degenerative changes are seen in the spine.", ["degenerative change of the spine"])],
)  # fmt: skip
def test_words_that_have_a_name_in_them_but_name_another_thing(text: str, labels: list[str]) -> None:
    assert [label for _, label in named(text)] == labels


def test_a_port_is_one_of_the_chest() -> None:
    assert named("Right-sided port.")[0] == ("port", "implanted venous port")
    assert told("Right-sided port with tip in the SVC")["port"] == ("present", "right")
    assert named("CHEST (PORT AP)") == [("CHEST", "chest")]
    assert [words for words, _ in named("The side port of the nasogastric tube.")] == ["nasogastric tube"]
    assert named("A port for the camera.", chest=False) == []


@pytest.mark.parametrize(
    ("said", "state"),
    [("There is {}.", "present"), ("No {}.", "absent"), ("Possible {}.", "uncertain"), ("{} is not seen.", "absent")],
)
def test_every_finding_is_found_by_its_own_name_as_it_is_meant(said: str, state: str) -> None:
    named = {
        "no_abnormality",
        "glaucoma",
        "no_knee_osteoarthritis",
        "knee_osteoarthritis",
    }  # names with a "no" or "suspect"
    for entry in SPACE:
        if entry.facet == "finding" and entry.slug not in named:
            (one,) = mentions(said.format(entry.concept.label), SPACE)
            assert (one.concept, one.state) == (entry.concept, state), said.format(entry.concept.label)


def test_a_tube_that_leaves_the_picture_is_there() -> None:
    assert told("The nasogastric tube tip is out of view.")["nasogastric tube"] == ("present", None)


@pytest.mark.parametrize(
    ("text", "words", "side"),
    [("Small left pleural effusion.", "pleural effusion", "left"), ("Bilateral atelectasis.", "atelectasis", "both"),
     ("Consolidation in the right lung.", "Consolidation", "right"),
     ("Left effusion, and atelectasis on the right.", "effusion", "left"),
     ("Left effusion, and atelectasis on the right.", "atelectasis", "right"),
     ("Opacity in the left lung, concerning for pneumonia.", "pneumonia", "left"),
     ("The left lung remains clear, without infiltrate or effusion.", "effusion", "left"),
     ("Improved aeration at the left base with residual opacity, likely atelectasis.", "atelectasis", "left"),
     ("The right lung is clear and there is atelectasis.", "atelectasis", None),
     ("Small left effusion is unchanged with adjacent atelectasis.", "atelectasis", "left"),
     ("Effusion on the left with adjacent atelectasis.", "atelectasis", "left"),
     ("Probably atelectasis on the left and edema or pneumonia on the right.", "atelectasis", "left"),
     ("Probably atelectasis on the left and edema or pneumonia on the right.", "edema", "right"),
     ("Right basilar consolidation, atelectasis versus pneumonia.", "pneumonia", "right"),
     ("Volume loss/infiltrate/effusion on the left.", "Volume loss", "left"),
     ("Consolidation at the right lung base either pneumonia or blood.", "Consolidation", "right"),
     ("Cardiomegaly with a small right effusion.", "Cardiomegaly", None)],
)  # fmt: skip
def test_on_which_side(text: str, words: str, side: str | None) -> None:
    assert told(text)[words][1] == side


def test_words_that_mean_other_things_elsewhere_are_of_the_chest_alone() -> None:
    assert named("An effusion of the knee joint.", chest=False)[0][1] != "pleural effusion"
    assert named("An effusion.")[0][1] == "pleural effusion"


def test_short_forms_are_those_that_the_text_explains() -> None:
    text = "A gastrointestinal stromal tumor (GIST) of the stomach. The GIST is large."
    assert abbreviations(text) == {"GIST": "gastrointestinal stromal tumor"}
    assert abbreviations("An opacity (see Figure).") == {}
    found = named("Multifocal zebra zone pulmonary edema (ZPE). ZPE.", chest=False)
    assert ("ZPE", "pulmonary edema") not in found  # another long form than the concept's name
    assert named("Hepatic steatosis (HST). Severe HST.", chest=False)[-1] == ("HST", "hepatic steatosis")


@pytest.mark.parametrize(
    "text",
    ["Sin derrame pleural.", "no se observ derram pleural", "Kein Pneumothorax.",
     "Sinusrhythmus, kein Hinweis auf Infarkt",
     "Atelectasia en el lóbulo inferior izquierdo.", "Pas de pneumothorax."],
)  # fmt: skip
def test_other_languages_are_told_from_english(text: str) -> None:
    assert not english(text)


@pytest.mark.parametrize(
    "text",
    ["No pneumothorax.", "Cardiomegaly.", "Axial CT, en bloc resection of the tumor.", "Sinus rhythm", "T2 SE image.",
     "Check ET tube.", "Status post CABG. Low lung volumes."],
)  # fmt: skip
def test_english_is_known(text: str) -> None:
    assert english(text)


def test_where_nothing_is_said_of_what_is_shown_findings_have_no_state() -> None:
    assert [one.state for one in mentions("Rule out pneumonia.", SPACE, True, asserted=False)] == [None]


def test_the_nearest_name_by_runs_of_three_characters() -> None:
    names = Candidates(["renal cyst", "hepatic cyst", "kidney stone"])
    assert names.nearest(["renal cysts", "stone of kidney"])[0][0] == 0
    assert names.nearest(["stone of kidney"])[0][0] == 2
    assert names.nearest(["zzz"]) == [(0, 0.0)]
    assert names.nearest([]) == []


@given(st.lists(st.text("abc -", min_size=1, max_size=12), min_size=1, max_size=6), st.text("abcd ", max_size=12))
def test_likeness_is_the_cosine_that_scikit_learn_gives(names: list[str], text: str) -> None:
    if not any(name.strip() for name in names):
        return
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
    wanted = (vectors.fit_transform(names) @ vectors.transform([text]).T).toarray().max()
    ((number, score),) = Candidates(names).nearest([text])
    assert score == pytest.approx(min(float(wanted), 1.0))
    assert 0 <= number < len(names)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for one in mentions(text, SPACE, True):
        assert 0 <= one.span[0] < one.span[1] <= len(text)
        assert SPACE.of(one.concept)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("No large pleural effusion or pneumothorax.", [None, None]),
        ("No pleural effusion or large pneumothorax.", ["absent", None]),
        ("There is no significant pleural effusion.", [None]),
        ("No severe pulmonary edema, and no pneumothorax.", [None, "absent"]),
        ("No evidence of a pneumothorax.", ["absent"]),
    ],
)
def test_a_denied_size_or_degree_denies_no_more(text: str, wanted: list[str | None]) -> None:
    assert [one.state for one in mentions(text, SPACE, True)] == wanted
