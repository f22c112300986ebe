"""A volume can be scrolled under any window, a clip played, reasoning gone through step by step; axe finds nothing."""

import gzip
import io
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pytest
from fastapi.testclient import TestClient

from catalog.portal import create_app
from catalog.portal.reel import LEAST
from tests.portal import fixture
from tests.portal.fixture import HUMAN, MAKER, concept, fact, frame, png, text
from tests.scenes import CT, LESION, LIVER

SCAN, CLIP = "scan-0007", "clip-0007"
SHAPE = (12, 10, 6)
BASE = "/corpora/toys/samples/"


def nifti(array: np.ndarray) -> bytes:
    """RAS, 2 x 2 x 5 mm: so the patient's left is where i is small, and the head where k is large."""
    return gzip.compress(nibabel.Nifti1Image(array, np.diag([2.0, 2.0, 5.0, 1.0])).to_bytes(), mtime=0)


def scan() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Slice k, counted from the feet, has the value 100 k; r1 is in slices 1 and 2 of them, i 2 to 5, j 3 to 6."""
    values = np.broadcast_to(np.arange(SHAPE[2], dtype=np.int16) * 100, SHAPE).copy()
    mask = np.zeros(SHAPE, np.uint8)
    mask[2:6, 3:7, 1:3] = 1
    said = {
        **frame(SCAN, "toy", "train"), "modality": concept(CT), "view": {"frame": "volume"},
        "media": [{"name": "nii.gz", "kind": "volume", "shape": list(SHAPE), "window": [0, 500]},
                  {"name": "mask.nii.gz", "kind": "mask", "shape": list(SHAPE)}],
        "regions": [{"id": "r1", "concept": concept(LIVER), "source_label": "liver", "made_by": HUMAN,
                     "mask": {"media": "mask.nii.gz", "value": 1}}],
        "facts": [fact(1, "present", True, ("r1",), concept=concept(LIVER))],
        "description": {"global": text("The liver shows.", ("The liver", "f1")), "made_by": MAKER},
        "dialogues": [{
            "id": "d1", "task": "size", "answer": "0.6 mL", "regions": ["r1"], "facts": ["f1"], "made_by": MAKER,
            "turns": [{"role": "user", "text": "How large is it?"}, {"role": "assistant", "text": "0.6 mL"}],
            "reasoning": [{"op": "voxels", "args": {"region": "r1"}, "result": 32, "text": "Count: 32 voxels."},
                          {"op": "fills", "args": {}, "result": 0.6, "unit": "mL", "text": "Multiply: 0.6 mL."}],
        }],
    }  # fmt: skip
    return said, {"nii.gz": nifti(values), "mask.nii.gz": nifti(mask)}


def clip() -> tuple[dict[str, Any], dict[str, bytes]]:
    names = ["0.png", "1.png", "2.png"]
    said = {
        **frame(CLIP, "toy", "train"), "modality": concept(CT), "view": {"frame": "clip"},
        "media": [{"name": name, "kind": "image", "width": 20, "height": 16, "channels": 1} for name in names],
        "facts": [fact(1, "present", True, concept=concept(LESION))],
        "description": {"global": text("A lesion shows.", ("A lesion", "f1")), "made_by": MAKER},
    }  # fmt: skip
    return said, {name: png(np.full((16, 20), 60 * n + 20, np.uint8)) for n, name in enumerate(names)}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the other tests, with a shard more."""
    root = fixture.workspace(tmp_path_factory.mktemp("reel") / "toys")
    fixture.add_shard(root, "train-000001.tar", [scan(), clip()])
    return root


@pytest.fixture
def pages(place: Path) -> TestClient:
    return TestClient(create_app([place], cards=fixture.cards(), space=fixture.space()))


def shown(pages: TestClient, number: int, window: str = "") -> np.ndarray:
    got = pages.get(f"{BASE}{SCAN}.slice-{number}.png{window}")
    assert got.status_code == 200
    return np.asarray(cv2.imdecode(np.frombuffer(got.content, np.uint8), cv2.IMREAD_COLOR))


def test_slices_run_from_the_head_to_the_feet_in_the_window_of_the_source(pages: TestClient) -> None:
    # 500 is the slice nearest the head and the highest value of the window.
    greys = [int(shown(pages, n)[-1, -1, 0]) for n in range(SHAPE[2])]
    assert greys == [255, 204, 153, 102, 51, 0]
    first = shown(pages, 0)
    assert max(first.shape[:2]) >= LEAST
    assert first.shape[1] / first.shape[0] == pytest.approx(12 / 10, rel=0.02)


def test_another_window_shows_other_greys(pages: TestClient) -> None:
    assert int(shown(pages, 1, "?low=0&high=800")[-1, -1, 0]) == 127
    assert int(shown(pages, 1, "?low=400&high=500")[-1, -1, 0]) == 0


def test_a_region_is_outlined_where_it_lies_and_nowhere_else(pages: TestClient) -> None:
    coloured = [bool((np.ptp(shown(pages, n).astype(int), axis=2) > 30).any()) for n in range(SHAPE[2])]
    assert coloured == [False, False, False, True, True, False]  # k 2 and 1 of 6, from the head
    y, x = np.nonzero(np.ptp(shown(pages, 3).astype(int), axis=2) > 30)
    scale = shown(pages, 3).shape[1] / 12
    # In RAS i grows to the patient's right, which lies on the left of a picture: i 2 to 5 are columns 6 to 9 of 12. And
    # j grows to the front, which is up: j 3 to 6 are rows 3 to 6 of 10.
    assert {round(x.min() / scale), round((x.max() + 1) / scale)} == {6, 10}
    assert {round(y.min() / scale), round((y.max() + 1) / scale)} == {3, 7}


@pytest.mark.parametrize("asked", ["slice-6.png", "slice-x.png", "slice-1.png?low=a"])
def test_what_is_no_slice_is_not_found(asked: str, pages: TestClient) -> None:
    assert pages.get(f"{BASE}{SCAN}.{asked}").status_code == 404
    assert pages.get(f"{BASE}{CLIP}.slice-0.png").status_code == 404


def test_files_of_a_corpus_can_be_fetched_and_no_others(pages: TestClient, place: Path) -> None:
    got = pages.get("/corpora/toys/files/train-000001.tar")
    assert got.content == (place / "shards/train-000001.tar").read_bytes()
    assert pages.get("/corpora/toys/files/manifest.json").status_code == 200
    for other in ("report.json", "..%2Freport.json", "none.tar"):
        assert pages.get(f"/corpora/toys/files/{other}").status_code == 404
    assert "train-000001.tar" in pages.get("/corpora/toys").text


def test_frozen_pages_have_the_pictures_and_no_player(place: Path) -> None:
    pages = TestClient(create_app([place], cards=fixture.cards(), space=fixture.space(), frozen=True))
    assert "data-reel" not in pages.get(BASE + SCAN).text
    assert "data-reel" not in pages.get(BASE + CLIP).text


def test_the_picture_of_a_slice_is_a_png(pages: TestClient) -> None:
    from PIL import Image

    got = pages.get(f"{BASE}{SCAN}.slice-2.png").content
    assert Image.open(io.BytesIO(got)).format == "PNG"
