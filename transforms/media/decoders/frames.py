"""A clip as a picture for each frame, in the order of the record's sources: (frames, rows, columns[, 3])."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raw import budget, streams
from schemas import Record, SourceFile
from transforms.media.decoders import _pictures
from transforms.media.decoders._files import name_of, open_source
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    frames = record.sources[: record.geometry.shape[0]]  # behind them come the files of masks
    first = _picture(root, frames[0])
    values = _pictures.pixels(first)
    budget.memory(frames[0].uri, values.nbytes * len(frames), f"a clip of {len(frames)} frames")
    array = np.empty((len(frames), *values.shape), values.dtype)
    array[0] = values
    for n, frame in enumerate(frames[1:], start=1):
        sheet = _picture(root, frame)
        if sheet.inverted != first.inverted:
            raise ValueError("some frames show 0 white and some black: no one picture shows them all")
        array[n] = _same(n, _pictures.pixels(sheet), values)
    return Pixels(array, record.geometry, record.unit, first.inverted)


def _same(n: int, frame: NDArray[Any], first: NDArray[Any]) -> NDArray[Any]:
    if frame.shape != first.shape or frame.dtype != first.dtype:
        raise ValueError(f"frame {n} is {frame.shape} {frame.dtype}, the first {first.shape} {first.dtype}")
    return frame


def _picture(root: Path, source: SourceFile) -> _pictures.Sheet:
    with open_source(root, source) as file:
        return _pictures.read(name_of(source), streams.all_of(name_of(source), file))
