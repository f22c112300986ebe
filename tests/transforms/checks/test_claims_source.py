"""What a source says against masks and labels: refuted only where it is said outright, supported only where all is."""

import pytest

from schemas import Claim, Presence, Scene
from schemas.level import Level
from tests.scenes import ABDOMEN, LESION, LIVER
from tests.spaces import CARDIOMEGALY, EFFUSION, PNEUMOTHORAX, small_space
from tests.views import picture, rectangle
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.source import Finding, of_answer, of_sentence, sentences_of
from transforms.facts import measure_all

SPACE = small_space()
SHAPE = (80, 100)


def scene(frame: str = "full") -> Scene:
    """A picture by CT with a liver and a lesion in it, an effusion stated, no pneumothorax and no cardiomegaly."""
    view = picture([(LIVER, rectangle(SHAPE, 10, 10, 60, 60)), (LESION, rectangle(SHAPE, 20, 20, 30, 30))],
                   anatomy=(ABDOMEN,), view={"frame": frame}, presence=(
        Presence(concept=EFFUSION, state="present"), Presence(concept=PNEUMOTHORAX, state="absent"),
        Presence(concept=CARDIOMEGALY, state="absent"),
    ))  # fmt: skip
    return measure_all(view, SPACE)


SCENE = scene()
KNOWN = Evidence(SCENE, SPACE)


def said(text: str, level: Level = "image", known: Evidence = KNOWN) -> Finding:
    return of_sentence(text, level, known)


@pytest.mark.parametrize(
    "text",
    ["There is no lesion in the liver.", "No pleural effusion.", "There is a pneumothorax.", "Cardiomegaly.",
     "No lesion or pneumothorax is seen."],
)  # fmt: skip
def test_what_a_mask_or_a_label_contradicts_is_refuted(text: str) -> None:
    assert said(text).refuted
    assert said(text, "study").refuted, "a label of the image is one of its study"


@pytest.mark.parametrize(
    "text",
    ["The pneumothorax has resolved.", "Possible pneumothorax.", "Prior pneumothorax.", "No further lesion is seen.",
     "Cardiomegaly was suspected.", "The lesion is 90 mm across.", "There are seven lesions.", "Compared with MRI.",
     "No pneumothorax, unlike before.", "Zystische Läsion der Leber.", "图中没有气胸。", "", "...", "No abdomen."],
)  # fmt: skip
def test_what_is_not_said_outright_refutes_nothing(text: str) -> None:
    assert said(text) == Finding("uncheckable", said(text).claims)


def test_a_view_of_a_part_refutes_only_that_what_it_shows_is_absent() -> None:
    part = Evidence(scene("axial:3"), SPACE)
    assert said("There is no lesion.", "volume", part).refuted
    assert said("There is a pneumothorax.", "volume", part).refuted is None
    assert said("There is a pneumothorax.", "patient").refuted is None


def test_claims_point_at_the_facts_that_bear_the_words_out() -> None:
    text = "There is a lesion in the liver."
    found = said(text)
    facts = {fact.id: fact for fact in SCENE.facts}
    assert found.checked == "supported"
    words = {text[slice(*claim.span)]: facts[claim.fact] for claim in found.claims}
    assert words["lesion"].regions == ("r2",)
    assert {fact.predicate for fact in words.values()} >= {"present", "inside"}
    half = said("There is a lesion, presumably of glassy hue.")
    assert half.checked == "uncheckable"


@pytest.mark.parametrize(
    ("question", "answer", "wanted"),
    [
        ("Is there a lesion in the liver?", "Yes", "supported"),
        ("Is there any pneumothorax?", "No.", "supported"),
        ("Are there any lesions?", "no", "refuted"),
        ("Is there a pneumothorax?", "yes", "refuted"),
        ("Is this a CT?", "yes", "supported"),
        ("Is this an MRI?", "yes", "refuted"),
        ("Is this a CT?", "no", "refuted"),
        ("Is there a lesion in the liver?", "no", "uncheckable"),  # which part is denied?
        ("Is the liver normal?", "no", "uncheckable"),
        ("Is the pneumothorax not absent?", "no", "uncheckable"),
        ("Which organ is not shown?", "liver", "uncheckable"),
        ("What is absent?", "pneumothorax", "uncheckable"),
        ("What modality is used?", "CT", "supported"),
        ("What imaging modality was taken?", "MRI", "refuted"),
        ("What do you see?", "There is a pneumothorax.", "refuted"),
        ("What do you see?", "There is a lesion in the liver.", "supported"),
        ("¿Hay neumotórax?", "yes", "uncheckable"),
    ],
)
def test_answers(question: str, answer: str, wanted: str) -> None:
    found = of_answer(question, answer, "image", KNOWN)
    assert ("refuted" if found.refuted else found.checked) == wanted


def test_yes_carries_the_fact() -> None:
    (claim,) = of_answer("Is there any pneumothorax?", "No.", "image", KNOWN).claims
    fact = next(fact for fact in SCENE.facts if fact.predicate == "absent" and fact.concept == PNEUMOTHORAX)
    assert claim == Claim(span=(0, 3), fact=fact.id)


def test_a_modality_by_another_name_decides_nothing() -> None:
    vague = Evidence(measure_all(picture([], modality=ABDOMEN), SPACE), SPACE)
    for answer in ("CT", "MRI"):
        assert of_answer("What modality is used?", answer, "image", vague) == Finding("uncheckable")


@pytest.mark.parametrize(
    "text",
    ["There is no left pleural effusion.", "No pleural effusion on the left.", "No left-sided effusion is seen."],
)
def test_what_is_denied_of_one_side_may_be_on_the_other(text: str) -> None:
    assert said(text).refuted is None


def test_a_wrapped_line_ends_no_sentence() -> None:
    text = "The pneumothorax has been\nremoved. Heart: normal\nLungs: clear.\nThere is a lesion"
    found = sentences_of(text)
    assert [sentence for _, sentence in found] == [
        "The pneumothorax has been removed.", "Heart: normal", "Lungs: clear.", "There is a lesion",
    ]  # fmt: skip
    assert all(text[slice(*span)].replace("\n", " ") == sentence for span, sentence in found)
    long = "a long line of a report that was wrapped at sixty characters or so\nCT shows"
    assert len(sentences_of(long)) == 1


def test_the_number_of_a_sentence_in_a_list_is_a_part_of_it() -> None:
    text = "1. No pneumothorax. 2. There is a lesion\nin the liver.\n3.\nScore 2. It is 1.5 cm."
    assert [sentence.split("\n")[-1] for _, sentence in sentences_of(text)] == [
        "1. No pneumothorax.", "2. There is a lesion in the liver.", "Score 2.", "It is 1.5 cm.",
    ]  # fmt: skip
    finding = said("1. No pneumothorax.")
    assert finding.checked == "supported"
    assert [text[slice(*claim.span)] for claim in finding.claims] == ["pneumothorax"]
