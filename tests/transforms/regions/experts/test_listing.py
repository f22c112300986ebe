"""What holds for every expert there is."""

from pathlib import Path

import numpy as np
import pytest

from catalog import labelspace
from transforms.regions.experts import experts, listing
from transforms.regions.experts.base import Expert, Segment

FOLDER = Path(__file__).parents[4] / "transforms" / "regions" / "experts"


def test_every_file_is_listed() -> None:
    files = {p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_") and p.stem != "base"}
    assert files == set(experts()) == {row["name"] for row in listing()}
    assert len(files) >= 6


@pytest.mark.parametrize("expert", experts().values(), ids=list(experts()))
def test_an_expert_says_what_it_is(expert: Expert) -> None:
    assert experts()[expert.NAME] is expert
    assert expert.VERSION
    assert expert.NOTE.endswith(".")
    assert expert.MODALITIES
    assert expert.PRODUCES


@pytest.mark.parametrize("expert", experts().values(), ids=list(experts()))
def test_what_it_produces_and_reads_is_in_the_label_space(expert: Expert) -> None:
    space = labelspace()
    assert all(slug in space for slug in expert.PRODUCES)
    codes = {entry.concept.code for entry in space if entry.facet == "modality"}
    assert set(expert.MODALITIES) <= codes


def test_one_that_cannot_run_is_listed_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path))
    row = next(row for row in listing() if row["name"] == "brain_deepbrain")
    assert row["available"] is False
    assert "missing weights" in row["reason"]


def test_a_mask_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="bool"):
        Segment("lung", np.zeros((2, 2), np.uint8))
    with pytest.raises(ValueError, match="integer"):
        Segment("nucleus", np.zeros((2, 2), bool), instances=True)
