"""NRRD volumes and label maps, through pynrrd. Array axes are (i, j, k), the fastest first, as in the file's header."""

import io
import math
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import nrrd
import numpy as np
from numpy.typing import NDArray

from raw import budget, confine, streams
from raw.streams import BZIP2, GZIP, Unpacked
from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import name_of, open_source
from transforms.media.decoders._volume import channels_of, decoded, labelled, part
from transforms.media.pixels import Pixels

PACKINGS = {"gzip": GZIP, "gz": GZIP, "bzip2": BZIP2, "bz2": BZIP2}
WIDEST = 8  # bytes of a value


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return channels_of(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    """The library opens what a header names, wherever that lies, and unpacks all that follows; so it is handed the
    header, and as many unpacked bytes as that promises."""
    with open_source(root, source) as file:
        header = nrrd.read_header(file)
        name = header.pop("data file", header.pop("datafile", None))
        if name is None:
            return part(_data(source, header, file), select)
    if not confine.is_beside(str(name)):
        raise ValueError("its data file is not the name of one file beside it")
    key = "uri" if source.member is None else "member"
    beside = PurePosixPath(getattr(source, key)).with_name(str(name).removeprefix("./")).as_posix()
    with open_source(root, source.model_copy(update={key: beside})) as data:
        return part(_data(source, header, data), select)


def _data(source: SourceFile, header: Any, file: BinaryIO) -> NDArray[Any]:
    name, count = name_of(source), math.prod(int(n) for n in header["sizes"])
    budget.memory(name, count, "its volume")  # a byte a voxel at the least
    kind = PACKINGS.get(str(header["encoding"]).lower())
    if kind is None:
        array: NDArray[Any] = nrrd.read_data(header, file)
        return array
    for _ in range(int(header.pop("line skip", header.pop("lineskip", 0)))):
        file.readline()
    stream = Unpacked(name, io.BytesIO(streams.all_of(name, file)), kind)
    skip = max(0, int(header.pop("byte skip", header.pop("byteskip", 0))))
    stream.seek(skip)
    data = stream.read(min(count * WIDEST, budget.limit(budget.MAX_BYTES)))
    header["encoding"] = "raw"
    unpacked: NDArray[Any] = nrrd.read_data(header, io.BytesIO(data))
    stream.seek(skip + unpacked.nbytes)
    if stream.read(1):  # and the sum at its end was checked
        raise ValueError("wrong header: more is packed in it than it promises")
    return unpacked
