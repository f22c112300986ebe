"""What a video file says of itself, and whether it holds all that its container promises."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2

from connectors import base
from connectors.base import Unreadable
from raw import budget, confine

COUNTED = (".avi", ".mp4", ".mov", ".m4v")  # their headers hold the number of frames; of others OpenCV guesses it
LARGE = 1  # the 32-bit size of a box whose size takes 64 bits


@dataclass(frozen=True)
class Header:
    frames: int
    rows: int
    columns: int
    fps: float | None


def header(root: Path, uri: str, member: str | None) -> Header:
    """The size of a video. Frames are counted one by one where the container does not hold their number. Raises
    Unreadable on what OpenCV cannot open, and on a file that ends too early."""
    name = f"{uri}/{member}" if member else uri
    with _on_disk(root, uri, member) as path:
        promised, held = _promised(path), path.stat().st_size
        if promised > held:
            raise Unreadable(name, f"truncated: its container promises {promised} bytes, the file holds {held}")
        video = cv2.VideoCapture(str(path))
        try:
            if not video.isOpened():
                raise Unreadable(name, "not a video that OpenCV can open: broken, or cut off")
            video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)  # annotations are drawn on the frames as stored
            columns, rows = int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
            budget.pixels(name, rows, columns)
            fps = float(video.get(cv2.CAP_PROP_FPS))
            counted = path.suffix.lower() in COUNTED
            frames = int(video.get(cv2.CAP_PROP_FRAME_COUNT)) if counted else _count(video)
        finally:
            video.release()
    if min(frames, rows, columns) <= 0:
        raise Unreadable(name, f"a video of {frames} frames of {columns} x {rows} pixels")
    return Header(frames, rows, columns, fps if fps > 0 else None)


def _count(video: cv2.VideoCapture) -> int:
    frames = 0
    while video.grab():
        frames += 1
    return frames


@contextmanager
def _on_disk(root: Path, uri: str, member: str | None) -> Iterator[Path]:
    """The file; a member of an archive is copied out for as long as it is looked at."""
    if member is None:
        yield confine.path(root, uri)
        return
    with tempfile.NamedTemporaryFile(suffix=Path(member).suffix) as copy:
        with base.open_file(root, uri, member) as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        yield Path(copy.name)


def _promised(path: Path) -> int:
    """The bytes that a container says it has: RIFF (AVI) by its chunks, ISO 14496-12 (MP4, MOV) by its boxes, EBML
    (MKV, WebM: RFC 8794, RFC 9559) by its segment; 0 where another does not say."""
    with path.open("rb") as file:
        head = file.read(64)
        if head[:4] == b"RIFF":
            return 8 + int.from_bytes(head[4:8], "little")
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return _segment_end(head)
        if head[4:8] not in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            return 0
        size, end = path.stat().st_size, 0
        while end < size:
            file.seek(end)
            box = file.read(16)
            length = int.from_bytes(box[:4], "big")
            length = int.from_bytes(box[8:], "big") if length == LARGE else length
            if length < 8:  # 0: up to the end of the file
                return end
            end += length
        return end


def _segment_end(head: bytes) -> int:
    """Where the segment of an EBML file ends; 0 where it is of unknown size."""
    length, after = _vint(head, 4)
    at = after + length  # behind the EBML header: the segment's identifier (4 bytes) and its size
    if head[at : at + 4] != b"\x18\x53\x80\x67":
        return 0
    size, start = _vint(head, at + 4)
    bits = 7 * (start - at - 4)
    return 0 if size == (1 << bits) - 1 else start + size


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """A variable-size integer (RFC 8794, 4), and where it ends."""
    width = 9 - data[at].bit_length() if at < len(data) and data[at] else 1
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return value, at + width
