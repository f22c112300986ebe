"""What the decoders of volumes share: the part that `select` names, the axes of a record's kind, label maps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import LabelShape, Record, SourceFile
from schemas.record import Kind
from schemas.select import Select, parse_select
from transforms.media.pixels import Pixels

WHOLE = 1 << 31  # label values lie below
ROUNDING = 1e-3  # what float32 and a header's slope leave of a whole number


Reads = Callable[[Path, SourceFile, str | None], NDArray[Any]]
"""How a format reads the part of a source's array that a `select` names: (x, y, z[, more])."""


def decoded(read: Reads, root: Path, record: Record) -> Pixels:
    """The pixels of a record in a format. Raises what `read` and `arranged` do."""
    source = record.sources[0]
    return Pixels(arranged(read(root, source, source.select), record.kind), record.geometry, record.unit)


def labelled(read: Reads, root: Path, shape: LabelShape, record: Record) -> NDArray[Any]:
    """A label map in a format, on the record's axes. Raises what `read`, `arranged` and `label_map` do."""
    select = channel_of(shape.source.select, shape.channel)
    return label_map(arranged(read(root, shape.source, select), record.kind), shape)


def channels_of(read: Reads, root: Path, shape: LabelShape, record: Record) -> int:
    """How many maps lie along the last axis of a file, each on the record's grid; 0 where there is one alone."""
    array = read(root, shape.source, None)
    return int(array.shape[-1]) if array.ndim > len(record.geometry.shape) else 0


def part(array: Any, select: str | None) -> NDArray[Any]:
    """What `select` takes of an array (x, y, z[, more]), or of a proxy that then reads only that. Raises IndexError
    outside of it, ValueError when `select` names something other than an index."""
    taken = parse_select(select)
    if taken.name or taken.axes:
        raise ValueError(f"select {select!r}: a volume's file has one array, with axes of its own")
    taken.shape(tuple(array.shape))
    return np.asanyarray(array[taken.index] if taken.index else array)


def arranged(array: NDArray[Any], kind: Kind) -> NDArray[Any]:
    """A stored array (x, y[, z][, t]) as a record of that kind has it: a volume (x, y, z), a picture (rows, columns), a
    clip (frames, rows, columns). Raises ValueError when there is more to it than fits."""
    wanted = 2 if kind == "image" else 3
    first = wanted if kind == "volume" else 2  # a picture's or a clip's third axis of one slice goes, a volume's stays
    for axis in range(array.ndim - 1, first - 1, -1):
        if array.ndim > wanted and array.shape[axis] == 1:
            array = array.squeeze(axis)
    if array.ndim < wanted:
        array = array[..., None]
    if array.ndim != wanted:
        raise ValueError(f"an array of {array.shape} is no {kind}")
    return array if kind == "volume" else array.T


def label_map(array: NDArray[Any], shape: LabelShape) -> NDArray[Any]:
    """A label map's whole numbers; intensities stay as they are. Raises ValueError on fractions among labels."""
    return array if shape.by_intensity else whole_numbers(array)


def whole_numbers(array: NDArray[Any]) -> NDArray[Any]:
    """Values that are whole numbers within rounding (0.9999999 is 1) as integers. Raises ValueError that says which are
    not."""
    if np.issubdtype(array.dtype, np.integer):
        return array
    if array.dtype == bool:
        return array.astype(np.uint8)
    odd = array[~(np.abs(array) < WHOLE)]  # NaN is below nothing
    if odd.size:
        some = ", ".join(f"{value:g}" for value in np.unique(odd)[:5])
        raise ValueError(f"the label map holds {some} in {odd.size} voxels: no label")
    whole = np.rint(array)
    off = np.abs(array - whole) > ROUNDING
    if off.any():
        some = ", ".join(f"{value:g}" for value in np.unique(array[off])[:5])
        raise ValueError(f"the label map holds fractions in {int(np.count_nonzero(off))} pixels: {some}")
    return np.asarray(whole, np.int32)


def channel_of(select: str | None, channel: int | None) -> str | None:
    """`select`, or the channel of a map with several along its last axis. Raises ValueError when both are given."""
    if channel is None:
        return select
    if parse_select(select) != Select():
        raise ValueError(f"select {select!r} and channel {channel} at once")
    return f"[...,{channel}]"
