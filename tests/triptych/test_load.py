"""The reader for training code: what a published folder gives, decoded once."""

import json
import shutil
import tarfile
from collections.abc import Callable
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
    tar = tmp_path / "pixels-train-000000.tar"
    shutil.copyfile(tmp_path / "pixels-train-000001.tar", tar)
    said = json.loads((tmp_path / "manifest.json").read_text())
    next(one["pixels"] for one in said["shards"] if one["name"] == "text-train-000000.tar")["bytes"] = (
        tar.stat().st_size
    )
    (tmp_path / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(ValueError, match=r"pixels-train-000000\.tar: toy-0004 stands for toy-0000"):
        list(triptych.load(tmp_path))


def cut(path: Path) -> None:
    """Between two members: who reads the tar alone takes it for a shorter one."""
    with tarfile.open(path) as tar:
        ends = tar.getmembers()[-3].offset
    path.write_bytes(path.read_bytes()[:ends])


@pytest.mark.parametrize("name", ["train-000001.tar", "pixels-train-000001.tar"])
@pytest.mark.parametrize("harm", [Path.unlink, cut])
def test_a_folder_that_is_not_whole(tmp_path: Path, name: str, harm: Callable[[Path], None]) -> None:
    """It is told before an epoch has begun, with the tar and what to do."""
    corpus().write(tmp_path, layers=name.startswith("pixels"))
    harm(tmp_path / name)
    told = rf"^{tmp_path}/{name}: (is not in the folder|has \d+ bytes, manifest\.json says \d+); .*triptych verify"
    with pytest.raises(ValueError, match=told):
        triptych.load(tmp_path)
    assert len(list(triptych.load(tmp_path, "validation"))) == 2


@pytest.mark.parametrize(("where", "said"), [(b"IDAT", "toy-0000: "), (b"ustar", ""), (b'{"', "toy-0000: ")])
def test_bytes_that_are_others(tmp_path: Path, where: bytes, said: str) -> None:
    """Of a picture, a header, a JSON; the size is the same."""
    corpus().write(tmp_path)
    path = tmp_path / "train-000000.tar"
    data = bytearray(path.read_bytes())
    at = data.index(where) + len(where)
    data[at : at + 20] = b"\7" * 20
    path.write_bytes(data)
    with pytest.raises(ValueError, match=rf"^{path}: {said}.*`triptych verify {tmp_path}`"):
        list(triptych.load(tmp_path))


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"[]", b"{}"])
def test_a_folder_without_a_manifest(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"manifest\.json: not found, or no manifest; give the folder"):
        triptych.load(tmp_path)


def test_no_such_split(published: Path) -> None:
    with pytest.raises(ValueError, match=r"manifest\.json: no split 'val'; there are test, train, validation"):
        triptych.load(published, "val")
