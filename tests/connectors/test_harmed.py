"""Replicas with one thing wrong in them: it is told by file, key and value, and nothing is made of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connectors.reading import Reading, connector, read
from tests.replicas.builder.tree import build, declarations, load

Harm = Callable[[Path], None]


def harmed(root: Path, dataset: str, harm: Harm) -> Reading:
    build(load(declarations()[dataset]), root)
    harm(root)
    reading = read(connector(dataset), root)
    assert not reading.faults
    return reading


def swap(path: str, old: str, new: str, count: int = -1) -> Harm:
    """Puts a text in place of another in a file of text."""

    def harm(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text
        (root / path).write_text(text.replace(old, new, count))

    return harm


def told(reading: Reading, *words: str) -> str:
    """The one notice that has all the words."""
    found = [notice for notice in reading.notices if all(word in notice for word in words)]
    assert len(found) == 1, reading.notices
    return found[0]


@pytest.mark.parametrize("given", ["0, 0, 5", "nan, nan, 5", "-0.5, 0.5, 5", "inf, 0.5, 5"])
def test_what_a_table_says_that_is_no_size_is_no_spacing(tmp_path: Path, given: str) -> None:
    reading = harmed(tmp_path, "deeplesion", swap("DL_info.csv", '"0.5, 0.5, 1"', f'"{given}"'))
    (found,) = reading.at("Images_png/000001_03_01/088.png")
    assert found.record.geometry.spacing_mm is None
    assert "DL_info.csv gives it a spacing of" in told(reading, "088.png", "no size of a pixel")


def test_what_a_file_name_says_that_is_no_size_is_no_spacing(tmp_path: Path) -> None:
    folder = "train/case7/case7_day0/scans"

    def harm(root: Path) -> None:
        (root / folder / "slice_0075_40_35_1.63_1.63.png").rename(root / folder / "slice_0075_40_35_0.00_0.00.png")

    reading = harmed(tmp_path, "uw_madison_gi", harm)
    (found,) = reading.at(f"{folder}/slice_0075_40_35_0.00_0.00.png")
    assert found.record.geometry.spacing_mm is None
    assert "0 x 0" in told(reading, "slice_0075_40_35_0.00_0.00.png", "no size of a pixel")
