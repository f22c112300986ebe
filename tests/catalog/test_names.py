"""Names in other languages: each is of a concept, and says the side, the number and the gender that it must."""

import re
from pathlib import Path

import pytest

import catalog
from catalog.errors import CatalogError
from catalog.load import read_labelspace
from transforms.facts.base import named_side

SPACE = catalog.labelspace()
NAMES = SPACE.names["es"]
ORDINALS = ("primera", "segunda", "tercera", "cuarta", "quinta", "sexta", "séptima", "octava", "novena", "décima",
            "undécima", "duodécima", "decimotercera")  # fmt: skip
ENDS = re.compile(r" (?:de|del|con|sin|por|en|para|in|a|y|o|distinta|no) ")


def test_no_two_concepts_have_one_name() -> None:
    names = [one.name for one in NAMES.values()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_name_says_the_side_of_its_concept() -> None:
    words = {"left": re.compile(r"\bizquierd(?:o|a|os|as)\b"), "right": re.compile(r"\bderech(?:o|a|os|as)\b")}
    for entry in SPACE:
        if entry.slug not in NAMES:
            continue
        for side, said in words.items():
            assert bool(said.search(NAMES[entry.slug].name)) == bool(re.search(rf"\b{side}\b", entry.concept.label)), (
                entry
            )
        if (own := named_side(entry)) in words:
            assert words[own].search(NAMES[entry.slug].name), entry.slug


def test_ribs_and_vertebrae_are_numbered_as_their_concepts_are() -> None:
    numbered = [slug for slug in NAMES if re.search(r"_(?:rib|vertebra)_\d+$", slug)]
    assert len(numbered) > 45
    for slug in numbered:
        assert NAMES[slug].name.startswith(ORDINALS[int(slug.rpartition("_")[2]) - 1]), slug


def test_a_head_has_one_gender_and_its_adjectives_have_it() -> None:
    heads: dict[str, set[str]] = {}
    nouns = {"psoas", "iliopsoas", "platisma", "ácigos", "posradioterapia"}
    for slug, one in NAMES.items():
        noun, *rest = ENDS.split(f"{one.name} ")[0].split()
        if noun.startswith(("primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven", "décim",
                            "undécim", "duodécim", "decimotercer")) and rest:  # fmt: skip
            noun, *rest = rest
        heads.setdefault(f"{noun}{one.many}", set()).add(one.gender)
        for word in set(rest) - nouns:
            ends = "f" if word.endswith(("o", "os")) else "m" if word.endswith(("a", "as")) else None
            assert one.gender != ends, f"{slug}: {one.name}"
        if noun.endswith("o") and noun != "mano":
            assert one.gender == "m", slug
        if noun.endswith("a") and not noun.endswith("ma") and noun != "parénquima":
            assert one.gender == "f", slug
    assert {head for head, genders in heads.items() if len(genders) > 1} == set()


def test_plurals_are_plurals() -> None:
    for slug, one in NAMES.items():
        if one.plural is not None:
            assert not one.many, slug
            assert re.match(r"\S+[sx]\b", one.plural), slug
            assert one.plural != one.name or one.name.split()[0].endswith(("s", "x")), slug


def test_a_name_of_no_concept_and_a_name_without_gender_are_refused(tmp_path: Path) -> None:
    folder = Path(catalog.__file__).parent / "concepts"
    (tmp_path / "concepts").mkdir()
    (tmp_path / "names").mkdir()
    for path in folder.glob("*.yaml"):
        (tmp_path / "concepts" / path.name).write_text("{}" if path.stem != "anatomy" else LIVER, encoding="utf-8")
    for body, wrong in (("livre: {name: hígado, gender: m}", "livre"), ("liver: {name: hígado}", "liver.gender")):
        (tmp_path / "names" / "es.yaml").write_text(body, encoding="utf-8")
        with pytest.raises(CatalogError, match=wrong):
            read_labelspace(tmp_path / "concepts")


LIVER = "liver: {system: SCT, code: '10200004', label: liver}"
