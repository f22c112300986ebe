"""The one search of the catalogue: what people type finds the sets that they mean."""

from pathlib import Path

import pytest
import yaml

import catalog
from catalog.errors import CatalogError
from catalog.search import Index, lexicon
from catalog.validate import problems

WANTED = yaml.safe_load((Path(__file__).parent / "searches.yaml").read_text(encoding="utf-8"))
TEN = 10


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(catalog.cards(), catalog.labelspace())


def first(index: Index, text: str) -> list[str]:
    found = index.find(text)
    return [*found.ids, *found.partly][:TEN]


def test_what_people_type_finds_what_they_mean(index: Index) -> None:
    """At least 95% of the sets that must be found are among the first ten, and no query comes back without any."""
    missed = {text: missing for text, wanted in WANTED.items() if (missing := set(wanted) - set(first(index, text)))}
    total = sum(len(wanted) for wanted in WANTED.values())
    assert len(WANTED) >= 40
    assert sum(map(len, missed.values())) <= 0.05 * total, missed
    assert not [text for text, missing in missed.items() if missing == set(WANTED[text])]


@pytest.mark.parametrize(
    ("one", "other"),
    [("CXR", "chest x-ray"), ("MRI knee", "knee magnetic resonance"), ("lung nodules", "pulmonary nodule"),
     ("EKG", "ecg"), ("tumour", "tumor"), ("H&E", "histopathology"), ("optic disk", "optic disc")],
)  # fmt: skip
def test_synonyms_find_the_same(index: Index, one: str, other: str) -> None:
    assert set(index.find(one).ids) == set(index.find(other).ids) != set()


def test_commercial_is_a_permission(index: Index) -> None:
    cards = catalog.cards()
    found = index.find("commercial use liver ct").ids
    assert found
    assert {cards[name].terms.commercial for name in found} == {"yes"}
    assert {cards[name].terms.commercial for name in index.find("non-commercial liver ct").ids} == {"no"}
    opened = [cards[name].terms for name in index.find("open access fundus").ids]
    assert opened
    assert all(terms.access == "open" and not terms.credentialed for terms in opened)


def test_a_name_that_means_a_thing_and_a_task_asks_for_both(index: Index) -> None:
    """An ejection fraction is measured, and on a heart."""
    cards, found = catalog.cards(), index.find("ejection fraction").ids
    assert "echonet_dynamic" in found
    assert all("measurement" in cards[name].tasks for name in found)
    assert "origa" not in found, "a cup-to-disc ratio is measured, too"


def test_all_that_is_asked_for_comes_first(index: Index) -> None:
    cards = catalog.cards()
    found = index.find("prostate mri segmentation")
    assert found.ids
    assert all("mr" in cards[name].modalities and "segmentation" in cards[name].tasks for name in found.ids)
    assert not set(found.ids) & set(found.partly)
    assert set(found.partly.values()) <= {"prostate", "mri", "segmentation"}


@pytest.mark.parametrize(
    "text", ["commercial liver ct", "knee mri commercial", "open access retina oct", "shareable cxr"]
)
def test_a_permission_is_never_what_a_set_lacks(index: Index, text: str) -> None:
    cards, found = catalog.cards(), index.find(text)
    asked = next(word for word in ("commercial", "open access", "shareable") if word in text)
    allows = {
        "commercial": lambda terms: terms.commercial == "yes", "shareable": lambda terms: terms.redistribution == "yes",
        "open access": lambda terms: terms.access == "open" and not terms.credentialed,
    }[asked]  # fmt: skip
    assert all(allows(cards[name].terms) for name in (*found.ids, *found.partly))
    assert found.refused
    assert set(found.refused.values()) == {asked}
    assert not any(allows(cards[name].terms) for name in found.refused)


@pytest.mark.parametrize(
    ("text", "about"),
    [("prostate mri segmentation", "prostate"), ("fetal mri", "fetus"), ("wrist fracture", "wrist")],
)
def test_what_lacks_the_subject_is_not_listed(index: Index, text: str, about: str) -> None:
    """A query for prostate MRI does not end in MRI of hearts."""
    found = index.find(text)
    assert found.partly
    word = text.split()[0]
    assert word not in found.partly.values()
    listed = [index.words(name) for name in (*found.ids, *found.partly)]
    assert all(about in words or word in words for words in listed)


def test_a_misspelt_word_is_told(index: Index) -> None:
    found = index.find("kidny")
    assert found.ids == []
    assert found.near["kidny"][0] == "kidney"


def test_a_word_is_not_offered_for_itself(index: Index) -> None:
    """The label space has hydronephrosis, and no card does: that is no misspelling."""
    found = index.find("hydronephrosis")
    assert found.ids == []
    assert "hydronephrosis" not in found.near["hydronephrosis"]


def test_where_none_has_a_disease_its_kind_is_listed_as_lacking_it(index: Index) -> None:
    cards, found = catalog.cards(), index.find("RCC")
    assert found.ids == []
    assert {"kits19", "kits23"} <= set(found.partly)
    assert set(found.partly.values()) == {"rcc"}
    assert all("kidney" in index.words(name) for name in found.partly)
    assert index.find("hip fracture").ids, "as its words, where they find something"
    assert set(found.partly) <= cards.keys()


def test_a_task_alone_is_no_subject(index: Index) -> None:
    """Of all that is asked for only the task is known: sets of anything else with that task are no answer."""
    found = index.find("quokka detection")
    assert (found.ids, found.partly) == ([], {})


def test_a_set_by_its_name(index: Index) -> None:
    assert index.find("lidc").ids[0] == "lidc_idri"
    assert index.find("BraTS 2021").ids[0] == "brats21"
    assert index.find("KiTS23").ids == ["kits23"]


@pytest.mark.parametrize("text", ["", "   ", "the of and", '"', "a OR b NOT (c", "'; drop table cards; --", "é" * 5000])
def test_odd_text_is_no_error(index: Index, text: str) -> None:
    index.find(text)


def test_the_same_question_has_the_same_answer(index: Index) -> None:
    again = Index(catalog.cards(), catalog.labelspace())
    for text in WANTED:
        assert index.find(text) == again.find(text)


def test_a_word_of_an_unknown_concept_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = tmp_path / "search.yaml"
    words.write_text("gizmo: {all: [no_such_concept]}\n")
    monkeypatch.setattr("catalog.search.WORDS", words)
    (fault,) = problems(catalog.ROOT)
    assert (fault.file, fault.key) == ("search.yaml", "gizmo")
    assert "no_such_concept" in fault.action
    words.write_text("gizmo: {every: [liver]}\n")
    with pytest.raises(CatalogError, match="has all, task or terms"):
        lexicon()
