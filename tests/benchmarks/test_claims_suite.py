"""The claims suite is well-formed: every context is a sample, every row a sentence about one, in its own half."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.claims import by_author
from benchmarks.claims_suite import load
from benchmarks.claims_suite.load import Half
from schemas import Sample

HALVES: tuple[Half, ...] = ("open", "sealed")
CONTEXTS = sorted((load.FOLDER / "contexts").glob("*.yaml"))


@pytest.mark.parametrize("path", CONTEXTS, ids=lambda path: path.stem)
def test_a_context_is_a_sample_as_it_would_be_published(path: Path) -> None:
    made = load.sample(path)
    assert Sample.model_validate_json(made.to_json()) == made
    regions = {region.id for region in made.regions}
    assert len({fact.id for fact in made.facts}) == len(made.facts) > 0
    assert all(set(fact.regions) <= regions for fact in made.facts)


def test_facts_come_from_the_declaration() -> None:
    made = load.sample(load.FOLDER / "contexts" / "ct-chest-nodule.yaml")
    found = {(fact.predicate, fact.scope): fact for fact in made.facts if "r8" in fact.regions and fact.concept is None}
    assert (found["long_axis", "view"].value, found["long_axis", "view"].unit) == (27.3, "mm")
    assert found["long_axis", "view"].tolerance == pytest.approx(0.7 * 2**0.5, rel=1e-5)
    assert found["diameter", "record"].value == 31.8
    assert {fact.value for fact in made.facts if fact.predicate == "plane"} == {"axial"}
    assert "pneumothorax" in {fact.concept.label for fact in made.facts if fact.predicate == "absent" and fact.concept}


def test_a_group_says_what_holds_between_its_media() -> None:
    made = load.sample(load.FOLDER / "contexts" / "blind2_visits-tumor.yaml")
    across = {fact.predicate: fact.value for fact in made.facts if len(fact.media) == 2}
    assert (across["images"], across["days_after"], across["volume_ratio"]) == (2, 182, pytest.approx(12.4 / 8.0))
    assert {
        (fact.concept.label, fact.media) for fact in made.facts if fact.predicate == "only_in" and fact.concept
    } == {("brain edema", ("0.nii.gz", "1.nii.gz"))}


def test_a_declared_bound_and_a_declared_judgement() -> None:
    made = load.sample(load.FOLDER / "contexts" / "blind2_ct-liver-volume.yaml")
    assert [fact.value for fact in made.facts if fact.bound == "at_least"] == [310.0]
    assert {fact.value for fact in made.facts if fact.predicate == "judgement"} == {"enlarged", "measurable"}


def test_rows_are_well_formed_and_each_is_there_once() -> None:
    found = [row for half in HALVES for row in load.rows(half)]
    names = {path.stem for path in CONTEXTS}
    assert {row.context for row in found} == names
    repeated = [key for key, times in Counter(row.key for row in found).items() if times > 1]
    assert repeated == []


def test_there_are_enough_rows_to_measure_with() -> None:
    truths = Counter(row.truth for half in HALVES for row in load.rows(half))
    assert truths["false"] >= 1000
    assert truths["true"] >= 600


def test_shares_are_told_by_author() -> None:
    told = [("us-breast", "true", "supported"), ("blind2_ct-head", "true", "uncheckable"),
            ("blind2_mr-knee", "true", "supported"), ("blind2_mr-knee", "false", "contradicted")]  # fmt: skip
    found = by_author([(load.Row(context, "A.", truth, "side"), answer, []) for context, truth, answer in told])  # type: ignore[arg-type]
    assert list(found) == ["first", "blind2"]
    assert (found["first"]["true"]["rows"], found["blind2"]["true"]["rows"]) == (1, 2)
    assert found["blind2"]["true"]["supported"] == found["blind2"]["true"]["uncheckable"] == 50
    assert found["blind2"]["false"]["contradicted"] == 100


def test_a_context_may_have_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open").mkdir()
    for name in ("knee.yaml", "knee.2.yaml"):
        (tmp_path / "open" / name).write_text("- {text: A, truth: 'true', kind: side}\n", encoding="utf-8")
    monkeypatch.setattr(load, "FOLDER", tmp_path)
    assert [row.context for row in load.rows("open")] == ["knee", "knee"]


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ("{text: A, truth: maybe, kind: side}", "truth is 'maybe'"),
        ("{text: A, truth: 'true', kind: colour}", "kind is 'colour'"),
        ("{text: A, truth: 'false', kind: side}", "`wrong` goes with a false row"),
        ("{text: A, truth: 'true', kind: side, wrong: side}", "`wrong` goes with a false row"),
        ("{text: ' A', truth: 'true', kind: side}", "blanks"),
        ("{txt: A}", "give text, truth, kind"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, item: str, fault: str) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "knee.yaml").write_text(f"- {item}\n", encoding="utf-8")
    monkeypatch.setattr(load, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=f"knee.yaml, row 1: .*{fault}"):
        load.rows("open")
