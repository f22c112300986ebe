"""A picture that comes in two sets under two names: whoever it shows is in one split, with all that either set has."""

import hashlib
import json
import logging
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.report_page import is_stale
from schemas.leaks import Compared, Comparisons, beside
from tests.identity_phantoms import jpeg, picture
from tests.pipelines import workshop

BREAST, COLON = "breakhis", "colorectal_histology_kather2016"
PEOPLE = range(8)


def save(path: Path, image: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image)


def write(path: Path, seed: int) -> None:
    save(path, np.random.default_rng(seed).integers(0, 255, (48, 40, 3), np.uint8))


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
    uids: dict[str, set[str | None]] = {}
    for _, sample in workshop.samples(tmp_path / "space/shards"):
        splits.setdefault(sample.subject.partition("/")[2], set()).add(sample.split)
        uids.setdefault(sample.subject.partition("/")[2], set()).add(sample.provenance.subject_uid)
        assert sample.provenance.volume_uid is None
    assert len(set.union(*uids.values())) == len(PEOPLE), "each has one of their own, whatever they are called"
    for n in PEOPLE:
        assert uids[f"14-10{n}"] == uids[f"CRC-Prim-HE-2{n}"]
        assert splits[f"14-10{n}"] == splits[f"CRC-Prim-HE-2{n}"]
        assert len(splits[f"14-10{n}"]) == 1
    assert len(set.union(*splits.values())) == 3, "nobody else was drawn into it"
    assert f"{BREAST} and {COLON} show the same in 8 samples" in caplog.text


def dressed(tmp_path: Path, copies: bool) -> Context:
    """Two sets, the pictures of the one mirrored, darkened and saved with loss in the other."""
    raw = tmp_path / "raw"
    for n in PEOPLE:
        slides = raw / BREAST / f"BreaKHis_v1/histology_slides/breast/benign/SOB/adenosis/SOB_B_A_14-10{n}AB/40X"
        tiles = raw / COLON / "Kather_texture_2016_image_tiles_5000/01_TUMOR"
        shown = np.repeat(picture(n)[:, :, None], 3, axis=2)
        save(slides / "one.png", shown)
        other = (255 * (jpeg(picture(n)[:, ::-1].copy()) / 255.0) ** 1.4).astype(np.uint8)
        save(tiles / f"1000{n}_CRC-Prim-HE-2{n}_001.tif_Row_1_Col_1.tif", np.repeat(other[:, :, None], 3, axis=2))
    use = {"redistribute": False, "accept_unknown": True}
    shares = {"train": 0.6, "validation": 0.2, "test": 0.2, "copies": copies}
    file = workshop.recipe(tmp_path / "r.yaml", BREAST, COLON, use=use, splits=shares, tasks=["modality"])
    return workshop.context(file, raw, tmp_path / "space")


def splits_of(ctx: Context, engine: str) -> list[set[str]]:
    """Of each person, the splits of both names."""
    build.run(ctx, Job(("ingest", "curate", "publish"), engine, 2), Console(quiet=True))
    found: dict[str, set[str]] = {}
    for _, sample in workshop.samples(Path(ctx.workspace) / "shards"):
        found.setdefault(
            sample.subject.partition("/")[2].removeprefix("14-10").removeprefix("CRC-Prim-HE-2"), set()
        ).add(sample.split)
    return list(found.values())


def test_so_are_rewritten_copies_where_the_recipe_has_them_looked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "triptych"):
        ctx = dressed(tmp_path / "looked", True)
        found = splits_of(ctx, "inline")
    assert [len(splits) for splits in found] == [1] * len(PEOPLE)
    assert len(set.union(*found)) == 3
    assert "8 pairs of records of different people show rewritten copies of one picture" in caplog.text
    told = json.loads((tmp_path / "looked/space/copies.json").read_text())
    assert {tuple(one["datasets"]) for one in told} <= {(BREAST, COLON), (COLON, BREAST)}
    assert {one["evidence"]["kind"] for one in told} == {"picture"}
    page = (tmp_path / "looked/space/report.html").read_text()
    assert "8 pairs of records of different people are rewritten copies" in page
    plain = dressed(tmp_path / "not", False)
    assert max(len(splits) for splits in splits_of(plain, "inline")) > 1
    _compared_is_told_until_another_corpus_stands(plain, Path(plain.workspace))


def _compared_is_told_until_another_corpus_stands(ctx: Context, space: Path) -> None:
    """What a test set has in common with a corpus stands in its run's report; without a comparison it says so."""
    before = (space / "report.html").read_text()
    assert "copies among its own records were not looked for" in before
    assert not is_stale(ctx)
    manifest = hashlib.sha256((space / "shards/manifest.json").read_bytes()).hexdigest()
    row = Compared(test_set="vqa_rad", people=0, files=0, pairs=3, questions=2, refused=1)
    for sha, times in (("of another corpus", 0), (manifest, 1)):
        beside(space / "shards").write_text(Comparisons(manifest=sha, compared=(row,)).to_json())
        assert is_stale(ctx)
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
        page = (space / "report.html").read_text()
        assert page.count("3 pairs of pictures or scans, 2 questions in both; 1 files were not read") == times
        assert page.count("not checked") == before.count("not checked") - times


def test_ray_finds_the_same(tmp_path: Path) -> None:
    inline, on_ray = dressed(tmp_path / "inline", True), dressed(tmp_path / "ray", True)
    assert splits_of(inline, "inline") == splits_of(on_ray, "ray")
    for name in ("shards", "marks"):
        assert workshop.hashes(tmp_path / "ray/space" / name) == workshop.hashes(tmp_path / "inline/space" / name)
