"""The two breasts of a woman are one subject in mini-MIAS."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.connectors import small

CARD = small.card("mias", {"files": ["mdb{number}.pgm"], "subject": "{pair}"}, modalities=["mammography"], id="mias")


def test_an_odd_number_and_the_next_are_one_subject(tmp_path: Path) -> None:
    for number in (1, 2, 3, 10, 321, 322):
        Image.fromarray(np.zeros((40, 50), np.uint8)).save(tmp_path / f"mdb{number:03d}.pgm")
    records, _ = small.read(CARD, tmp_path)
    subjects = [record.subject.rpartition("/")[2] for record in records]
    assert subjects == ["001", "001", "002", "005", "161", "161"]
    assert {(record.kind, record.geometry.shape) for record in records} == {("image", (40, 50))}


def test_a_name_without_a_number_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((40, 50), np.uint8)).save(tmp_path / "mdbx.pgm")
    assert small.refused(CARD, tmp_path) == ["mdbx.pgm: its number 'x' is none"]
