"""Parquet as Hugging Face `datasets` loads it: splits, pictures, masks, typed columns."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.scenes import SHAPES, axial_abdomen
from transforms.shards.exports._job import Job


@pytest.fixture
def loaded(exported: Callable[..., Job], tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    return datasets.load_dataset(str(exported("hf").out), cache_dir=str(tmp_path / "cache"))


def test_rows_and_columns(loaded: Any) -> None:
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 6, "validation": 2, "test": 2}
    row = loaded["train"][2]
    assert row["key"] == "toy-0002"
    wanted = axial_abdomen().image.copy()
    wanted[0, 0] = 2
    np.testing.assert_array_equal(np.asarray(row["images"][0]), wanted)
    for region in row["regions"]:
        sheet = ["mask.png", "mask1.png"].index(region["mask_media"])
        np.testing.assert_array_equal(np.asarray(row["masks"][sheet]) == region["mask_value"], SHAPES[region["id"]][1])
    asked = {one["id"]: one for one in row["dialogues"]}
    assert asked["d2"]["texts"][1] == "The left kidney lies within [90, 50, 100, 70]."
    assert json.loads(asked["d2"]["check"])["box"] == [90, 50, 100, 70]
    assert json.loads(row["sample"])["key"] == row["key"]


def test_a_text_has_no_picture(loaded: Any) -> None:
    row = next(row for row in loaded["test"] if row["document"])
    assert row["images"] == []
    assert row["document"] == "Report 8: no lesion."
