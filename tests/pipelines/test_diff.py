"""`triptych diff` on the command line: a table, reasons, JSON Lines, one line for what is wrong."""

import json
from pathlib import Path

import pytest

from tests.corpora import corpus
from tests.pipelines.command import run


def test_table_and_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = corpus()
    made.write(tmp_path / "v1")
    made.change(0, lambda sample: sample.model_copy(update={"dialogues": ()}))
    made.samples.pop()
    made.write(tmp_path / "v2")
    done = run(capsys, "diff", tmp_path / "v1", tmp_path / "v2")
    assert done.code == 0
    assert done.out.split("\n")[1].split() == ["toy", "0", "1", "1"]
    assert "changed 1: differs in dialogues" in done.out
    lines = [
        json.loads(line) for line in run(capsys, "diff", tmp_path / "v1", tmp_path / "v2", "--json").out.splitlines()
    ]
    assert [(line["key"], line["kind"]) for line in lines] == [("toy-0000", "changed"), ("toy-0009", "removed")]
    assert "each the same" in run(capsys, "diff", tmp_path / "v1", tmp_path / "v1").out


def test_a_folder_without_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "diff", tmp_path, tmp_path)
    assert done.code == 2
    assert "manifest.json" in done.err
