"""How the label space is made: what the build works out of a choice, and what it refuses. Terms are made up here."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.concepts import build as maker
from catalog.concepts.find import find, slugs
from catalog.concepts.terminologies import CACHE, INDEX, PACKAGES, Term, Terminologies
from catalog.concepts.wanted import read_wanted
from catalog.errors import CatalogError
from catalog.load import read_labelspace

TERMS = [
    Term("UBERON:1", "head"),
    Term("UBERON:2", "eye", ("organ of sight",), ancestors=("UBERON:1",)),
    Term(
        "UBERON:3", "retina", ("inner eye coat", "Nervous Tunic Of The Eye", "eye"), ancestors=("UBERON:2", "UBERON:1")
    ),
    Term("UBERON:4", "old retina", obsolete=True),
    Term("SCT:5", "Retina"),
    Term("SCT:6", "Ear"),
    Term("HP:7", "Drusen", ("Spots of the eye",), ancestors=("HP:8",)),
    Term("HP:8", "Spots"),
    Term("UBERON:9", "choroid", ("inner eye coat", "vessel coat")),
]


class Few(Terminologies):
    """The terms above in place of the index."""

    def __init__(self) -> None:
        self.terms = {term.id: term for term in TERMS}

    def get(self, term: str) -> Term | None:
        return self.terms.get(term)

    def labelled(self, label: str, system: str) -> Term | None:
        return next((t for t in TERMS if t.label.lower() == label and t.id.startswith(system + ":")), None)

    def search(self, text: str, limit: int) -> list[Term]:
        return [term for term in TERMS if text in term.label.lower()][:limit]


def made(folder: Path, **topics: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Facet -> slug -> entry, as built from topics of YAML."""
    for name, text in topics.items():
        (folder / f"{name}.yaml").write_text(text)
    return {facet: yaml.safe_load(text) or {} for facet, text in maker.build(folder, Few()).items()}


HEAD = "anatomy:\n  head: UBERON:1\n"


def test_a_code_alone_gives_label_parents_and_synonyms(tmp_path: Path) -> None:
    anatomy = made(tmp_path, a=HEAD + "  eye: UBERON:2\n  retina: UBERON:3\n")["anatomy"]
    assert anatomy["retina"] == {
        "system": "UBERON", "code": "3", "label": "retina", "parents": ["eye"],
        "synonyms": ["inner eye coat"],  # five words are too many, and "eye" is another concept
    }  # fmt: skip
    assert anatomy["eye"]["parents"] == ["head"]


def test_a_code_without_a_hierarchy_borrows_that_of_the_term_of_the_same_name(tmp_path: Path) -> None:
    anatomy = made(tmp_path, a=HEAD + "  retina: SCT:5\n  eye: UBERON:2\n")["anatomy"]
    assert anatomy["retina"]["parents"] == ["eye"]
    assert "synonyms" not in anatomy["retina"]


def test_a_synonym_that_two_terms_share_is_given_to_neither(tmp_path: Path) -> None:
    anatomy = made(tmp_path, a="anatomy:\n  retina: UBERON:3\n  choroid: UBERON:9\n")["anatomy"]
    assert anatomy["choroid"]["synonyms"] == ["vessel coat"]
    assert "inner eye coat" not in anatomy["retina"].get("synonyms", [])


def test_parents_of_the_section_and_of_the_choice(tmp_path: Path) -> None:
    findings = (
        "finding below eye:\n  spots: HP:8\n  drusen: HP:7\n  scar: {label: eye scar}\n  cut: {parents: [head]}\n"
    )
    found = made(tmp_path, a=HEAD + "  eye: UBERON:2\n", b=findings)["finding"]
    assert [found[slug]["parents"] for slug in ("spots", "drusen", "scar", "cut")] == [
        ["eye"], ["spots"], ["eye"], ["head"],
    ]  # fmt: skip
    assert found["scar"] == {"system": "TRIPTYCH", "code": "scar", "label": "eye scar", "parents": ["eye"]}


def test_sides_are_three_concepts_that_point_at_each_other(tmp_path: Path) -> None:
    anatomy = made(tmp_path, a="anatomy:\n  ear: {code: SCT:6, sides: true, plural: true, synonyms: [auris]}\n")[
        "anatomy"
    ]
    assert anatomy["ear"]["plural"] == "ears"
    assert anatomy["left_ear"] == {
        "system": "SCT", "code": "6", "label": "left ear", "laterality": "left", "pair": "right_ear",
        "parents": ["ear"], "synonyms": ["left auris"],
    }  # fmt: skip
    assert anatomy["right_ear"]["pair"] == "left_ear"


