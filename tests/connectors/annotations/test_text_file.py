"""Reports and captions in files of their own."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.annotations.published import pictures, read, refused

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<eCitation><uId id="CXR7"/><MedlineCitation><Article><Abstract>
<AbstractText Label="INDICATION">Cough</AbstractText>
<AbstractText Label="FINDINGS">The lungs are
 clear &amp; the heart is normal.</AbstractText>
<AbstractText Label="IMPRESSION"/></Abstract></Article></MedlineCitation>
<MeSH><major>normal</major><major>Opacity/lung</major></MeSH></eCitation>"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "r").mkdir()
    return pictures(tmp_path, "img/7_1.png")


def record(root: Path, **options: Any) -> Any:
    records, _ = read(root, {}, {"format": "text_file", **options}, files=["img/{uid}_{n}.png"])
    return records["7_1"]


def why(root: Path, **options: Any) -> str:
    (reason,) = refused(root, {}, {"format": "text_file", **options}, files=["img/{uid}_{n}.png"])
    return reason


def test_plain_text(root: Path) -> None:
    (root / "r/7.txt").write_bytes("  Lungs clear.\nC\u0153ur normal.\n".encode("cp1252"))
    found = record(root, file="r/{uid}.txt", encoding="cp1252")
    assert found.text == "Lungs clear.\nC\u0153ur normal."
    assert "annotations" not in found.meta, "a report is no search for every region"
    assert record(root, file="r/{uid}.txt", encoding="cp1252", name="clinical").meta == {"clinical": found.text}
    assert "r/7.txt: is not utf-8-sig" in why(root, file="r/{uid}.txt")


def test_sections_of_xml(root: Path) -> None:
    (root / "r/7.xml").write_text(REPORT)
    label = ".//AbstractText[@Label='{}']"
    found = record(
        root, file="r/{uid}.xml", sections={name: label.format(name) for name in ("FINDINGS", "IMPRESSION", "NONE")},
        tell={"mesh": ".//MeSH/major"}, hide={"study": "uId/@id"}, required=True,
    )  # fmt: skip
    assert found.text == "FINDINGS: The lungs are clear & the heart is normal."
    assert found.meta == {"mesh": "normal\nOpacity/lung"}


def test_what_a_file_tells_fills_templates(root: Path) -> None:
    (root / "r/7.xml").write_text(REPORT)
    table = {"format": "text_file", "file": "r/{uid}.xml", "sections": {"": "uId/@id"}, "hide": {"study": "uId/@id"}}
    records, _ = read(root, {}, table, files=["img/{uid}_{n}.png"], subject="{uid}", study="{study}")
    assert (records["7_1"].study, records["7_1"].text) == ("CXR7", "CXR7")


def test_json_and_several_files(root: Path) -> None:
    for n, text in ((1, "First."), (2, "Second.")):
        (root / f"r/7-{n}.json").write_text(json.dumps({"report": {"findings": text, "terms": ["a", "b"]}}))
    found = record(root, file="r/{uid}-*.json", sections={"": "report.findings"}, tell={"terms": "report.terms"})
    assert found.text == "First.\n\nSecond."
    assert found.meta == {"terms": "a\nb"}


def test_a_member_of_an_archive(root: Path) -> None:
    with zipfile.ZipFile(root / "reports.zip", "w") as archive:
        archive.writestr("files/7.txt", "Clear.")
    assert record(root, file="reports.zip/files/{uid}.txt").text == "Clear."
    assert "reports.zip/files/7_1.txt: the file is not there" in why(root, file="reports.zip/files/{stem}.txt")


def test_files_that_are_not_there_or_broken(root: Path) -> None:
    assert "r/7.txt: the file is not there; it is the text of img/7_1.png" in why(root, file="r/{uid}.txt")
    assert record(root, file="r/{uid}.txt", required=False).text is None
    (root / "r/7.txt").write_text(" \n")
    assert "r/7.txt: the file is empty" in why(root, file="r/{uid}.txt")
    assert record(root, file="r/{uid}.txt", required=False).text is None
    (root / "r/7.xml").write_text(REPORT[:-20])
    assert "r/7.xml: is no xml" in why(root, file="r/{uid}.xml")
    (root / "r/7.json").write_text('{"a": ')
    assert "r/7.json: is no json" in why(root, file="r/{uid}.json")


def test_a_folder_stands_for_files_that_only_another_annotation_names(root: Path) -> None:
    from connectors.annotations import text_file

    for n in range(40):
        (root / f"r/{n}.txt").write_text("x")
    options = text_file.Options(file="r/{study}.txt")
    assert list(text_file.companions(root, options, {"stem": "7_1"})) == ["r"]
    assert list(text_file.companions(root, options, {"study": "3"})) == ["r/3.txt"]
