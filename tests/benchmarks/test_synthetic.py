"""What engines are measured on: the made-up set, and that the ways to do its work do the same work."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks import pure, synthetic
from benchmarks.peers import work
from transforms.shards.tar import read_shard

PICTURES = 3
ELSEWHERE = {"checks", "provenance", "split"}  # what a build adds to a sample, or decides over all of them


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("synthetic")
    synthetic.make(root, PICTURES)
    return root


def _files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted((root / "raw").rglob("*.*"))}


def test_a_grown_set_holds_the_smaller_one(made: Path, tmp_path: Path) -> None:
    synthetic.make(tmp_path, 1)
    one = _files(tmp_path)
    synthetic.make(tmp_path, PICTURES)
    assert one.items() < _files(tmp_path).items()
    assert _files(tmp_path) == _files(made)


def test_other_pictures_are_not_mixed_in(made: Path) -> None:
    with pytest.raises(ValueError, match="another folder"):
        synthetic.make(made, PICTURES, seed=1)
    with pytest.raises(ValueError, match="another folder"):
        synthetic.make(made, PICTURES - 1)


def test_more_adds_pictures_beside_and_copies_none(made: Path, tmp_path: Path) -> None:
    raw = synthetic.more(made, tmp_path / "more")
    assert len(list(raw.rglob("*.png"))) == PICTURES + 1
    before, after = (synthetic.pair(folder / "nuinsseg", 0)[0] for folder in (made / "raw", raw))
    assert before.samefile(after)
    assert len(_files(made)) == 2 * PICTURES


@pytest.mark.parametrize("n", [0, 1, 999])
def test_a_picture_is_as_realistic_as_it_says(n: int, tmp_path: Path) -> None:
    image, mask = synthetic.picture(0, n)
    assert image.shape == mask.shape == (synthetic.SIDE, synthetic.SIDE)
    assert sorted(np.unique(mask)) == list(range(synthetic.REGIONS + 1))
    apart = cv2.connectedComponents((mask > 0).astype(np.uint8))[0] - 1
    assert apart == synthetic.REGIONS
    assert 80_000 < len(cv2.imencode(".png", image)[1]) < 200_000


def test_both_measures_of_the_plain_script_agree(made: Path) -> None:
    image, mask = work.pairs(made / "raw")[0]
    one, other = (json.loads(work.work(image, mask, name)["json"])["regions"] for name in ("skimage", "cc3d"))
    assert len(one) == synthetic.REGIONS
    for a, b in zip(one, other, strict=True):
        assert (a["id"], a["box"], a["area"]) == (b["id"], b["box"], b["area"])
        assert [a["mean"], a["long"], a["short"]] == pytest.approx([b["mean"], b["long"], b["short"]], abs=0.11)
        assert a["centroid"] == pytest.approx(b["centroid"], abs=0.011)


def test_the_bare_loop_makes_what_a_build_makes(made: Path, tmp_path: Path) -> None:
    space, out = tmp_path / "space", tmp_path / "pure"
    call = [sys.executable, "-m", "pipelines.cli", "build", str(made / "recipe.yaml"), "--raw", str(made / "raw")]
    subprocess.run([*call, "--workspace", str(space), "--engine", "inline"], check=True, capture_output=True)
    recipe = pure.recipe_of(made / "recipe.yaml")
    assert pure.write(out, pure.groups(made / "raw", recipe, words=False), size=2) == PICTURES
    built, bare = _samples(space / "shards"), _samples(out)
    assert built == bare
    tasks = {dialogue["task"] for sample in built.values() for dialogue in sample["json"]["dialogues"]}
    assert tasks <= set(synthetic.TASKS)


def _samples(folder: Path) -> dict[str, dict[str, Any]]:
    """key -> members, the JSON without what only a build decides."""
    found: dict[str, dict[str, Any]] = {}
    for shard in folder.glob("*.tar"):
        for key, members in read_shard(shard):
            sample = json.loads(members["json"])
            found[key] = {**members, "json": {n: v for n, v in sample.items() if n not in ELSEWHERE}}
    return found
