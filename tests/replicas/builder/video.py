"""Clips through OpenCV (.avi as Motion JPEG, .mp4 as MPEG-4), or Pillow (.gif)."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from tests.replicas.builder.arrays import texture
from tests.replicas.builder.declaration import Strict

CODECS = {".avi": "MJPG", ".mp4": "mp4v", ".m4v": "mp4v", ".mov": "mp4v", ".mkv": "MJPG", ".wmv": "WMV2"}


class VideoSpec(Strict):
    size: tuple[int, int]
    frames: int
    fps: float = 25
    codec: str | None = None


def video(path: Path, value: dict[str, Any], name: str) -> None:
    spec = VideoSpec.model_validate(value)
    still = texture((spec.size[1], spec.size[0]), name)
    frames = [np.roll(still, shift, axis=1) for shift in range(spec.frames)]  # something moves
    if path.suffix.lower() == ".gif":
        first, *rest = [Image.fromarray(frame) for frame in frames]
        first.save(path, save_all=True, append_images=rest, duration=round(1000 / spec.fps), loop=0)
        return
    codec = spec.codec or CODECS.get(path.suffix.lower())
    if codec is None:
        raise ValueError(f"a clip is {', '.join(CODECS)} or .gif; rename the file or give `codec`")
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), spec.fps, spec.size)  # type: ignore[attr-defined]
    if not writer.isOpened():
        raise ValueError(f"OpenCV cannot write {codec} into {path.suffix}; choose another codec or size")
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
