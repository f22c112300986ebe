"""A video file through OpenCV: (frames, rows, columns, 3) as RGB, the frames as stored, not turned upright."""

import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from raw import budget, confine
from schemas import Record
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    source = record.sources[0]
    frames, rows, columns = record.geometry.shape
    budget.memory(source.uri, frames * rows * columns * 3, f"a clip of {frames} frames of {columns} x {rows} pixels")
    if source.member is None:
        return Pixels(_frames(confine.path(root, source.uri), record.geometry.shape), record.geometry, record.unit)
    with tempfile.NamedTemporaryFile(suffix=Path(source.member).suffix) as copy:  # OpenCV opens files by name
        with open_source(root, source) as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        return Pixels(_frames(Path(copy.name), record.geometry.shape), record.geometry, record.unit)


def _frames(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    array = np.zeros((*shape, 3), np.uint8)
    video = cv2.VideoCapture(str(path))
    try:
        video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
        for n in range(shape[0]):
            there, frame = video.read()
            if not there or frame.shape[:2] != shape[1:]:
                raise ValueError(f"frame {n} of {shape[0]} is missing or of another size")
            array[n] = frame[..., ::-1]
    finally:
        video.release()
    return array
