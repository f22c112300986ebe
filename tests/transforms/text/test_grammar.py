"""Articles follow the sound, verbs their subject, and names keep their capitals, over every name of the label space."""

import re
import string

import pytest

import catalog
from schemas import Concept, Entry
from schemas.spelling import spelled
from transforms.text.grammar import PLURAL, SINGULAR, article, indefinite, mention, verbs

SPACE = catalog.labelspace()


@pytest.mark.parametrize(
    "words",
    [
        "a lesion", "an effusion", "a ureter", "a uterine fibroid", "an unidentifiable cell", "an ultrasound image",
        "an MR image", "a CT image", "a PET image", "a SPECT image", "an OCT image", "an X-ray angiogram", "a COVID-19",
        "an ST segment elevation", "a T wave abnormality", "an RR interval", "an L1-L2 intervertebral disc",
        "a usual ductal hyperplasia", "an SK-OV-3 cell", "a B cell", "an hour", "a unilateral lesion", "an A172 cell",
        "a European study", "a HuH7 cell", "a one-sided effusion",
    ],
)  # fmt: skip
def test_articles_follow_the_sound(words: str) -> None:
    assert article(words.split(" ", 1)[1]) == words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("st-t change", "ST-T change"), ("liver segment vii", "liver segment VII"), ("bi-rads 4a", "BI-RADS 4a"),
        ("barrett's esophagus", "Barrett's esophagus"), ("l5-s1 intervertebral disc", "L5-S1 intervertebral disc"),
        ("wolff-parkinson-white pattern", "Wolff-Parkinson-White pattern"), ("t cell", "T cell"),
        ("covid-19 pneumonia", "COVID-19 pneumonia"),
        ("fitzpatrick skin type iii or iv", "Fitzpatrick skin type III or IV"),
        ("esophagitis grade b to d", "esophagitis grade B to D"), ("breast density a", "breast density A"),
        ("poor r wave progression", "poor R wave progression"), ("a cell of the vii", "a cell of the vii"),
        ("vertebra", "vertebra"), ("COVID-19", "COVID-19"), ("spitz nevus", "Spitz nevus"), ("", ""),
    ],
)  # fmt: skip
def test_names_keep_their_capitals(typed: str, written: str) -> None:
    assert spelled(typed) == written
    assert spelled(written) == written


def test_every_label_is_spelled() -> None:
    names = [name for e in SPACE for name in (e.concept.label, e.plural, e.picture) if name]
    assert [name for name in names if spelled(name) != name] == []
    capital = re.compile(rf"^[{string.ascii_uppercase}][a-z]+$")
    acronym = re.compile(r"\b(?:ecg|mri|ct|qrs|iii?|vii?i?|rads|covid)\b")
    assert [name for name in names if acronym.search(name)] == []
    assert all(not capital.match(name) or spelled(name.lower()) == name for name in names)


def test_every_modality_has_a_picture() -> None:
    assert [e.slug for e in SPACE if (e.facet == "modality") != (e.picture is not None)] == []


def entry(**given: object) -> Entry:
    label = str(given.pop("label"))
    concept = Concept(system="TRIPTYCH", code=label, label=label)
    return Entry.model_validate({"slug": "thing", "facet": "anatomy", "concept": concept, **given})


def test_what_there_is_one_of_is_definite() -> None:
    assert mention(entry(label="liver")) == "the liver"
    assert mention(entry(label="rib", plural="ribs")) == "a rib"
    assert mention(entry(label="left kidney", plural="left kidneys", side="left")) == "the left kidney"
    assert mention(entry(label="bone", mass=True)) == "bone"
    assert indefinite(entry(label="drusen", mass=True, plural="drusen", facet="finding")) == "drusen"


def test_a_name_that_is_a_plural_takes_its_verb() -> None:
    drusen = entry(label="drusen", mass=True, plural="drusen", facet="finding")
    assert drusen.many
    assert not entry(label="edema", mass=True).many
    assert not entry(label="nodule", plural="nodules").many
    assert "{is}, {lies}, {its}".format_map(verbs(drusen.many)) == "are, lie, their"
    assert SINGULAR.keys() == PLURAL.keys()
