"""Text burned into the pixels of a record - names on ultrasound, screenshots, scanned pages - blanked before any stage
sees them, whatever the format: pictures, clips frame by frame, and volumes that are stacks of pictures.

Not searched, unless the header says that text is in it, is what no screen or console has drawn on: a volume that lies
in a patient, and what the camera of a light microscope took, slides among them. A look costs up to a second of CPU.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Record
from transforms.media import writing
from transforms.media.pixels import Pixels
from transforms.media.writing import Box, Picture, blank, in_order

NAME = "rapidocr"
VERSION = "2"
MICROSCOPY = frozenset({
    "microscopy", "histopathology", "immunohistochemistry", "bright-field microscopy", "blood smear microscopy",
    "cytology", "phase contrast microscopy", "fluorescence microscopy", "confocal microscopy",
    "multiplexed immunofluorescence",
})  # fmt: skip
"""Labels of modalities whose pixels come straight from a camera: a slide's own label is a picture apart."""
QUIET = 24  # of 255: a frame that differs nowhere by more from one that was read shows no text of its own


class Unavailable(RuntimeError):  # noqa: N818 - an outcome: the record cannot be cleared here
    """Text cannot be looked for on this machine, so pixels that may carry it must not pass."""


def revision() -> str:
    """What decides the boxes. Part of the key of every stage's rows."""
    return f"{VERSION} {writing.revision()}"


def may_carry_text(record: Record) -> bool:
    """Whether a scanner's or a screen's text can be in a record's pixels: any picture or clip, and a volume that is a
    stack of pictures, but for light microscopy; whatever its header says that text is in."""
    if record.kind not in ("image", "clip", "volume"):
        return False
    if record.meta.get("burned_in_annotation") == "YES":
        return True
    if record.decoder == "slide" or record.modality.label in MICROSCOPY:
        return False
    return record.kind != "volume" or record.geometry.affine is None


def cleared(record: Record, pixels: Pixels, known: tuple[Box, ...] | None = None) -> tuple[Pixels, tuple[Box, ...]]:
    """A record's pixels with their burned-in text blanked, and the boxes blanked. `known`: those that an earlier look
    found, so that it is not done twice. Raises Unavailable, and writing.Unclear where text is left."""
    if not may_carry_text(record):
        return pixels, ()
    if known is not None:
        return _blanked(record, pixels, known), known
    if reason := writing.unavailable():
        raise Unavailable(f"{record.sources[0].uri}: it may carry burned-in text, which cannot be looked for: {reason}")
    boxes = _search(record, pixels.bright)
    return _blanked(record, pixels, boxes), tuple(boxes)


def _blanked(record: Record, pixels: Pixels, boxes: Sequence[Box]) -> Pixels:
    if record.kind != "volume":
        return replace(pixels, array=blank(pixels.array, boxes, record.kind == "clip", pixels.inverted))
    slices = blank(pixels.array.T, boxes, clip=True, inverted=pixels.inverted)  # (i, j, k): i is the column
    return replace(pixels, array=slices.T)


def _search(record: Record, array: NDArray[Any]) -> list[Box]:
    """The boxes of all frames together: what is blanked on one is blanked on each."""
    if record.kind == "image":
        return writing.find(_eight_bits(array))
    return _of_frames(_eight_bits(array.T if record.kind == "volume" else array))


def _of_frames(frames: NDArray[np.uint8]) -> list[Box]:
    """First the brightest value of each pixel, which holds what any frame shows, and the darkest, in which text that
    stands still survives what moves behind it; then each frame that differs from those that were read."""
    boxes = writing.find(frames.max(axis=0))
    boxes += writing.more(frames.min(axis=0), boxes)
    for frame in _different(blank(frames, boxes, clip=True)):
        boxes += writing.more(frame, boxes, firm=True)
    return in_order(boxes)


def _different(frames: NDArray[np.uint8]) -> Iterator[Picture]:
    """The frames without those that are as the last one given, but for noise."""
    last: NDArray[np.int16] | None = None
    for frame in frames:
        now = frame.astype(np.int16)
        if last is None or np.abs(now - last).max() > QUIET:
            yield frame
            last = now


def _eight_bits(array: NDArray[Any]) -> Picture:
    if array.dtype == np.uint8:
        return array
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    known = np.nan_to_num(array.astype(np.float64), nan=low, posinf=high, neginf=low)
    return np.asarray((known - low) * (255 / max(high - low, 1e-9)), np.uint8)
