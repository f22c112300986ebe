"""`triptych check-text` over one sample or a folder: which text is held against which sample, and what is told."""

from pathlib import Path

import pytest

from benchmarks.claims_suite import load
from pipelines.recipes import RecipeError, refuse_unsaid
from pipelines.texting import lines, pairs, table
from schemas import Concept, Fact, Sample

NAMES = ("ct-chest-nodule", "ecg-normal")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        made = load.sample(load.FOLDER / "contexts" / f"{name}.yaml")
        (tmp_path / f"{name}.json").write_bytes(made.to_json().encode())
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ecg-normal.txt").write_text("The PR interval is 168 ms.", encoding="utf-8")
    return tmp_path


def test_a_folder_of_texts_goes_with_the_samples_of_their_names(folder: Path) -> None:
    (pair,) = pairs(folder, folder / "texts")
    assert (pair.name, pair.words) == ("ecg-normal", "The PR interval is 168 ms.")
    rows = list(lines(pair, load.space()))
    assert {(row["name"], row["verdict"]) for row in rows} == {("ecg-normal", "supported")}


def test_many_texts_of_one_sample(folder: Path) -> None:
    (folder / "texts" / "other.txt").write_text("The PR interval is 268 ms.", encoding="utf-8")
    found = list(pairs(folder / "ecg-normal.json", folder / "texts"))
    assert [one.name for one in found] == ["ecg-normal", "other"]
    verdicts = [{row["verdict"] for row in lines(one, load.space()) if row["kind"] == "interval"} for one in found]
    assert verdicts == [{"supported"}, {"contradicted"}]


def test_what_is_required_and_not_said_is_a_line(folder: Path) -> None:
    (pair,) = pairs(folder, folder / "texts")
    left = [row for row in lines(pair, load.space(), ("absent",)) if row["verdict"] == "omitted"]
    assert len(left) == sum(fact.predicate == "absent" for fact in pair.sample.facts) > 0
    shown = table(lines(pair, load.space(), ("absent",)))
    assert [column.header for column in shown.columns][:2] == ["text", "supported"]
    assert shown.row_count == 1


def test_what_is_required_may_be_of_one_thing_and_is_named(folder: Path) -> None:
    (pair,) = pairs(folder, folder / "texts")
    absent = [fact.concept.label for fact in pair.sample.facts if fact.predicate == "absent" and fact.concept]
    left = [row for row in lines(pair, load.space(), (f"absent:{absent[0]}",)) if row["verdict"] == "omitted"]
    assert [row["reason"] for row in left] == [f"absent of {absent[0]} is required and not said"]
    slug = load.space().slugs[absent[0]]
    assert [*lines(pair, load.space(), (f"absent:{slug}",))][-1]["fact"] == left[0]["fact"]
    with pytest.raises(RecipeError, match=r"no concept 'lver'.*'liver'"):
        refuse_unsaid(["volume:lver"], "--required")


def test_what_cannot_be_checked_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(RecipeError, match=r"nothing\.json: no such file"):
        list(pairs(folder / "nothing.json", None))
    with pytest.raises(RecipeError, match=r"a folder with a KEY\.txt"):
        list(pairs(folder, folder / "texts" / "ecg-normal.txt"))
    (folder / "empty").mkdir()
    with pytest.raises(RecipeError, match=r"empty: no \.json file"):
        list(pairs(folder / "empty", None))
    with pytest.raises(RecipeError, match=r"empty: no \.txt file"):
        list(pairs(folder, folder / "empty"))
    with pytest.raises(RecipeError, match=r"away: no such file"):
        list(pairs(folder / "ecg-normal.json", folder / "away"))
    (folder / "empty" / "typo.txt").write_text("The PR interval is 168 ms.", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"has no typo\.json"):
        list(pairs(folder, folder / "empty"))
    (folder / "empty" / "noise.txt").write_bytes(b"\x89PNG\xff")
    with pytest.raises(RecipeError, match=r"noise\.txt: is no UTF-8 text"):
        list(pairs(folder / "ecg-normal.json", folder / "empty" / "noise.txt"))
    with pytest.raises(RecipeError, match="no fact 'volumes'"):
        refuse_unsaid(["volumes"], "--required")


def test_what_a_source_names_of_its_own_is_no_fault(folder: Path) -> None:
    """A view, a procedure: concepts that the sample carries and the label space does not."""
    path = folder / "ct-chest-nodule.json"
    made = Sample.model_validate_json(path.read_bytes())
    view = Concept(system="local", code="view", label="view")
    stated = Fact(id="f900", predicate="attribute", value="PA", name="view", concept=view)
    organ = made.regions[1].model_copy(update={"concept": Concept(system="local", code="gizmo", label="gizmo")})
    regions = (made.regions[0], organ, *made.regions[2:])
    path.write_bytes(made.model_copy(update={"facts": (*made.facts, stated), "regions": regions}).to_json().encode())
    words = "Both lungs. It is on the left. The gizmo measures 196 mm. The view is PA. There are two gizmos."
    (folder / "texts" / "ct-chest-nodule.txt").write_text(words, encoding="utf-8")
    for said in (None, folder / "texts"):
        for required in ((), ("volume", "attribute", "attribute:view")):
            assert [row for pair in pairs(folder, said) for row in lines(pair, load.space(), required)] or said is None
    left = [row["fact"] for row in lines(next(pairs(path, None)), load.space(), ("attribute:view",))]
    assert left[-1] == "f900"
