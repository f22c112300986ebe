"""The data card and Croissant say of a corpus what its samples show: sources, makers, persons, limits, an example."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml

from schemas import Sample
from tests.corpora import CARD, RECIPE, Corpus, corpus, packed, picture
from transforms.shards.bibtex import bibtex
from transforms.shards.card_facts import creators, limits, persons
from transforms.shards.croissant import croissant
from transforms.shards.example import LONGEST, example
from transforms.shards.manifest import Manifest
from transforms.shards.stats import Stats

OTHER = CARD.model_copy(update={"id": "other", "name": "Other abdomens", "doi": "10.1000/xyz"})


def section(text: str, name: str) -> str:
    return text.partition(f"## {name}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("corpus")
    corpus().write(folder)
    return (folder / "README.md").read_text()


@pytest.fixture
def mixed(tmp_path: Path) -> tuple[Manifest, Stats]:
    """Seven pictures of two subjects and a half in train and validation, of "toy", and one of "other"; a model drew a
    region of that, and a fact tells how old its person is."""
    found = Corpus([packed(picture(n), n, "train" if n < 4 else "validation") for n in range(8)])

    def edit(sample: Sample) -> Sample:
        said: dict[str, Any] = sample.model_dump()
        said |= {"dataset": "other", "subject": "other/one"}
        said["regions"][0]["made_by"] = {"kind": "model", "name": "a net", "version": "1", "score": None}
        told = {
            "id": "f6",
            "predicate": "age",
            "name": "age",
            "value": 61,
            "unit": "years",
            "scope": "record",
            "level": "patient",
        }
        said["facts"] = [*said["facts"], told]
        return Sample.model_validate(said)

    found.change(7, edit)
    return found.write(tmp_path), found.counts()


def test_the_front_matter_says_who_made_it_and_of_what(card: str) -> None:
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["source_datasets"] == ["extended|other-toy"]
    assert front["annotations_creators"] == ["found", "machine-generated"]
    assert front["language_creators"] == ["machine-generated"]


def test_the_example_is_a_sample_of_the_corpus(card: str) -> None:
    shown = json.loads(section(card, "An example").partition("```json\n")[2].partition("\n```")[0])
    sample = corpus().samples[0][0]
    assert shown["key"] == sample.key
    assert shown["regions"][0]["box"]["xyxy"] == [10, 20, 50, 70]
    assert shown["regions"][-1] == "... 2 more"
    assert shown["dialogues"][0]["turns"][0]["text"] == "What area does the left kidney cover?"
    assert "provenance" not in shown
    assert len(json.dumps(shown)) < LONGEST


def test_what_cannot_be_an_example_is_none() -> None:
    sample = corpus().samples[0][0]
    assert example(sample.model_copy(update={"dialogues": ()})) is None
    long = sample.description.overall.model_copy(update={"text": "word " * LONGEST})
    assert (
        example(sample.model_copy(update={"description": sample.description.model_copy(update={"overall": long})}))
        is None
    )


def test_limits_are_those_of_the_counts(mixed: tuple[Manifest, Stats]) -> None:
    said = limits(*mixed, [CARD, OTHER])
    assert "1 of 32 regions (3%) were drawn by a model or a rule." in said
    assert "88% of the samples are of the data set toy." in said
    assert "4 of 4 concepts have fewer than 10 regions" in said
    assert "`other` has nothing in train: one subject, who cannot be split." in said
    assert "`toy`" not in said
    assert "modality" not in said  # there is one only: nothing is lopsided


def test_persons_are_counted_and_what_is_told_of_them(mixed: tuple[Manifest, Stats]) -> None:
    said = persons(*mixed)
    assert "- 5 subjects" in said
    assert "- 1 samples: age is told" in said
    assert creators(mixed[1]) == ["found", "machine-generated"]


def test_each_source_has_an_entry_that_tex_can_read() -> None:
    odd = OTHER.model_copy(update={"citation": "Doe & Roe: 50% of {all}\nimages_1", "year": 2021})
    entries = re.findall(r"@misc\{(\w+),\n(.*?)\n\}", bibtex("c", "T", "1", [odd, CARD]), re.DOTALL)
    assert [key for key, _ in entries] == ["c", "other", "toy"]
    fields = dict(re.findall(r"  (\w+) = \{(.*)\},", entries[1][1]))
    assert fields == {"title": "{Other abdomens}", "note": r"Doe \& Roe: 50\% of \{all\} images\_1", "year": "2021",
                      "doi": "10.1000/xyz", "url": "https://example.org/toy"}  # fmt: skip
    assert "other, toy" in entries[0][1]


def test_croissant_tells_where_each_record_set_comes_from(mixed: tuple[Manifest, Stats]) -> None:
    manifest, stats = mixed
    said = json.loads(croissant(manifest, stats, RECIPE, [CARD, OTHER]))
    graph = rdflib.Graph().parse(data=json.dumps(said), format="json-ld", base="https://example.org/")
    prov, schema = rdflib.Namespace("http://www.w3.org/ns/prov#"), rdflib.Namespace("https://schema.org/")
    base = rdflib.Namespace("https://example.org/")
    both = {base["source/other"], base["source/toy"]}
    for name in ("toy_corpus", "samples", "images"):
        assert set(graph.objects(base[name], prov.wasDerivedFrom)) == both
    agents = {(str(graph.value(one, prov.label)), graph.value(one, rdflib.RDF.type))
              for one in graph.objects(base["samples"], prov.wasAttributedTo)}  # fmt: skip
    assert agents == {("human: hand drawn", prov.Agent), ("model: a net", prov.SoftwareAgent)}
    licences = {str(one) for source in both for one in graph.objects(source, schema.license)}
    assert licences == {"https://spdx.org/licenses/CC-BY-4.0.html"}
    assert str(graph.value(base["source/other"], schema.identifier)) == "https://doi.org/10.1000/xyz"


def test_a_record_set_comes_only_from_sources_that_have_its_members() -> None:
    found = corpus()
    found.change(8, lambda sample: sample.model_copy(update={"dataset": "other"}))  # the document
    counts = found.counts()
    assert counts.sums("holds") == {"toy json": 9, "toy png": 9, "other json": 1, "other txt": 1, "toy npy": 1}
