"""Which passages are found, and where the list ends, on sixty synthetic ones."""

from pathlib import Path

import pytest

from schemas import Concept
from tests.transforms.text.retrieval.shelf import NOTED, PASSAGES, SHAPES, Trigrams, passage
from transforms.text.retrieval import Retriever, write_index

MADE_UP = Concept(system="TRIPTYCH", code="x", label="no such thing")


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder = tmp_path_factory.mktemp("index") / "toy"
    write_index(PASSAGES, folder, Trigrams())
    return Retriever.open(folder, Trigrams())


def titles(retriever: Retriever, query: str, *concepts: Concept, most: int = 5) -> list[str]:
    return [one.title for one in retriever.passages(query, concepts, most)]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("lung nodule", "lung nodule"),
        ("Pulmonary nodules", "lung nodule"),
        ("a nodule of the lung", "lung nodule"),
        ("oesophagus", "esophagus"),
        ("pulmonary oedema", "pulmonary edema"),
        ("hepatic cysts", "liver cyst"),
        ("left ventricle", "left ventricle of the heart"),
        ("pleural fluid", "pleural effusion"),
        ("round spot, a lung nodule", "lung nodule"),
        ("the disc, optic", "optic disc"),
    ],
)
def test_names_find_it_in_any_number_spelling_and_order(retriever: Retriever, query: str, title: str) -> None:
    assert titles(retriever, query)[0] == title


@pytest.mark.parametrize("query", ["", "  ", "?!", "of the", "zyx wvuts", "quarterly tax return", "violin concerto"])
def test_what_nothing_is_known_of_finds_nothing(retriever: Retriever, query: str) -> None:
    assert titles(retriever, query) == []


def test_words_of_its_text_speak_for_a_passage(retriever: Retriever) -> None:
    """As near to the title, but only one of the two has words of the text."""
    assert titles(retriever, "round synthetic lung nodules") == ["lung nodule"]
    assert titles(retriever, "purple satirical lung nodules") == []


def test_the_list_ends_where_what_is_meant_ends(retriever: Retriever) -> None:
    """Not at a fixed number: one name alone, the five of one colour together, and nothing of another subject."""
    assert titles(retriever, "lung nodule", most=50) == ["lung nodule"]
    assert titles(retriever, "optic disc", most=50) == ["optic disc"]  # its cup is near enough, and far behind
    assert sorted(titles(retriever, "coral", most=50)) == [f"coral {shape}" for shape in SHAPES]


def test_no_more_than_are_wanted(retriever: Retriever) -> None:
    assert len(titles(retriever, "coral", most=2)) == 2
    assert titles(retriever, "coral", most=0) == []


def test_a_concept_is_found_by_its_code_before_anything_else(retriever: Retriever) -> None:
    nodule = Concept(system="SCT", code="427359005", label="a name that nothing has")
    assert titles(retriever, "liver", nodule)[:2] == ["lung nodule", "liver"]


def test_a_concept_whose_code_is_unknown_is_found_by_its_name(retriever: Retriever) -> None:
    heart = Concept(system="SCT", code="80891009", label="heart")
    assert titles(retriever, "zyx", heart) == ["heart"]
    assert titles(retriever, "zyx", MADE_UP) == []


def test_the_code_of_both_sides_is_not_that_of_one(retriever: Retriever) -> None:
    """A left one shares its code with the thing itself, which has no side: only a passage of that name speaks of it."""
    left = Concept(system="SCT", code="427359005", label="left lung nodule", laterality="left")
    assert titles(retriever, "zyx", left) == []


def test_concepts_stay_in_their_order_and_come_once(retriever: Retriever) -> None:
    liver, heart = (Concept(system="X", code="1", label=name) for name in ("liver", "heart"))
    assert titles(retriever, "heart", heart, liver, heart)[:2] == ["heart", "liver"]


def test_a_passage_comes_back_whole_and_can_be_cited(retriever: Retriever) -> None:
    (found,) = retriever.passages("pulmonary nodule", most=1)
    assert found == NOTED[0]
    cited = found.cited().model_dump()
    assert cited.pop("passage") == found.id
    assert cited == {name: getattr(found, name) for name in cited}
    assert set(cited) == {"title", "source", "version", "licence", "url"}


def test_passages_of_one_name_are_told_by_id(tmp_path: Path) -> None:
    same = [passage(number, "toy", "A thing to play with.") for number in (3, 1, 2)]
    write_index(same, tmp_path / "same", Trigrams())
    found = Retriever.open(tmp_path / "same", Trigrams()).passages("toy")
    assert [one.id for one in found] == ["TOY:0001", "TOY:0002", "TOY:0003"]


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path: Path) -> None:
    texts = {1: "wood", 2: "brass", 3: "wood", 4: "wood", 5: "wood"}
    write_index(
        [passage(n, "toy" if n < 3 else "box", f"Of {text}.") for n, text in texts.items()], tmp_path / "i", Trigrams()
    )
    found = Retriever.open(tmp_path / "i", Trigrams()).passages("toy toy toy, wood or brass")
    assert found[0].id == "TOY:0002"
