"""A picture that comes in two sets under two names: whoever it shows is in one split, with all that either set has."""

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from tests.pipelines import workshop

BREAST, COLON = "breakhis", "colorectal_histology_kather2016"
PEOPLE = range(8)


def write(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.random.default_rng(seed).integers(0, 255, (48, 40, 3), np.uint8))


def test_all_of_both_names_is_in_one_split(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    raw = tmp_path / "raw"
    for n in PEOPLE:
        slides = raw / BREAST / f"BreaKHis_v1/histology_slides/breast/benign/SOB/adenosis/SOB_B_A_14-10{n}AB/40X"
        tiles = raw / COLON / "Kather_texture_2016_image_tiles_5000/01_TUMOR"
        write(slides / "one.png", n)
        write(slides / "own.png", 100 + n)
        write(tiles / f"1000{n}_CRC-Prim-HE-2{n}_001.tif_Row_1_Col_1.tif", n)
        write(tiles / f"1100{n}_CRC-Prim-HE-2{n}_001.tif_Row_1_Col_151.tif", 200 + n)
    use = {"redistribute": False, "accept_unknown": True}
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", BREAST, COLON, use=use), raw, tmp_path / "space")
    with caplog.at_level(logging.WARNING, "triptych"):
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    splits: dict[str, set[str]] = {}
    for _, sample in workshop.samples(tmp_path / "space/shards"):
        splits.setdefault(sample.subject.partition("/")[2], set()).add(sample.split)
    for n in PEOPLE:
        assert splits[f"14-10{n}"] == splits[f"CRC-Prim-HE-2{n}"]
        assert len(splits[f"14-10{n}"]) == 1
    assert len(set.union(*splits.values())) == 3, "nobody else was drawn into it"
    assert f"{BREAST} and {COLON} show the same in 8 samples" in caplog.text
