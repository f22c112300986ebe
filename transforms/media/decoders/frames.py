"""A clip as a picture for each frame, in the order of the record's sources: (frames, rows, columns[, 3])."""

from pathlib import Path

import numpy as np

from schemas import Record, SourceFile
from transforms.media.decoders import _pictures
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    frames = record.sources[: record.geometry.shape[0]]  # behind them come the files of masks
    pictures = [_picture(root, frame) for frame in frames]
    inverted = {sheet.inverted for sheet in pictures}
    if len(inverted) > 1:
        raise ValueError("some frames show 0 white and some black: no one picture shows them all")
    stack = np.stack([_pictures.pixels(sheet) for sheet in pictures])
    return Pixels(stack, record.geometry, record.unit, inverted.pop())


def _picture(root: Path, source: SourceFile) -> _pictures.Sheet:
    with open_source(root, source) as file:
        return _pictures.read(file.read())
