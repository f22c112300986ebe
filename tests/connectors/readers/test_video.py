"""Clips: video files of several containers, and folders of frames."""

import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from schemas import DatasetCard
from tests.connectors import small
from transforms.media.decoders import decode

FRAMES = 12
CODECS = {"a.avi": "MJPG", "b.mp4": "mp4v", "c.mkv": "FFV1", "d.mov": "mp4v", "e.webm": "VP80", "f.mpg": "PIM1"}


def card(**options: Any) -> DatasetCard:
    return small.card("video", {"files": ["*"], **options}, modalities=["us"])


def grey(n: int) -> int:
    return 20 * n


def video(path: Path, codec: str, frames: int = FRAMES) -> None:
    """Frames of one grey each, brighter as time goes on, with the left third dark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 25, (64, 48))  # type: ignore[attr-defined]
    assert writer.isOpened()
    for n in range(frames):
        frame = np.full((48, 64, 3), grey(n), np.uint8)
        frame[:, :20] = (200, 0, 0)  # blue, in OpenCV's order
        writer.write(frame)
    writer.release()


@pytest.mark.parametrize("name", CODECS)
def test_a_video_and_its_frames(tmp_path: Path, name: str) -> None:
    video(tmp_path / name, CODECS[name])
    (record,), _ = small.read(card(), tmp_path)
    assert (record.kind, record.decoder) == ("clip", "video")
    assert (record.geometry.shape, record.geometry.sampling_hz) == ((FRAMES, 48, 64), 25)
    array = decode(tmp_path, record).array
    assert array.shape == (FRAMES, 48, 64, 3)
    np.testing.assert_allclose(array[:, 5:40, 30:60].mean((1, 2, 3)), [grey(n) for n in range(FRAMES)], atol=8)
    red, _, blue = array[:, 10:40, 4:12].mean((0, 1, 2))
    assert blue > 150 > 60 > red


def test_a_gif(tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((48, 64), grey(n), np.uint8)) for n in range(FRAMES)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    (record,), _ = small.read(card(), tmp_path)
    assert (record.geometry.shape, record.geometry.sampling_hz) == ((FRAMES, 48, 64), 10)
    assert decode(tmp_path, record).array[:, 0, 0, 0].tolist() == [grey(n) for n in range(FRAMES)]


@pytest.mark.parametrize("name", ["a.avi", "b.mp4", "c.mkv", "d.mov", "e.webm"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_cut_video_is_refused(tmp_path: Path, name: str, share: float) -> None:
    video(tmp_path / name, CODECS[name])
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
    video(tmp_path / "sound.avi", "MJPG")
    (reason,) = small.refused(card(), tmp_path)
    assert reason.startswith(f"{name}: truncated: its container promises ")


@pytest.mark.parametrize("content", [b"no video at all, whatever its name says" * 9, b""])
def test_what_is_no_video(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.avi").write_bytes(content)
    (reason,) = small.refused(card(), tmp_path)
    assert reason.startswith("a.avi: ")


def test_a_video_in_an_archive_whose_card_says_the_rate(tmp_path: Path) -> None:
    video(tmp_path / "x/a.avi", "MJPG")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "x/a.avi", "Videos/a.avi")
    (record,), _ = small.read(card(files=["all.zip/Videos/{name}.avi"], fps=50), tmp_path)
    assert (record.geometry.shape, record.geometry.sampling_hz, record.subject) == ((FRAMES, 48, 64), 50, "small/a")
    assert decode(tmp_path, record).array.shape == (FRAMES, 48, 64, 3)


def frames(root: Path, folder: str, numbers: list[int], size: tuple[int, int] = (40, 52), suffix: str = "png") -> None:
    for n in numbers:
        path = root / folder.format(n=n) if "{n}" in folder else root / folder / f"frame_{n}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full(size, n % 256, np.uint8)).save(path)


def test_folders_of_frames_in_natural_order(tmp_path: Path) -> None:
    frames(tmp_path, "train/case2", [10, 9, 1, 100])
    frames(tmp_path, "train/case1", [2, 3])
    found = card(files=["{split}/{video}/frame_{n}.png"], clip="{video}", split="{split}", subject="{video}", fps=30)
    first, second = small.read(found, tmp_path)[0]
    assert (first.subject, first.split, first.geometry.shape) == ("small/case1", "train", (2, 40, 52))
    assert [source.uri[-9:] for source in second.sources] == ["ame_1.png", "ame_9.png", "me_10.png", "e_100.png"]
    assert (second.kind, second.geometry.sampling_hz) == ("clip", 30)
    assert decode(tmp_path, second).array[:, 0, 0].tolist() == [1, 9, 10, 100]


def test_frames_of_several_clips_in_one_folder(tmp_path: Path) -> None:
    """As Endoscapes names them: {video}_{frame}.jpg."""
    frames(tmp_path, "val/8_{n}.png", [14775, 300])
    frames(tmp_path, "val/9_{n}.png", [25])
    records, _ = small.read(card(files=["val/{video}_{n}.png"], clip="{video}", subject="{video}"), tmp_path)
    assert [(record.subject, record.geometry.shape[0]) for record in records] == [("small/8", 2), ("small/9", 1)]
    assert decode(tmp_path, records[1]).array.shape == (1, 40, 52)


def test_frames_that_do_not_fit_each_other(tmp_path: Path) -> None:
    frames(tmp_path, "v1", [1, 2])
    frames(tmp_path, "v1", [3], size=(40, 50))
    frames(tmp_path, "v2", [1, 2])
    cut = tmp_path / "v2/frame_2.png"
    cut.write_bytes(cut.read_bytes()[:-20])
    found = card(files=["{video}/frame_{n}.png"], clip="{video}")
    first, second = small.refused(found, tmp_path)
    assert first == "v1/frame_1.png: the frames of one clip differ in size: (40, 50), (40, 52)"
    assert second.startswith("v2/frame_2.png: ")
