"""What a replica's YAML may say: loops, and the faults that are refused by file and key."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog import CatalogError
from tests.replicas.builder.tree import Declaration, DeclarationError, build, declarations, load


def declared(tree: dict[str, Any]) -> Declaration:
    whole = {"id": "made_up", "evidence": ["a test"], "tree": tree, "expect": {"records": 0, "subjects": 0}}
    return Declaration.model_validate(whole)


def test_loops_fill_paths_and_content(tmp_path: Path) -> None:
    tree = {
        "product": {"for": {"p": ["a", "b"], "n": [1, 12]}, "files": {"{p}/{n:03d}.txt": {"text": "{p}{n} {other}"}}},
        "rows": {"for": [{"p": "c", "v": 9}], "files": {"{p}.json": {"json": {"v": "{v}", "{p}": "x{v}"}}}},
    }
    build(declared(tree), tmp_path)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert names == ["a/001.txt", "a/012.txt", "b/001.txt", "b/012.txt", "c.json"]
    assert (tmp_path / "b/012.txt").read_text() == "b12 {other}"
    assert json.loads((tmp_path / "c.json").read_text()) == {"v": 9, "c": "x9"}


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"a.png": {"picture": {}}}, "tree.a.png: one kind of"),
        ({"a.png": {"image": {"size": [40, 34], "colour": 1}}}, "tree.a.png.image.colour: Extra inputs"),
        ({"{p}.png": {"empty": True}}, "no loop fills {p}"),
        ({"a.png": {"mask": {"size": [40, 34], "values": {1: [0, 0, 41, 3]}}}}, "leaves the array"),
        ({"../a.png": {"empty": True}}, "leaves the replica's folder"),
        ({"x": {"for": {"n": [1, 2]}, "files": {"a.txt": {"text": "a"}}}}, "a.txt is written twice"),
        ({"a.zip": {"zip": {"b.nii": {"volume": {"shape": [4, 4, 4], "affine": "RAX"}}}}}, "a.zip.zip.b.nii.volume"),
        ({"a.dcm": {"dicom": {"tags": {"PatientNam": 1}}}}, "tags.PatientNam"),
        ({"a": {"copy_of": "b"}}, "FileNotFoundError"),
    ],
)  # fmt: skip
def test_faults_name_the_file_and_the_key(tree: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        build(declared(tree), tmp_path)
    assert str(caught.value).startswith("tests/replicas/made_up.yaml: tree")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expects": {}}, "made_up.yaml: expects: Extra inputs"),
        ({"evidence": []}, "made_up.yaml: evidence"),
        ({"expect": {"records": 1, "subjects": 1, "spots": {"a": {"spilt": "x"}}}}, "expect.spots.a.spilt"),
    ],
)
def test_unknown_keys_are_refused(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    whole = {"evidence": ["x"], "tree": {"a": {"empty": True}}, "expect": {"records": 1, "subjects": 1}}
    path = tmp_path / "made_up.yaml"
    path.write_text(yaml.safe_dump(whole | change))
    with pytest.raises(DeclarationError, match=words.replace(".", r"\.")):
        load(path)


def test_a_key_twice_is_no_yaml_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "made_up.yaml"
    path.write_text("evidence: [x]\nevidence: [y]\n")
    with pytest.raises(CatalogError, match="written twice"):
        load(path)


def test_labels_that_yaml_makes_numbers_of_are_text(tmp_path: Path) -> None:
    path = tmp_path / "made_up.yaml"
    path.write_text(
        "evidence: [x]\ntree: {a: {empty: true}}\n"
        "expect: {records: 1, subjects: [7], regions: {1: 2}, splits: {null: 1}}\n"
    )
    expect = load(path).expect
    assert (expect.subjects, expect.regions, expect.splits) == (["7"], {"1": 2}, {"null": 1})


def test_declarations_are_the_yaml_files_beside_the_builder() -> None:
    assert all(path.suffix == ".yaml" and path.parent.name == "replicas" for path in declarations().values())
