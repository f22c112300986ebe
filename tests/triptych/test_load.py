"""The reader for training code: what a published folder gives, decoded once."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import triptych
from tests.corpora import corpus
from tests.scenes import SHAPES, axial_abdomen


@pytest.fixture(scope="module", params=["one tar", "layers"])
def published(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    corpus().write(folder, layers=request.param == "layers")
    return folder


def test_pictures_masks_and_dialogues(published: Path) -> None:
    found = list(triptych.load(published))
    assert [one.key for one in found] == [f"toy-{n:04d}" for n in range(6)]
    for number, one in enumerate(found):
        wanted = axial_abdomen().image.copy()
        wanted[0, 0] = number
        np.testing.assert_array_equal(one.images["png"], wanted)
        assert one.masks.keys() == SHAPES.keys()
        for region, mask in one.masks.items():
            np.testing.assert_array_equal(mask, SHAPES[region][1])
        assert [asked["id"] for asked in one.dialogues] == ["d1"]
        assert one.members == {}


def test_a_text_and_a_signal(published: Path) -> None:
    trace, text = triptych.load(published, "test")
    assert (text.images, text.masks, text.members) == ({}, {}, {"txt": b"Report 8: no lesion."})
    assert (list(trace.images), list(trace.members)) == (["png"], ["npy"])


def test_a_group_may_have_empty_members() -> None:
    """As rows of stores that know no absent column have them."""
    record = {"key": "k", "media": [{"name": "png", "kind": "image"}], "regions": [], "dialogues": []}
    found = triptych.example({"json": json.dumps(record), "png": b"", "txt": b"a"})
    assert (found.images, found.members) == ({}, {"txt": b"a"})


def test_pixels_of_another_sample_are_refused(tmp_path: Path) -> None:
    corpus().write(tmp_path, layers=True)
    shutil.copyfile(tmp_path / "pixels-train-000001.tar", tmp_path / "pixels-train-000000.tar")
    with pytest.raises(ValueError, match=r"pixels-train-000000\.tar: toy-0004 stands for toy-0000"):
        list(triptych.load(tmp_path))
    (tmp_path / "pixels-train-000000.tar").unlink()
    with pytest.raises(FileNotFoundError):
        list(triptych.load(tmp_path))


def test_no_such_split(published: Path) -> None:
    with pytest.raises(ValueError, match=r"manifest\.json: no split 'val'; there are test, train, validation"):
        triptych.load(published, "val")
