"""A new data set's files."""

import shutil
from pathlib import Path

import pytest
import yaml

import catalog
from catalog.errors import CatalogError
from catalog.scaffold import new_dataset
from catalog.validate import problems


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(catalog.ROOT / "concepts", tmp_path / "catalog" / "concepts")
    (tmp_path / "catalog" / "datasets").mkdir()
    (tmp_path / "connectors" / "readers").mkdir(parents=True)
    (tmp_path / "connectors" / "readers" / "pictures.py").touch()
    return tmp_path / "catalog"


def test_validate_names_all_that_is_open_and_nothing_else(root: Path) -> None:
    card, replica = new_dataset("my_set", root)
    assert (card.name, replica.parent.name) == ("my_set.yaml", "replicas")
    found = {(problem.file, problem.key) for problem in problems(root)}
    file, stand_in = "catalog/datasets/my_set.yaml", "tests/replicas/my_set.yaml"
    keys = {
        "name", "summary", "version", "homepage", "citation", "terms.licence", "terms.attribution", "terms.evidence",
        "modalities", "tasks", "layout.reader", "layout.options.files", "evidence",
    }  # fmt: skip
    assert found == {(file, key) for key in keys} | {(stand_in, key) for key in ("evidence", "tree", "expect")}


def test_a_card_that_is_filled_in_is_sound(root: Path) -> None:
    path, replica = new_dataset("my_set", root)
    card = yaml.safe_load(path.read_text())
    card |= dict.fromkeys(("name", "summary", "version", "citation"), "written")
    card |= {"homepage": "https://example.org", "modalities": ["ct"], "tasks": ["segmentation"]}
    card["terms"] |= {"licence": "CC-BY-4.0", "attribution": "they", "evidence": "the page"}
    card["layout"] |= {"reader": "pictures", "options": {"files": ["*.png"]}}
    card["evidence"] = [{"what": "all", "where": "there"}]
    path.write_text(yaml.safe_dump(card))
    replica.write_text("evidence: [a]\ntree: {a.png: {image: {size: [48, 40]}}}\nexpect: {records: 1}\n")
    assert problems(root) == []


def test_nothing_is_overwritten(root: Path) -> None:
    card, replica = new_dataset("my_set", root)
    card.write_text("mine")
    with pytest.raises(CatalogError, match=r"my_set\.yaml: .*not overwritten"):
        new_dataset("my_set", root)
    card.unlink()
    replica.write_text("mine too")
    with pytest.raises(CatalogError, match=r"replicas/my_set\.yaml"):
        new_dataset("my_set", root)
    assert not card.exists(), "either both are written or none"


@pytest.mark.parametrize("name", ["My Set", "../x", "a-b", ""])
def test_a_name_that_is_no_id_is_refused(root: Path, name: str) -> None:
    with pytest.raises(CatalogError, match="small letters"):
        new_dataset(name, root)
    assert not list((root / "datasets").iterdir())
