"""Retrieval on the real definitions (`make test-knowledge`): what is looked up comes first, nothing else does."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import catalog
from pipelines.knowledge import folder
from schemas import Passage
from transforms.text.retrieval import Retriever

QUERIES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("queries.yaml").read_text(encoding="utf-8"))
MOST = 10


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    if not folder().is_dir():
        pytest.skip(f"{folder()} is not there: run triptych get knowledge")
    return Retriever.open(folder())


def ids(passages: tuple[Passage, ...]) -> list[str]:
    return [one.id for one in passages]


@pytest.mark.parametrize("name", ["found", "held_out"])
def test_what_is_looked_up_comes_among_the_first_three(retriever: Retriever, name: str) -> None:
    queries: dict[str, list[str]] = QUERIES[name]
    assert len(queries) >= 40
    missed = [query for query, wanted in queries.items() if not {*ids(retriever.passages(query, (), 3))} & {*wanted}]
    assert len(missed) <= 0.05 * len(queries), missed


@pytest.mark.parametrize("query", QUERIES["nothing"])
def test_what_nothing_is_known_of_finds_nothing(retriever: Retriever, query: str) -> None:
    assert retriever.passages(query, (), MOST) == ()


@pytest.mark.parametrize("query", QUERIES["apart"])
def test_what_only_shares_words_is_cut_off(retriever: Retriever, query: str) -> None:
    found = ids(retriever.passages(query, (), MOST))
    assert found
    assert not {*found} & {*QUERIES["apart"][query]}


def test_the_list_is_as_long_as_what_is_meant(retriever: Retriever) -> None:
    """A cut-off at a fixed number would make all lists the same."""
    lengths = {len(retriever.passages(query, (), MOST)) for query in QUERIES["found"]}
    assert len(lengths) >= 4


def test_a_concept_of_the_label_space_is_found_by_its_code(retriever: Retriever) -> None:
    """Each code of HP, MONDO and UBERON that the label space uses has its own passage first, where there is one."""
    known = {row for codes in retriever._index.passages.column("codes").to_pylist() for row in codes}
    coded = [entry.concept for entry in catalog.labelspace() if entry.concept.system in ("HP", "MONDO", "UBERON")]
    coded = [one for one in coded if one.laterality is None and f"{one.system}:{one.code}" in known]
    assert len(coded) >= 300
    first = [retriever.passages("", [one], 1)[0].codes for one in coded]
    assert [one.label for one, codes in zip(coded, first, strict=True) if f"{one.system}:{one.code}" not in codes] == []


def test_each_says_where_it_is_from_and_under_which_terms(retriever: Retriever) -> None:
    found = {query: retriever.passages(query, (), 1)[0].cited() for query in ("drusen", "tetralogy of Fallot", "liver")}
    assert found["drusen"].licence == "LicenseRef-HPO"
    assert found["liver"].licence == "CC-BY-3.0"
    assert found["liver"].url == "http://purl.obolibrary.org/obo/UBERON_0002107"
    assert all(one.version and one.source and one.title for one in found.values())