def test_topics_and_slugs_are_sorted_and_numbers_count(tmp_path: Path) -> None:
    found = made(tmp_path, b="finding:\n  a: {}\n", a="finding:\n  rib_10:\n  rib_9:\n  z:\n")["finding"]
    assert list(found) == ["rib_9", "rib_10", "z", "a"]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("anatomy:\n  x: {code: UBERON:99, label: retina}\n", "a.yaml: x.code: UBERON:99 is in no package; look for"),
        ("anatomy:\n  old_retina: UBERON:4\n", "a.yaml: old_retina.code: UBERON:4 (old retina) is obsolete"),
        ("anatomy:\n  ear: UBERON:3\n", "a.yaml: ear.code: UBERON:3 means 'retina', no word of which"),
        ("anatomy:\n  eye: FOO:3\n", "a.yaml: eye.code: 'FOO:3' must begin with one of SCT"),
        (HEAD + "  caput: {synonyms: [head]}\n", "'head' also names"),
        (HEAD + "  skull: {code: UBERON:1, synonyms: [head part]}\n", "UBERON:1 is the code of head (wanted/a.yaml)"),
        (HEAD + "  eye: {code: UBERON:2, parents: [nobody]}\n", "a.yaml: eye: no concept 'nobody'"),
        (HEAD + "  eye: {code: UBERON:2, synonyms: [Eye of head]}\n", "eye.synonyms: 'Eye of head' must be lower case"),
        (HEAD + "  eye: {code: UBERON:2, plurals: eyes}\n", "a.yaml: eye.plurals: Extra inputs are not permitted"),
        ("anatomy:\n  p: {parents: [q]}\n  q: {parents: [p]}\n", "a.yaml: p.parents: lead back to itself"),
        ("eye: {facet: anatomy, code: UBERON:2}\n", "a.yaml: eye: not a section; write it as"),
    ],
)
def test_what_is_refused_and_how(tmp_path: Path, topic: str, said: str) -> None:
    with pytest.raises(CatalogError) as caught:
        made(tmp_path, a=topic)
    assert said in str(caught.value)


def test_a_slug_in_two_topics_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"wanted/b.yaml: head: also in wanted/a.yaml"):
        made(tmp_path, a=HEAD, b=HEAD)


def test_files_are_written_once_and_not_at_all_where_the_space_cannot_be_read(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted"
    wanted.mkdir()
    (wanted / "a.yaml").write_text(HEAD)
    (wanted / "b.yaml").write_text("modality:\n  m:\nattribute:\n  b:\nfinding:\n  f:\n")
    assert maker.write(tmp_path, maker.build(wanted, Few())) == [f"{facet}.yaml" for facet in maker.WRITE_ORDER]
    texts = {facet: (tmp_path / f"{facet}.yaml").read_text() for facet in maker.FACETS}
    assert maker.write(tmp_path, texts) == []
    with pytest.raises(CatalogError):
        maker.write(tmp_path, texts | {"finding": "f: {system: SCT}\n"})
    assert {facet: (tmp_path / f"{facet}.yaml").read_text() for facet in maker.FACETS} == texts
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["wanted", *(f"{f}.yaml" for f in maker.FACETS)])


def test_the_committed_files_are_what_the_choices_make() -> None:
    if not (CACHE / INDEX).is_file() and not all((CACHE / file).is_file() for file in PACKAGES):
        pytest.skip("the terminologies are not in data/cache (python -m catalog.concepts.terminologies)")
    for facet, text in maker.build(maker.FOLDER / "wanted", Terminologies()).items():
        assert (maker.FOLDER / f"{facet}.yaml").read_text(encoding="utf-8") == text, "python -m catalog.concepts.build"


def test_every_choice_is_committed_and_nothing_else() -> None:
    """Holds without the terminologies too."""
    chosen = {(one.slug, one.facet) for one in read_wanted(maker.FOLDER / "wanted")}
    assert {(entry.slug, entry.facet) for entry in read_labelspace(maker.FOLDER)} == chosen


def test_find_names_slugs_first_by_name_then_by_words() -> None:
    entries = list(read_labelspace(maker.FOLDER))
    assert slugs("Left kidney", entries)[0].slug == "left_kidney"
    assert slugs("kidneys", entries)[0].slug == "kidney"
    assert slugs("COTTON-WOOL SPOT", entries)[0].slug == "soft_exudate"
    assert {"left_kidney", "right_kidney"} <= {entry.slug for entry in slugs("kidney", entries)}
    assert slugs("zzz", entries) == []


def test_find_gives_codes_beside_slugs() -> None:
    found = find("retina", list(read_labelspace(maker.FOLDER)), Few(), 5)
    assert found["slugs"][0] == {"slug": "retina", "facet": "anatomy", "label": "retina", "code": "SCT:5665001"}
    assert [row["code"] for row in found["codes"]] == ["UBERON:3", "UBERON:4", "SCT:5"]
