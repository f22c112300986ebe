"""A clip as a picture for each frame, in the order of the record's sources: (frames, rows, columns[, 3])."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Record, SourceFile
from transforms.media.decoders import _pictures
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    frames = record.sources[: record.geometry.shape[0]]  # behind them come the files of masks
    return Pixels(np.stack([_picture(root, frame) for frame in frames]), record.geometry, record.unit)


def _picture(root: Path, source: SourceFile) -> NDArray[Any]:
    with open_source(root, source) as file:
        return _pictures.pixels(_pictures.read(file.read()))
